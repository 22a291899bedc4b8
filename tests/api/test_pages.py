"""Pages over HTTP: language, policy, memory."""

import re

import pytest

from api.service.page_cache import KEPT, FinishedPage, PageStore
from maps.pages.view_state import Density
from maps.web.page import Site

PAGES = ["/?f=html", "/maps/food-streets", "/maps/density", "/maps/residents"]
MAPS = PAGES[1:]


def policy(answer):
    rules = answer.headers["content-security-policy"].split("; ")
    return {name: values for name, *values in (rule.split() for rule in rules)}


@pytest.mark.parametrize("page", PAGES)
def test_page_is_html_in_the_language_asked_for(client, page):
    mark = "&" if "?" in page else "?"
    for lang in ("en", "ko"):
        answer = client.get(f"{page}{mark}lang={lang}")
        assert answer.headers["content-language"] == lang
        assert re.search(rf'<html[^>]*\blang="{lang}"', answer.text)


def test_language_follows_the_browser(client):
    answer = client.get("/maps/residents", headers={"Accept-Language": "fr, ko;q=0.8, en;q=0.5"})
    assert answer.headers["content-language"] == "ko"


def test_language_in_the_address_wins(client):
    answer = client.get("/maps/residents?lang=en", headers={"Accept-Language": "ko"})
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize("page", PAGES)
def test_policy_lets_nothing_in_from_elsewhere(client, page):
    rules = policy(client.get(page))
    assert rules["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "connect-src", "font-src"):
        assert all(rule == "'self'" or rule.startswith("'sha256-") for rule in rules[name]), name
    assert rules["img-src"] == ["'self'", "data:"]


def test_maps_may_be_embedded_and_the_home_page_not(client):
    assert policy(client.get("/maps/density"))["frame-ancestors"] == ["*"]
    assert policy(client.get("/?f=html"))["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("page", PAGES)
def test_page_names_no_other_host_to_load_from(client, page):
    # A canonical or alternate address is named, and not loaded.
    loading = r'<(?:script|link(?! rel="(?:canonical|alternate)")|img|iframe)\b[^>]*>'
    for tag in re.findall(loading, client.get(page).text):
        assert not re.search(r'(?:src|href)="(?:https?:)?//', tag), tag


@pytest.mark.parametrize("page", MAPS)
def test_no_inline_event_handlers(client, page):
    assert not re.search(r"<[^>]+\son\w+\s*=", client.get(page).text)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_has_not_changed_is_a_304(client, page):
    first = client.get(page)
    again = client.get(page, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_languages_do_not_share_an_etag(client):
    english, korean = (client.get(f"/maps/density?lang={name}") for name in ("en", "ko"))
    assert english.headers["etag"] != korean.headers["etag"]


def test_pages_are_sent_zipped_to_those_who_take_it(client):
    plain = client.get("/maps/residents", headers={"Accept-Encoding": "identity"})
    zipped = client.get("/maps/residents", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.text == plain.text
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) / 2


def test_the_docs_page_is_served_from_our_host(client):
    text = client.get("/docs").text
    for path in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert path.startswith("static/")  # beside the page, so that it works below any path
        assert client.get(path).status_code == 200


def test_data_answers_may_load_nothing(client):
    assert policy(client.get("/collections"))["default-src"] == ["'none'"]
    assert client.get("/collections").headers["x-content-type-options"] == "nosniff"


def test_page_store_is_bounded():
    store = PageStore()
    page = FinishedPage({None: b""}, '""', "")
    for number in range(KEPT + 10):
        store.keep((Density(min_density=float(number)), Site("en")), page)
    assert store.find((Density(min_density=0.0), Site("en"))) is None
    assert store.find((Density(min_density=float(KEPT + 9)), Site("en"))) is page


@pytest.mark.parametrize(
    ("sent", "linked"),
    [
        ("category=cafe&category=bakery", "category=bakery,cafe"),
        ("category=&halal=certified", "halal=certified"),
        ("place=&simulated=", ""),
        ("cuisine=vn&cuisine=uz,vn", "cuisine=uz,vn"),
    ],
)
def test_a_form_without_scripts_asks_the_same_as_a_link(client, sent, linked):
    by_form, by_link = (client.get(f"/maps/food-streets?{item}") for item in (sent, linked))
    assert by_form.status_code == 200
    assert by_form.headers["etag"] == by_link.headers["etag"]


def test_nobody_is_sent_to_a_simulated_place(client):
    items = "/collections/businesses/items?provenance=simulated&limit=1"
    place = client.get(items).json()["features"][0]["id"]
    answer = client.get("/maps/food-streets", params={"place": place})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "place")


def test_policy_lets_no_inline_script_into_the_docs(client):
    rules = policy(client.get("/docs"))
    assert rules["script-src"] == rules["style-src"] == ["'self'"]


def test_cards_tell_of_the_places_asked_for_and_of_no_simulated_one(client):
    answer = client.get("/maps/food-streets/cards?ids=kantipur,consult&lang=ko")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.text.index('data-id="kantipur"') < answer.text.index('data-id="consult"')
    made = client.get("/collections/businesses/items?provenance=simulated&limit=1").json()
    for ids in (made["features"][0]["id"], "nowhere", ",".join(["kantipur"] * 3 + ["nowhere"])):
        assert client.get("/maps/food-streets/cards", params={"ids": ids}).status_code == 400


def test_places_beyond_those_of_the_page_are_columns_that_a_browser_keeps(client):
    answer = client.get("/maps/food-streets/places?lang=ko")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["id"] == []  # the committed data fit in the page
    again = client.get(
        "/maps/food-streets/places?lang=ko", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    assert client.get("/maps/food-streets/places?lang=xx").status_code == 400


@pytest.mark.parametrize("gone", ["k2-nepal", "hr-centre-moved"])
def test_nobody_is_sent_to_a_place_of_which_there_is_no_trace(client, gone):
    """One rests on the sample file of an application alone, one has left Ansan."""
    for path in (f"/maps/food-streets/cards?ids={gone}", f"/maps/food-streets?place={gone}"):
        assert client.get(path).status_code == 400


def test_an_address_that_asks_for_nothing_opens_on_food_and_drink(client):
    bare, every = (client.get(f"/maps/food-streets{name}").text for name in ("", "?category=all"))
    assert (bare.count(" checked>"), every.count(" checked>")) == (4, 0)
