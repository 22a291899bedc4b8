"""Layers that break their contract are refused, with the value and the id."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.core.crs import MEASURE, STORE
from geo.core.errors import ContractError
from geo.core.vocab import CATEGORIES, HALAL, PROVENANCE
from geo.snapshot.schema.contracts import CONTRACTS, GEOMETRY, field_list
from geo.snapshot.schema.layer_names import COLLECTIONS
from geo.snapshot.schema.validate import conform

SHOP = {
    "name_ko": "칸티푸르",
    "name_en": "Kantipur",
    "category": "restaurant",
    "cuisine": ("np", "in"),
    "halal": "muslim-friendly",
    "halal_basis": None,
    "foreign_run": None,
    "operator_nationality": None,
    "in_zone": True,
    "in_food_street": None,
    "address": None,
    "address_detail": None,
    "phone": None,
    "located_by": "street-number",
    "dong_code": "4127354500",
    "gu_code": "41273",
    "floor": None,
    "opening_hours": None,
    "note": None,
    "research_note": None,
    "for_visitors": True,
    "opened_on": None,
    "verified_on": None,
    "registers": ("places",),
    "claims": (),
    "provenance": "observed",
    "source": "a list",
    "source_date": "2024-05",
    "accuracy_m": 27,
}


def shop(**changes: object) -> gpd.GeoDataFrame:
    """One business, without fault but for what is changed."""
    row = SHOP | changes
    return gpd.GeoDataFrame([row], index=["kantipur"], geometry=[Point(126.79, 37.33)], crs=STORE)


def shape(geometry: object) -> gpd.GeoDataFrame:
    return shop().set_geometry([geometry], crs=STORE)


def test_a_faultless_row_is_kept():
    assert list(conform("businesses", shop()).index) == ["kantipur"]


def test_columns_come_in_the_order_of_the_contract():
    mixed = shop()[[*sorted(SHOP), "geometry"]]
    assert list(conform("businesses", mixed).columns) == [*SHOP, "geometry"]


def test_rows_come_in_the_order_of_their_ids(gu):
    assert list(conform("gu", gu.iloc[::-1]).index) == ["41271", "41273"]


def test_the_frame_given_is_left_as_it_was(gu):
    before = gu.copy()
    conform("gu", gu.iloc[::-1])
    pd.testing.assert_frame_equal(gu, before)


def test_unknown_values_stay_unknown():
    found = conform("businesses", shop(name_ko=np.nan)).iloc[0]
    assert found[["name_ko", "halal_basis", "foreign_run", "in_food_street"]].isna().all()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("category", "sauna"),
        ("halal", "yes"),
        ("located_by", "guess"),
        ("provenance", "rumoured"),
        ("gu_code", "4113"),
        ("dong_code", "41273545"),
        ("operator_nationality", "china"),
        ("verified_on", "yesterday"),
        ("source_date", "2024-5-1"),
        ("accuracy_m", -1.0),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_its_id(column, value):
    with pytest.raises(ContractError, match=rf"{column} .*{value}.* at 'kantipur'"):
        conform("businesses", shop(**{column: value}))


@pytest.mark.parametrize("column", ["category", "halal", "gu_code", "provenance", "source"])
def test_null_is_named_where_it_may_not_stand(column):
    with pytest.raises(ContractError, match=rf"{column} nan at 'kantipur' \(not_nullable\)"):
        conform("businesses", shop(**{column: None}))


@pytest.mark.parametrize("cuisine", [("np", "nepal"), ("NP",), ("np", 5), "np"])
def test_a_wrong_member_of_a_list_is_named(cuisine):
    with pytest.raises(ContractError, match=r"cuisine .* at 'kantipur'"):
        conform("businesses", shop(cuisine=cuisine))


def test_several_faults_are_told_at_once():
    with pytest.raises(ContractError, match=r"category 'sauna'.*halal 'yes'"):
        conform("businesses", shop(category="sauna", halal="yes"))


@pytest.mark.parametrize(
    ("column", "value"), [("accuracy_m", "far"), ("in_zone", "maybe"), ("foreign_run", 2)]
)
def test_a_value_of_another_type_is_named(column, value):
    with pytest.raises(ContractError, match=column):
        conform("businesses", shop(**{column: value}))


@pytest.mark.parametrize("number", [1.5, "x"])
def test_a_count_that_is_not_whole_is_named(lanes, number):
    with pytest.raises(ContractError, match="from_no"):
        conform("streets", lanes.assign(from_no=[number]))


@pytest.mark.parametrize("day", ["2023-13", "2023-02-30", "2024-00-00"])
def test_a_day_that_is_in_no_calendar_is_named(day):
    with pytest.raises(ContractError, match="source_date"):
        conform("businesses", shop(source_date=day))


@pytest.mark.parametrize("day", ["2024", "2024-05", "2024-02-29"])
def test_a_date_is_as_exact_as_its_source(day):
    assert conform("businesses", shop(source_date=day))["source_date"].item() == day


def test_a_line_break_after_a_code_is_named():
    with pytest.raises(ContractError, match="dong_code"):
        conform("businesses", shop(dong_code="4127354500\n"))


@pytest.mark.parametrize("column", ["name_ko", "source", "phone"])
def test_an_empty_text_is_not_a_way_to_say_unknown(column):
    with pytest.raises(ContractError, match=column):
        conform("businesses", shop(**{column: ""}))


def test_an_infinite_number_is_named():
    # GeoJSON has no infinity: it would be sent as null, where null is not allowed.
    with pytest.raises(ContractError, match="accuracy_m"):
        conform("businesses", shop(accuracy_m=np.inf))


def test_a_missing_column_is_named():
    with pytest.raises(ContractError, match=r"businesses: missing columns \['halal'\]"):
        conform("businesses", shop().drop(columns="halal"))


def test_a_column_too_many_is_named():
    with pytest.raises(ContractError, match=r"unknown columns \['owner'\]"):
        conform("businesses", shop().assign(owner="somebody"))


def test_an_id_that_stands_twice_is_named():
    with pytest.raises(ContractError, match=r"ids occur twice: \['kantipur'\]"):
        conform("businesses", pd.concat([shop(), shop()]))


@pytest.mark.parametrize("name", ["", 7])
def test_an_id_that_is_no_text_is_named(name):
    with pytest.raises(ContractError, match=rf"ids must be text: \[{name!r}\]"):
        conform("businesses", shop().set_index(pd.Index([name])))


@pytest.mark.parametrize(
    "geometry", [None, Point(), LineString([(126, 37), (127, 37)]), box(126, 37, 127, 38)]
)
def test_another_geometry_is_named(geometry):
    with pytest.raises(ContractError, match=r"no valid Point at \['kantipur'\]"):
        conform("businesses", shape(geometry))


def test_a_ring_that_crosses_itself_is_named(gu):
    bow = Polygon([(126, 37), (127, 38), (127, 37), (126, 38)])
    with pytest.raises(ContractError, match=r"no valid Polygon at \['41273'\]"):
        conform("gu", gu.set_geometry([gu.geometry.iloc[0], bow], crs=STORE))


def test_several_polygons_may_be_one_feature(gu):
    islands = MultiPolygon([box(126.4, 37.2, 126.5, 37.3), box(126.6, 37.2, 126.7, 37.3)])
    assert len(conform("gu", gu.set_geometry([islands] * 2, crs=STORE))) == 2


@pytest.mark.parametrize("geometry", [Point(37.33, 126.79), Point(181_000, 525_000)])
def test_a_point_outside_the_city_is_named(geometry):
    with pytest.raises(ContractError, match="kantipur"):
        conform("businesses", shape(geometry))


@pytest.mark.parametrize("crs", [None, MEASURE])
def test_another_crs_is_refused(crs):
    with pytest.raises(ContractError, match=r"CRS|EPSG"):
        conform("businesses", shop().set_crs(crs, allow_override=True))


# What DESIGN.md promises of each collection, beyond the four that say where it is from.
PROMISED = {
    "gu": "name_ko name_en area_km2",
    "dong": "name_ko name_en gu_code kostat_code area_km2 establishments_2020",
    "residents": "dong_code year total domestic foreign foreign_share male female",
    "households": "dong_code year households foreign_households one_person in_other_quarters",
    "zone": "valid_from valid_to published_area_m2",
    "food-streets": "valid_from valid_to published_area_m2 restaurants",
    "streets": "name_ko name_en from_no to_no",
    "centres": "name_ko name_en kind services languages hours phone address",
    "stations": "name_ko name_en kind",
    "landmarks": "name_ko name_en kind",
    "helplines": "name_ko name_en kind languages opening_hours",
    "businesses": "name_ko name_en category cuisine halal foreign_run operator_nationality in_zone "
    "dong_code address verified_on",
}


@pytest.mark.parametrize("layer_id", PROMISED)
def test_every_promised_property_is_there(layer_id):
    names = {item["name"] for item in field_list(layer_id)}
    assert set(PROMISED[layer_id].split()) <= names
    assert {"provenance", "source", "source_date", "accuracy_m"} <= names


@pytest.mark.parametrize("layer_id", COLLECTIONS)
def test_every_property_is_explained(layer_id):
    for item in field_list(layer_id):
        assert item["description"]
        assert item["type"] in {"string", "boolean", "integer", "number", "date", "list"}


def test_every_collection_is_described():
    assert set(CONTRACTS) == set(GEOMETRY) == set(COLLECTIONS)


@pytest.mark.parametrize(
    ("layer_id", "name", "kind", "nullable", "allowed"),
    [
        ("businesses", "category", "string", False, CATEGORIES),
        ("businesses", "halal", "string", False, HALAL),
        ("businesses", "cuisine", "list", False, ()),
        ("businesses", "foreign_run", "boolean", True, ()),
        ("businesses", "verified_on", "date", True, ()),
        ("gu", "provenance", "string", False, PROVENANCE),
        ("residents", "year", "integer", False, ()),
        ("residents", "foreign_share", "number", True, ()),
    ],
)
def test_a_field_says_what_may_stand_in_it(layer_id, name, kind, nullable, allowed):
    (field,) = [item for item in field_list(layer_id) if item["name"] == name]
    assert (field["type"], field["nullable"]) == (kind, nullable)
    assert tuple(field["allowed"]) == allowed
