"""QGIS reads the service as people use it: its OAPIF provider, without a window."""

import json
from pathlib import Path

import pytest

SESSION = Path(__file__).with_name("qgis_session.py")
BOX = (126.7895, 37.3285, 126.7911, 37.3298)


@pytest.fixture
def qgis(run, qgis_python, service):
    """What QGIS says of a collection."""

    def answer(collection, **given):
        printed = run(qgis_python, SESSION, service.address, collection, json.dumps(given))
        return json.loads(printed)

    return answer


def test_a_layer_opens_and_is_read_whole(qgis, service, businesses):
    with service.watched() as seen:
        found = qgis("businesses")
    assert found["valid"]
    assert found["count"] == len(businesses)
    assert found["crs"] in ("EPSG:4326", "OGC:CRS84")
    assert {"name_ko", "category", "dong_code"} <= set(found["fields"])
    assert set(found["ids"]) == set(businesses.index)
    # It takes the size of its pages from the OpenAPI document, and asks for no more than there is.
    assert {int(item.query["limit"]) for item in seen} <= {10, 1000, 10_000}


def test_pages_are_followed_to_the_end(qgis, service, businesses):
    with service.watched() as seen:
        found = qgis("businesses", page=5000)
    assert sorted(found["ids"]) == sorted(businesses.index)
    pages = {frozenset(item.query.items()) for item in seen if item.query["limit"] == "5000"}
    assert len(pages) == 3


def test_the_box_on_the_screen_is_handed_over(qgis, service, businesses):
    west, south, east, north = BOX
    with service.watched() as seen:
        found = qgis("businesses", box=BOX)
    assert set(found["ids"]) == set(businesses.cx[west:east, south:north].index)
    edges = [float(edge) for edge in seen[-1].query["bbox"].split(",")]
    assert edges == pytest.approx(BOX)


def test_a_filter_of_days_is_handed_over(qgis, service, client):
    with service.watched() as seen:
        found = qgis("businesses", subset="\"source_date\" >= '2026-01-01'")
    assert found["taken"]
    # The last day that it can write stands for an open end.
    asked = {"datetime": "2026-01-01/9999-12-31T00:00:00Z", "limit": 1}
    assert seen[-1].query["datetime"] == asked["datetime"]
    body = client.get("/collections/businesses/items", params=asked).json()
    assert len(found["ids"]) == body["numberMatched"] > 0


def test_a_filter_that_it_keeps_to_itself_gives_the_right_rows(qgis, businesses):
    found = qgis("businesses", subset="category = 'restaurant' AND accuracy_m > 100")
    wanted = businesses[(businesses["category"] == "restaurant") & (businesses["accuracy_m"] > 100)]
    assert set(found["ids"]) == set(wanted.index)
    assert found["ids"]


@pytest.mark.parametrize(("collection", "features"), [("dong", 25), ("gu", 2), ("residents", 75)])
def test_areas_open_too(qgis, collection, features):
    found = qgis(collection)
    assert found["valid"] and len(found["ids"]) == found["count"] == features
