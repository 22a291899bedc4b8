"""Every link of every page, followed as a browser follows it, from the first page on."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest

from maps.i18n import LANGUAGES

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
# Pages of people that are reached by an address that somebody was sent, or by scripts.
STARTS = ["/", "/?lang=ko", "/maps/join", "/maps/food-streets?place=kantipur"]
MOST = 1_200  # links, a bound on the test's time; reached means that the key below is too fine
ALIKE = 2  # of features and tiles that differ in values alone
LONG = re.compile("^/(analys|plan|maps/)|[.]pdf$")  # to compute or to draw: one of a kind
MACHINES = re.compile(
    r"/(collections|tileMatrixSets|conformance|api|openapi|analysis)\b|\.(webmanifest|jsonld)\b|/styles/"
)


class Links(HTMLParser):
    """What a page leads to: links, sources, and forms that are sent by GET with what they hold."""

    def __init__(self):
        super().__init__()
        self.found, self.form = [], None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            method = given.get("method", "get").lower()
            self.form = (given.get("action", ""), []) if method == "get" else None
        elif tag in ("input", "select") and self.form and given.get("name"):
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                self.form[1].append((given["name"], given.get("value", "")))
        for name in ("href", "src"):
            if given.get(name) and tag != "base":
                self.found.append(given[name])

    def handle_endtag(self, tag):
        if tag == "form" and self.form:
            action, fields = self.form
            self.found.append(f"{action}?{urlencode([field for field in fields if field[1]])}")
            self.form = None


def links_of(text):
    reader = Links()
    reader.feed(text)
    return reader.found


def key_of(url):
    """What makes a link new: its path without ids and numbers, its language, its parameters.

    Pages are looked at for each collection; files and what describes a collection, for two. Of the
    pictures and tables that a page offers of the same view, one of each kind is made.
    """
    parts = urlsplit(url)
    path = re.sub(r"(/items/)[^/]+|/\d+(?=/|$|\.)", r"\1:", parts.path)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if given.get("f", "html") != "html" or re.search(r"/(items/:|tiles|\w+ables|schema)", path):
        path = re.sub("^/collections/[^/]+", "/collections/:", path)
    path = re.sub("^/languages/[^/]+", "/languages/:", path)
    path = re.sub(r"^/eat/[^/.]+$", "/eat/:", path)
    if given.get("lang") not in (None, *LANGUAGES):
        # Pages of staff have English words in these; of others, those of two are looked at.
        given["lang"] = "en" if path in ("/analyse", "/plan") else "for visitors alone"
    path, is_picture = re.subn(r"\.(png|pdf)$", "", path)
    telling = ("lang", "f", "by", "indicator")
    if is_picture or path.startswith("/analysis/"):
        telling = ("f",)
    return path, tuple(given.get(name) for name in telling), tuple(sorted(given))


@pytest.fixture(scope="session")
def crawled(client):
    """Answers by address, each with the page that led there."""
    home = str(client.base_url).rstrip("/")
    waiting = [(start, "") for start in STARTS]
    seen, answers = Counter(), {}
    while waiting and len(answers) < MOST:
        url, source = waiting.pop(0)
        alike = 1 if LONG.search(urlsplit(url).path) else ALIKE
        if url in answers or seen[key_of(url)] >= alike:
            continue
        seen[key_of(url)] += 1
        answer = client.get(url, headers=BROWSER, follow_redirects=True)
        kind = answer.headers.get("content-type", "")
        answers[url] = source, answer.status_code, kind
        if kind.startswith("text/html"):
            there = (urljoin(home + url, link) for link in links_of(answer.text))
            ours = (item.removeprefix(home) for item in there if item.startswith(f"{home}/"))
            waiting += [(our.partition("#")[0], url) for our in ours]
    return answers


def test_the_crawl_reaches_every_page_and_ends_by_itself(crawled):
    pages = {urlsplit(url).path for url in crawled}
    assert len(crawled) < MOST
    for path in ("food-streets", "density", "residents", "join"):
        assert f"/maps/{path}" in pages
        assert any(url.startswith(f"/maps/{path}?") and "lang=ko" in url for url in crawled)
    assert {"/collections", "/collections/dong", "/docs", "/static/atlas.css"} <= pages


def test_every_link_leads_somewhere(crawled):
    assert [item for item in crawled.items() if item[1][1] != 200] == []


def test_no_link_of_a_page_for_people_ends_in_a_problem(crawled):
    for url, (source, _, kind) in crawled.items():
        assert not kind.startswith("application/problem+json"), (url, source)
        if "json" in kind:  # a document for programs, and one that says so in its address
            assert MACHINES.search(url), (url, source)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_join_page_switches_its_language(client, lang):
    page = client.get("/maps/join", params={"lang": lang}, headers=BROWSER)
    for other in ("en", "ko"):
        (link,) = re.findall(rf'href="(\S+)" lang="{other}" hreflang', page.text)
        answer = client.get(urljoin(str(page.url), link), headers=BROWSER)
        assert (answer.status_code, answer.headers["content-language"]) == (200, other)
