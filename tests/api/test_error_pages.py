"""Errors as people meet them: a page in their language with a way on; machines get JSON."""

from html.parser import HTMLParser

import pytest

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5",
}
WRONG = [
    ("/nowhere", 404),
    ("/maps/nothing.png", 404),
    ("/collections/nothing", 404),
    ("/collections/businesses/items?nothing=1", 400),
    ("/collections/businesses/items/nothing", 404),
    ("/collections/businesses/tiles/WebMercatorQuad/99/0/0", 404),
    ("/maps/density?by=circle", 400),
    ("/maps/residents?year=2024", 400),
    ("/maps/food-streets?place=closed", 400),
    ("/analysis/nothing", 404),
    ("/staff", 401),
    ("/%00", 404),
]


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.hrefs = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.hrefs.append(dict(attrs).get("href"))


def links_of(answer):
    parser = Links()
    parser.feed(answer.text)
    return parser.hrefs


@pytest.mark.parametrize(("asked", "status"), WRONG)
def test_a_person_gets_a_page_and_a_machine_json_with_the_same_status(client, asked, status):
    page = client.get(asked, headers=BROWSER)
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == "ko"
    assert '<html lang="ko"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert {"/?lang=ko", "/maps/food-streets?lang=ko"} <= set(links_of(page))
    machine = client.get(asked, headers={"Accept": "application/json"})
    assert (machine.status_code, machine.json()["status"]) == (status, status)
    assert machine.headers["content-type"] == "application/problem+json"
    anything = client.get(asked)
    assert anything.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("asked", "status"), WRONG)
def test_every_way_on_leads_to_a_page(client, asked, status):
    path = asked.partition("?")[0]
    for href in links_of(client.get(asked, headers=BROWSER)):
        if href.startswith(("/", "?")):
            there = client.get(path + href if href[0] == "?" else href, headers=BROWSER)
            assert there.headers["content-type"].startswith("text/html"), href
            # The switch of languages stays on an address that does not exist.
            assert there.status_code == 200 or status in (401, 404), href


def test_a_wrong_value_is_named_with_what_is_possible(client):
    page = client.get("/maps/residents?year=2024&indicator=foreign", headers=BROWSER).text
    assert "year = 2024" in page
    assert "2015, 2020, 2025" in page or "2025, 2020, 2015" in page
    assert 'href="?indicator=foreign&amp;lang=ko"' in page


def test_a_place_that_is_gone_has_words_of_its_own(client):
    page = client.get("/maps/food-streets?place=closed&lang=en", headers=BROWSER).text
    assert "This place is not in the lists any more" in page


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_language_is_the_one_asked_for(client, lang):
    page = client.get(f"/maps/density?by=circle&lang={lang}", headers=BROWSER)
    assert page.headers["content-language"] == lang
    assert f'<html lang="{lang}"' in page.text


@pytest.mark.parametrize("tracked", ["fbclid=x", "utm_source=a&utm_medium=b", "gclid=1", "NaPm=ct"])
@pytest.mark.parametrize("path", ["/maps/food-streets", "/maps/density", "/maps/residents", "/"])
def test_a_tracked_link_opens_the_page_for_a_person_and_is_told_to_a_machine(client, path, tracked):
    assert client.get(f"{path}?{tracked}", headers=BROWSER).status_code == 200
    assert client.get(f"/collections/gu/items?{tracked}", headers=BROWSER).status_code == 400
    assert client.get(f"{path}?{tracked}").status_code == 400


@pytest.mark.parametrize("path", ["/maps/food-streets", "/maps/density", "/maps/residents", "/"])
def test_a_language_that_there_is_not_is_answered_in_one_that_the_reader_takes(client, path):
    page = client.get(f"{path}?lang=vi", headers=BROWSER)
    assert (page.status_code, page.headers["content-language"]) == (200, "ko")
    assert client.get(f"{path}?lang=vi").status_code == 400


def test_what_was_asked_is_escaped(client):
    attack = "<script>alert(1)</script>"
    page = client.get("/maps/density", params={"by": attack}, headers=BROWSER)
    assert attack not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_thousand_parameters_make_no_long_page(client):
    query = "&".join(f"a{n}={n}" for n in range(1000))
    page = client.get(f"/maps/density?{query}", headers=BROWSER)
    assert page.status_code == 400
    assert len(page.content) < 30_000


def test_a_form_that_was_sent_without_a_table_is_answered_with_a_page(client):
    page = client.post("/maps/join", headers=BROWSER)
    assert 400 <= page.status_code < 500
    assert page.headers["content-type"].startswith("text/html")


def test_head_has_no_body(client):
    page = client.head("/nowhere", headers=BROWSER)
    assert (page.status_code, page.content) == (404, b"")
