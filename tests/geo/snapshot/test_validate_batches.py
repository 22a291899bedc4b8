"""A part as Arrow columns is held against the contract as its frame would be."""

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.core.errors import ContractError
from geo.snapshot import validate_batches
from geo.snapshot.layer_batch import LayerBatch, to_batch, to_frame
from geo.snapshot.schema.validate import CITY, conform
from geo.snapshot.validate_batches import BatchValidator

FAULTLESS = {
    "name_ko": ["가", "나", None],
    "name_en": [None, "B", "C"],
    "category": ["restaurant", "cafe", "restaurant"],
    "cuisine": [["np", "in"], [], ["cn"]],
    "halal": ["unknown"] * 3,
    "halal_basis": [None] * 3,
    "foreign_run": [None, True, False],
    "operator_nationality": [None, "vn", None],
    "in_zone": [True, False, None],
    "in_food_street": [None] * 3,
    "address": [None] * 3,
    "address_detail": ["1층", None, "1층"],
    "phone": [None] * 3,
    "located_by": ["register"] * 3,
    "dong_code": ["4127354500", "1111061500", "4127354500"],
    "gu_code": ["41273", "11110", "41273"],
    "floor": [None] * 3,
    "opening_hours": [None] * 3,
    "note": [None] * 3,
    "research_note": [None] * 3,
    "for_visitors": [True] * 3,
    "opened_on": ["2020", None, "2021-03-04"],
    "verified_on": [None] * 3,
    "registers": [["semas"]] * 3,
    "claims": [[], ["phone: 1 (a), 2 (b)"], []],
    "provenance": ["observed"] * 3,
    "source": ["semas"] * 3,
    "source_date": ["2026-06"] * 3,
    "accuracy_m": [30.0] * 3,
}
IDS = ["semas-1", "semas-2", "semas-3"]
PLACES = [[126.79, 37.33], [126.8, 37.34], [126.79, 37.33]]
TYPES = {"cuisine": "list", "registers": "list", "claims": "list", "accuracy_m": "number"}
TYPES |= dict.fromkeys(("foreign_run", "in_zone", "in_food_street", "for_visitors"), "truth")
ARROW = {"list": pa.list_(pa.string()), "number": pa.float64(), "truth": pa.bool_()}


def column(name: str, values: list) -> pa.Array:
    return pa.array(values, ARROW.get(TYPES.get(name, ""), pa.string()))


def part(ids=IDS, places=PLACES, **changes: object) -> LayerBatch:
    """Three businesses without fault but for what is changed."""
    columns = {name: column(name, values) for name, values in FAULTLESS.items()} | changes
    return LayerBatch(pa.array(ids, pa.string()), np.array(places), pa.table(columns))


def coded(one: LayerBatch) -> LayerBatch:
    """The same with every text as a dictionary."""
    columns = {
        name: values.combine_chunks().dictionary_encode() if values.type == pa.string() else values
        for name, values in zip(one.properties.column_names, one.properties.columns, strict=True)
    }
    return LayerBatch(one.ids, one.shapes, pa.table(columns))


@pytest.fixture
def no_frames(monkeypatch):
    """Fails where a part is looked at as a frame."""

    def never(*_: object) -> None:
        raise AssertionError("a frame was made")

    monkeypatch.setattr(validate_batches, "to_frame", never)


@pytest.mark.parametrize("form", [part, lambda: coded(part())], ids=["plain", "coded"])
def test_a_faultless_part_needs_no_frame(form, no_frames):
    given = form()
    assert BatchValidator("businesses", CITY)(given) is given


def test_nothing_is_remembered_wrongly_of_the_part_before(no_frames):
    check = BatchValidator("businesses", CITY)
    check(part())
    with pytest.raises(AssertionError, match="a frame was made"):
        check(part(category=column("category", ["cafe", "sauna", "cafe"])))
    with pytest.raises(AssertionError, match="a frame was made"):
        check(part(category=column("category", ["cafe", "sauna", "cafe"])))


FAULTS = {
    "an unknown category": {"category": ["cafe", "sauna", "cafe"]},
    "a category that is missing": {"category": ["cafe", None, "cafe"]},
    "an empty name": {"name_ko": ["", "b", "c"]},
    "a date that is none": {"opened_on": ["2020-13", None, None]},
    "a code with a line break": {"gu_code": ["41273", "11110\n", "41273"]},
    "a cuisine that is no code": {"cuisine": [["np"], ["Nepal"], []]},
    "a cuisine that is missing": {"cuisine": [["np"], [None], []]},
    "cuisines that are missing": {"cuisine": [["np"], None, []]},
    "an accuracy below nothing": {"accuracy_m": [30.0, -1.0, 30.0]},
    "an accuracy beyond bounds": {"accuracy_m": [30.0, float("inf"), 30.0]},
    "an accuracy that is missing": {"accuracy_m": [30.0, None, 30.0]},
}


@pytest.mark.parametrize("form", [lambda one: one, coded], ids=["plain", "coded"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_value_that_is_not_allowed_is_told_as_of_a_frame(fault, form):
    given = form(part(**{name: column(name, values) for name, values in FAULTS[fault].items()}))
    with pytest.raises(ContractError) as expected:
        conform("businesses", to_frame(given))
    with pytest.raises(ContractError) as told:
        BatchValidator("businesses", CITY)(given)
    assert str(told.value) == str(expected.value)
    assert next(iter(FAULTS[fault])) in str(told.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ids": ["a", "a", "b"]}, "ids occur twice: .*'a'"),
        ({"ids": ["", "a", "b"]}, "ids must be text"),
        ({"ids": ["a", None, "b"]}, "ids must be text"),
        ({"places": [[126.79, 37.33], [37.3, 126.7], [126.8, 37.3]]}, "outside the city.*semas-2"),
        ({"places": [[126.79, 37.33], [126.8, 37.3], [126.8, 38.3]]}, "outside the city.*semas-3"),
        ({"places": [[126.79, 37.33], [np.nan, np.nan], [126.8, 37.3]]}, "no valid Point.*semas-2"),
        ({"owner": pa.array(["a", "b", "c"])}, r"unknown columns \['owner'\]"),
    ],
)
def test_wrong_ids_places_and_columns_are_told(change, words):
    with pytest.raises(ContractError, match=words):
        BatchValidator("businesses", CITY)(part(**change))


def test_a_layer_of_other_shapes_is_looked_at_as_a_frame(gu):
    BatchValidator("gu", CITY)(to_batch("gu", conform("gu", gu)))
    with pytest.raises(ContractError, match="gu_code '41131'"):
        BatchValidator("gu", CITY)(to_batch("gu", gu.assign(gu_code="41131")))


def test_a_frame_of_a_part_is_the_frame_that_it_was_made_of(published):
    frame = conform("businesses", gpd.read_parquet(published.folder / "businesses.parquet"))
    found = conform("businesses", to_frame(to_batch("businesses", frame)))
    lists = ["cuisine", "registers", "claims"]
    as_tuples = {name: found[name].map(tuple) for name in lists}
    expected = {name: frame[name].map(tuple) for name in lists}
    assert_geodataframe_equal(found.assign(**as_tuples), frame.assign(**expected))
