"""What QGIS from 3.34 on asks for, which Debian does not have yet.

It hands an attribute filter over as CQL2 where the classes below are declared, and otherwise as a
parameter named as the property. The texts are those its compiler writes
(src/providers/wfs/oapif/qgsoapifcql2textexpressioncompiler.cpp).
"""

import pytest
from shapely import box

ITEMS = "/collections/businesses/items"
FEATURES_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
BOX = box(126.7895, 37.3285, 126.7911, 37.3298)
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"


@pytest.mark.parametrize(
    "wanted",
    [
        f"{CQL2}cql2-text",
        f"{CQL2}basic-cql2",
        f"{FEATURES_3}filter",
        f"{FEATURES_3}features-filter",
    ],
)
def test_the_classes_that_it_looks_for_are_declared(client, wanted):
    assert wanted in client.get("/conformance").json()["conformsTo"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("(category = 'restaurant')", lambda all_: all_["category"] == "restaurant"),
        ("(\"dong_code\" = '4127354500')", lambda all_: all_["dong_code"] == "4127354500"),
        ('("foreign_run" = TRUE)', lambda all_: all_["foreign_run"].isin([True])),
        (
            "((category = 'cafe') AND (\"accuracy_m\" > 100))",
            lambda all_: (all_["category"] == "cafe") & (all_["accuracy_m"] > 100),
        ),
        (
            "(category IN ('cafe','bakery'))",
            lambda all_: all_["category"].isin(["cafe", "bakery"]),
        ),
        ("(NOT (halal = 'unknown'))", lambda all_: all_["halal"] != "unknown"),
        ('("phone" IS NOT NULL)', lambda all_: all_["phone"].notna()),
        (
            "(CASEI(\"name_en\") LIKE CASEI('%SAMARKAND%'))",
            lambda all_: all_["name_en"].fillna("").str.contains("samarkand", case=False),
        ),
        (
            "S_INTERSECTS(geometry,BBOX(126.7895,37.3285,126.7911,37.3298))",
            lambda all_: all_.intersects(BOX),
        ),
    ],
)
def test_its_filters_find_what_pandas_finds(client, businesses, text, holds):
    query = {"filter": text, "filter-lang": "cql2-text", "limit": 10_000}
    answer = client.get(ITEMS, params=query)
    assert answer.status_code == 200, answer.text
    wanted = businesses.index[holds(businesses).astype(bool)]
    assert {feature["id"] for feature in answer.json()["features"]} == set(wanted)
    assert 0 < len(wanted) < len(businesses)


def test_the_geometry_is_among_the_queryables(client):
    body = client.get("/collections/businesses/queryables").json()
    kinds = [schema.get("format", "") for schema in body["properties"].values()]
    assert any(kind.startswith("geometry") for kind in kinds)


def test_the_size_of_its_pages_stands_where_it_looks(client):
    schema = client.get("/api").json()["components"]["parameters"]["limit"]["schema"]
    assert schema["maximum"] >= schema["default"] >= 1
