"""Order, cursors and a choice of properties."""

from itertools import islice

import pytest
from city_counts import EVERY

ITEMS = "/collections/businesses/items"


def pages(client, **query):
    url = str(client.build_request("GET", ITEMS, params=query).url)
    while url:
        body = client.get(url).json()
        yield body
        url = next((link["href"] for link in body["links"] if link["rel"] == "next"), None)


@pytest.mark.parametrize(
    "sortby", ["name_ko", "-accuracy_m,name_ko", "category,-verified_on", "-id"]
)
def test_sorted_pages_neither_skip_nor_repeat(client, sortby):
    seen = [
        feature["id"]
        for body in pages(client, sortby=sortby, limit=333)
        for feature in body["features"]
    ]
    assert len(seen) == len(set(seen)) == EVERY


def test_sorting_goes_by_the_property(client):
    body = client.get(ITEMS, params={"sortby": "-accuracy_m", "limit": 1000}).json()
    accuracies = [feature["properties"]["accuracy_m"] for feature in body["features"]]
    assert accuracies == sorted(accuracies, reverse=True)


def test_a_plus_is_the_ascending_order(client):
    plain, plus = (client.get(f"{ITEMS}?sortby={sign}name_ko").json() for sign in ("", "%2B"))
    assert plain["features"] == plus["features"]
    # A plus that is not encoded arrives as a space.
    assert client.get(f"{ITEMS}?sortby=+name_ko").json()["features"] == plain["features"]


def test_next_links_go_on_by_cursor_unless_an_offset_was_asked_for(client):
    first = next(pages(client, limit=10))
    assert "cursor=" in next(link["href"] for link in first["links"] if link["rel"] == "next")
    counted = next(pages(client, limit=10, offset=0))
    assert "offset=10" in next(link["href"] for link in counted["links"] if link["rel"] == "next")


def test_a_page_by_cursor_has_a_way_back(client):
    first, second = islice(pages(client, limit=10), 2)
    back = next(link["href"] for link in second["links"] if link["rel"] == "prev")
    assert client.get(back).json()["features"] == first["features"]


def test_all_pages_tell_the_same_total(client):
    found = {body["numberMatched"] for body in pages(client, category="cafe", limit=7)}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"cursor": "nonsense!"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "WzFd"}, "cursor"),  # [1]: an id is a text
        ({"cursor": "WyJhIl0", "sortby": "name_ko"}, "cursor"),  # ["a"]: of another order
        ({"cursor": "WzEsImEiXQ", "sortby": "name_ko"}, "cursor"),  # [1, "a"]: a name is a text
        ({"cursor": "W" * 9999}, "cursor"),
        ({"cursor": "WyJhIl0", "offset": "3"}, "offset"),
        ({"sortby": "cuisine"}, "sortby"),  # a list has no order
        ({"sortby": ""}, "sortby"),
        ({"sortby": "name"}, "sortby"),
        ({"properties": "name"}, "properties"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "many"}, "limit"),
    ],
)
def test_what_cannot_be_is_a_400_that_names_it(client, query, name):
    answer = client.get(ITEMS, params=query)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name


def test_only_the_properties_asked_for_come(client):
    body = client.get(ITEMS, params={"properties": "name_ko,cuisine,foreign_run,geometry"}).json()
    plain = client.get(ITEMS).json()
    for feature, whole in zip(body["features"], plain["features"], strict=True):
        kept = {name: whole["properties"][name] for name in ("name_ko", "cuisine", "foreign_run")}
        assert feature == {**whole, "properties": kept}


def test_no_properties_at_all(client):
    body = client.get(ITEMS, params={"properties": "", "limit": 2}).json()
    assert [feature["properties"] for feature in body["features"]] == [{}, {}]


def test_a_head_request_tells_what_a_get_would(client):
    head, get = client.head(ITEMS), client.get(ITEMS)
    assert head.content == b""
    for name in ("etag", "content-type", "content-crs"):
        assert head.headers[name] == get.headers[name]
