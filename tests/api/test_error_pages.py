"""Errors as people meet them: a page in their language with a way on; machines get JSON."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from api.http.errors import over_budget
from maps.pages import problem
from maps.web.page import Site

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


@pytest.fixture(scope="module")
def followed(client):
    """Status and type of what a browser is given at an address; most pages lead to the same."""

    def follow(address):
        answer = client.get(address, headers=BROWSER)
        return answer.status_code, answer.headers["content-type"]

    return cache(follow)


@pytest.mark.parametrize(("asked", "status"), WRONG)
def test_every_way_on_leads_to_a_page(client, followed, asked, status):
    path = asked.partition("?")[0]
    for href in links_of(client.get(asked, headers=BROWSER)):
        if href.startswith(("/", "?")):
            given, kind = followed(path + href if href[0] == "?" else href)
            assert kind.startswith("text/html"), href
            # The switch of languages stays on an address that does not exist.
            assert given == 200 or status in (401, 404), href


def test_a_wrong_value_is_named_with_what_is_possible(client):
    page = client.get("/maps/residents?year=2024&indicator=foreign", headers=BROWSER).text
    assert "year = 2024" in page
    assert 'href="?indicator=foreign&amp;lang=ko"' in page


def test_a_place_that_is_gone_has_words_of_its_own(client):
    page = client.get("/maps/food-streets?place=closed&lang=en", headers=BROWSER).text
    assert "This place is not in the lists any more" in page


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_language_is_the_one_asked_for(client, lang):
    page = client.get(f"/maps/density?by=circle&lang={lang}", headers=BROWSER)
    assert page.headers["content-language"] == lang
    assert f'<html lang="{lang}"' in page.text


# Answers to people whose choices are listed, and what the first of them is called in Korean.
CHOICES = [
    ("/maps/residents?indicator=foreign&year=2024", "?indicator=foreign&lang=ko&year=2015", "2015"),
    ("/maps/residents?year=last", "?lang=ko&year=2020", "2020"),
    ("/maps/residents?indicator=age", "?lang=ko&indicator=foreign_share", "외국인 비율"),
    ("/maps/density?by=circle", "?lang=ko&by=hex", "육각형"),
    ("/maps/food-streets?halal=yes", "?lang=ko&halal=certified", "할랄 인증"),
    ("/maps/food-streets?cuisine=xx", "?lang=ko&cuisine=uz", "우즈베키스탄"),
    ("/maps/food-streets?whole=2", "?lang=ko&whole=true", "true"),
]


@pytest.mark.parametrize(("asked", "choice", "name"), CHOICES)
def test_what_is_possible_is_offered_as_links_that_work(client, asked, choice, name):
    page = client.get(asked, headers=BROWSER)
    assert page.status_code == 400
    assert choice in links_of(page)
    assert f">{name}</a>" in page.text
    path = asked.partition("?")[0]
    assert client.get(path + choice, headers=BROWSER).status_code == 200


def test_names_of_parameters_are_no_choices(client):
    page = client.get("/maps/residents?when=2025", headers=BROWSER)
    assert not [href for href in links_of(page) if "when" in href]


# Requests whose refusal has a sentence of its own.
PAGES = ["/maps/food-streets", "/maps/density", "/maps/residents", "/eat", "/"]
WRONG_FILTERS = [
    "category%3D",
    "category%3D'cafe' AND",
    "category",
    "category LIKE 1",
    "name_ko NOT 1",
    "category%3D1",
    "nothing%3D1",
    "accuracy_m%3D'much'",
    "in_zone%3D2",
    "opened %3E 'soon'",
    "cuisine %3C 'uz'",
    "a_contains(category, ('uz'))",
    "s_intersects(geometry, POINT(1))",
    "s_intersects(geometry, POINT(126.79 97.33))",
    "s_intersects(geometry, BBOX(1, 2, 3))",
    "s_intersects(name_ko, POINT(126.79 37.33))",
    "t_during(opened, DATE('2025-11-03'))",
    "opened %3D TIMESTAMP('2025-11-03T09:00:00')",
    "casei(1, 2)%3D'a'",
    "accuracy_m ^ 2 ^ 2 %3D 1",
    "category%3D'cafe",
    "((category%3D'cafe')",
]
REFUSED = [
    "/nowhere",
    "/collections/nothing",
    "/collections/businesses/items/nothing",
    "/collections/businesses/tiles/WebMercatorQuad/99/0/0",
    "/collections/businesses/tiles/nothing/9/0/0",
    "/collections/helplines/tiles/WebMercatorQuad",
    "/collections/businesses/items?limit=few",
    "/collections/businesses/items?limit=0",
    "/collections/businesses/items?bbox=1",
    "/collections/businesses/items?datetime=now",
    "/collections/businesses/items?source_date=now",
    "/collections/businesses/items?category=",
    "/collections/businesses/items?limit=1&limit=2",
    "/collections/businesses/items?cursor=x",
    "/collections/businesses/items?cursor=x&offset=1",
    "/analysis/nothing",
    "/analysis/nothing/tiles/WebMercatorQuad",
    "/analysis/density/tiles/WebMercatorQuad/99/0/0.png",
    "/analysis/hot-spots?scale=dong",
    "/docs?x=1",
    "/maps/density?min_density=much",
    "/maps/density?min_density=-1",
    "/maps/density?by=kernel&bandwidth_m=1",
    "/maps/density?by=dong&category=restaurant",
    "/maps/food-streets?place=closed",
    "/maps/food-streets/cards?ids=closed",
    "/eat/closed",
    "/maps/food-streets?place=%FF",
    "/staff",
    *(f"/collections/businesses/items?filter={text}" for text in WRONG_FILTERS),
]


@pytest.mark.parametrize("asked", REFUSED)
def test_a_korean_page_of_an_error_is_korean(client, asked):
    page = client.get(asked, headers=BROWSER)
    assert 400 <= page.status_code < 500
    content = page.text.partition("<main")[2].partition("</main>")[0]
    assert 'lang="en"' not in content
    assert re.search("[가-힣]", content)


@pytest.mark.parametrize("tracked", ["fbclid=x", "utm_source=a&utm_medium=b", "NaPm=ct", "si=1"])
@pytest.mark.parametrize(
    "path", ["/maps/food-streets", "/maps/density", "/maps/residents", "/eat", "/"]
)
def test_a_tracked_link_opens_the_page_for_a_person_and_is_told_to_a_machine(client, path, tracked):
    assert client.get(f"{path}?{tracked}", headers=BROWSER).status_code == 200
    assert client.get(f"/collections/gu/items?{tracked}", headers=BROWSER).status_code == 400
    assert client.get(f"{path}?{tracked}").status_code == 400


SLASHED = [
    ("/maps/residents/", "/maps/residents"),
    ("/maps/residents/?year=2020&lang=ko", "/maps/residents?year=2020&lang=ko"),
    ("/collections/", "/collections"),
    ("/collections/gu/items//?limit=1", "/collections/gu/items?limit=1"),
    ("/collections/gu/items/%EC%83%81/", "/collections/gu/items/%EC%83%81"),
    ("/docs/", "/docs"),
]


@pytest.mark.parametrize("headers", [BROWSER, {}])
@pytest.mark.parametrize(("asked", "shorter"), SLASHED)
def test_a_slash_too_many_leads_to_the_address_without_it(client, headers, asked, shorter):
    answer = client.get(asked, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (308, shorter)


def test_a_form_sent_to_an_address_with_a_slash_is_sent_on(client):
    answer = client.post("/maps/join/?lang=ko")
    assert (answer.status_code, answer.headers["location"]) == (308, "/maps/join?lang=ko")


@pytest.mark.parametrize("asked", ["/nowhere/", "//evil.example/", "//docs/", "/docs%2F", "/%2F/"])
def test_nobody_is_led_where_there_is_nothing(client, address, asked):
    answer = client.get(f"{address}{asked}")
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


@pytest.mark.parametrize(
    "path", ["/maps/food-streets", "/maps/density", "/maps/residents", "/eat", "/"]
)
def test_a_language_that_there_is_not_is_answered_in_one_that_the_reader_takes(client, path):
    page = client.get(f"{path}?lang=fr", headers=BROWSER)
    assert (page.status_code, page.headers["content-language"]) == (200, "ko")
    assert client.get(f"{path}?lang=fr").status_code == 400


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


def test_who_asks_for_too_much_is_told_so_and_not_that_the_address_is_wrong():
    told = {"detail": over_budget(), "choices": (), **dict.fromkeys(("parameter", "value"))}
    site = Site("ko")
    page = problem.page(site, 400, {**told, "allowed": None, "without": None}, {})
    assert "주소의 일부가" not in page.html
    assert "한도(처리 시간 5초, 메모리 600 MB)" in page.html
