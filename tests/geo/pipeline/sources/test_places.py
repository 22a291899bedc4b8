"""Named businesses, as the collected table has them."""

import pandas as pd
import pytest

from geo.core.errors import ContractError, SourceChangedError
from geo.core.source import read_table
from geo.pipeline.sources.places import SPEC, from_table, read_places


@pytest.fixture(scope="module")
def table(data) -> pd.DataFrame:
    return read_table(data, SPEC, "tables/places.csv")


def shop(table: pd.DataFrame, **cells: str) -> pd.DataFrame:
    """One row: a restaurant of Danwon-gu of which nothing else is known."""
    known = {"id": "shop", "gu": "단원구", "category": "restaurant"}
    return pd.DataFrame([dict.fromkeys(table.columns, "") | known | cells])


def test_the_landmark_is_set_aside_by_name(data, gazetteer):
    features = read_places(data, gazetteer)
    assert (features.read, len(features.frame)) == (283, 282)
    (rejects,) = features.exclusions
    assert (rejects.reason, rejects.ids) == ("a landmark, not a business", ("borderless-photo",))


def test_ids_are_those_of_the_source(table, gazetteer):
    frame = from_table(table, gazetteer).frame
    assert set(frame.index) == set(table["id"]) - {"borderless-photo"}


@pytest.mark.parametrize(
    ("column", "table_name", "value"),
    [
        ("category", "category", "sauna"),
        ("cuisine_or_nationality", "cuisine", "atlantis"),
        ("halal_basis", "halal", "certificate of KMF"),
    ],
)
def test_an_unknown_wording_stops_the_build(table, gazetteer, column, table_name, value):
    with pytest.raises(
        SourceChangedError, match=rf"places: unmapped {table_name} \['{value}'\].*lookup"
    ):
        from_table(shop(table, **{column: value}), gazetteer)


@pytest.mark.parametrize(
    ("text", "cuisine"),
    [
        ("", ()),
        ("nepal;india", ("np", "in")),
        ("russia;koryoin;central-asia", ("ru", "central-asia")),  # two spellings of one cuisine
    ],
)
def test_cuisines_keep_their_order_without_doubles(table, gazetteer, text, cuisine):
    frame = from_table(shop(table, cuisine_or_nationality=text), gazetteer).frame
    assert frame["cuisine"].item() == cuisine


def test_nothing_is_said_about_who_runs_a_named_place(table, gazetteer):
    frame = from_table(table, gazetteer).frame
    assert frame[["foreign_run", "operator_nationality", "verified_on"]].isna().all(axis=None)


def test_no_list_makes_a_place_certified(table, gazetteer):
    # Every mark of the table rests on a list or on the shop's word, never on a certificate.
    frame = from_table(table, gazetteer).frame
    assert set(frame["halal"]) == {"unknown", "self-declared", "muslim-friendly"}
    assert (frame["halal"] == "unknown").equals(frame["halal_basis"].isna())


@pytest.mark.parametrize(
    ("road", "lot", "address"),
    [
        ("다문화길 18", "원곡동 795", "다문화길 18"),
        ("", "원곡동 795", "원곡동 795"),
        ("", "", None),
    ],
)
def test_the_road_address_goes_before_the_lot(table, gazetteer, road, lot, address):
    given = shop(table, address_road=road, address_jibun=lot)
    found = from_table(given, gazetteer).frame["address"].item()
    assert found == address if address else pd.isna(found)


def test_empty_cells_are_unknown(table, gazetteer):
    found = from_table(shop(table), gazetteer).frame
    assert found[["name_ko", "phone", "note", "source_date"]].isna().all(axis=None)


def test_no_private_mobile_number_is_published(table, gazetteer):
    frame = from_table(table, gazetteer).frame
    words = frame[["phone", "note", "address_detail"]].stack().astype(str)
    assert not words.str.contains(r"01[016-9][- ]?\d{3,4}[- ]?\d{4}").any()


def test_an_id_that_stands_twice_is_named(table, gazetteer):
    twice = pd.concat([shop(table), shop(table)])
    with pytest.raises((SourceChangedError, ContractError), match="shop"):
        from_table(twice, gazetteer)


def test_the_table_given_is_left_as_it_was(table, gazetteer):
    before = table.copy()
    from_table(table, gazetteer)
    pd.testing.assert_frame_equal(table, before)
