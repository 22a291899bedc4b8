"""OWSLib reads the service; it sends `Accept: */*` and knows JSON only."""

import pytest
from owslib.ogcapi.features import Features

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@pytest.fixture
def features(service, monkeypatch):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return Features(service.address)


def test_the_landing_page_is_json_for_it(features):
    assert {"service-desc", "data", "conformance"} <= {link["rel"] for link in features.links}


def test_the_openapi_document_is_found_by_its_media_type(features):
    assert features.api()["openapi"] == "3.0.3"


def test_conformance_holds_the_core(features):
    wanted = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    assert wanted in features.conformance()["conformsTo"]


def test_every_collection_is_one_of_features(features):
    known = [collection["id"] for collection in features.collections()["collections"]]
    assert features.feature_collections() == known
    assert "businesses" in known


def test_queryables_name_the_properties(features):
    assert "category" in features.collection_queryables("businesses")["properties"]


def test_items_say_how_many_there_are(features, businesses):
    found = features.collection_items("businesses", limit=7)
    assert found["numberMatched"] == len(businesses)
    assert len(found["features"]) == found["numberReturned"] == 7


def test_the_reference_system_of_the_answer_is_said(features):
    features.collection_items("dong", limit=1)
    assert features.response_headers["Content-Crs"] == f"<{CRS84}>"


def test_one_feature_by_its_id(features):
    assert features.collection_item("businesses", "samarkand")["id"] == "samarkand"


def test_a_box_a_filter_and_an_order(features, businesses):
    west, south, east, north = box = (126.7895, 37.3285, 126.7911, 37.3298)
    found = features.collection_items(
        "businesses",
        bbox=list(box),
        filter="category = 'restaurant'",
        sortby=("id", "desc"),
        limit=1000,
    )
    inside = businesses.cx[west:east, south:north]
    wanted = inside.index[inside["category"] == "restaurant"]
    assert [feature["id"] for feature in found["features"]] == sorted(wanted, reverse=True)
