"""A public address with a path: every address of a page lies below it."""

from html.parser import HTMLParser

import httpx
import pytest

from api.service.settings import Settings

PAGES = [
    "/",
    "/maps/food-streets?lang=ko",
    "/maps/density?by=kernel",
    "/maps/residents?indicator=change",
    "/maps/join",
    "/collections",
    "/collections/dong/items",
    "/nowhere",
    "/maps/residents?year=2024",
]


class Addresses(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src", "action")]


@pytest.fixture(scope="module")
def below(home, serve):
    address = serve(Settings(home=home, public_url="https://city.example/atlas"))
    with httpx.Client(base_url=address, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_no_address_of_a_page_leads_out_of_the_path(below, path):
    parser = Addresses()
    parser.feed(below.get(path).text)
    absolute = [address for address in parser.found if address.startswith("/")]
    assert len(absolute) > 5
    assert [address for address in absolute if not address.startswith("/atlas/")] == []


@pytest.mark.parametrize("path", ["/maps/density", "/static/atlas.js", "/collections/gu", "/"])
def test_a_proxy_may_take_the_path_off_or_pass_it_on(below, path):
    taken_off, passed_on = below.get(path), below.get(f"/atlas{path}")
    assert (taken_off.status_code, passed_on.status_code) == (200, 200)
    assert taken_off.content == passed_on.content
    assert below.get("/atlas/nowhere").status_code == below.get("/atlases").status_code == 404


@pytest.mark.parametrize("asked", ["/docs/?x=1", "/atlas/docs/?x=1"])
def test_a_slash_too_many_leads_on_below_the_path(below, asked):
    assert below.get(asked).headers["location"] == "/atlas/docs?x=1"


def test_a_path_like_one_of_the_routes_is_taken_off_by_the_proxy_alone(home, serve):
    address = serve(Settings(home=home, public_url="https://city.example/maps"))
    page = httpx.get(f"{address}/maps/residents", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert 'href="/maps/static/atlas.css"' in page.text
    assert httpx.get(f"{address}/maps/maps/residents").status_code == 404
