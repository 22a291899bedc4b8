"""Support centres, as the collected table has them."""

import pandas as pd
import pytest

from geo.errors import SourceChangedError
from geo.sources.centres import SPEC, from_table, read
from geo.sources.spec import read_table


@pytest.fixture(scope="module")
def centres(data, gazetteer) -> pd.DataFrame:
    return read(data, gazetteer).frame


@pytest.fixture
def row(data) -> dict[str, str]:
    """A centre in Danwon-gu of which nothing else is known."""
    columns = read_table(data, SPEC, "tables/centres.csv").columns
    return dict.fromkeys(columns, "") | {"id": "desk", "gu": "단원구"}


def test_every_centre_is_kept(data, gazetteer):
    reading = read(data, gazetteer)
    assert (reading.read, len(reading.frame), reading.set_aside) == (21, 21, ())


def test_centres_of_one_house_share_its_door(centres):
    # Six share 부부로 43, says the README of the facts.
    house = centres[centres["address"] == "부부로 43"]
    assert len(house) == 6
    assert set(house["located_by"]) == {"street-number"}
    assert house.geometry.nunique() == 1


def test_languages_are_codes(centres):
    # The consultation centre: the eleven that the city named in 2018.
    assert centres.loc["consult", "languages"] == (
        "zh", "vi", "id", "ru", "fil", "th", "ur", "si", "km", "ne", "ko",
    )  # fmt: skip


def test_an_unknown_language_stops_the_build(row, gazetteer):
    with pytest.raises(SourceChangedError, match=r"centres: unmapped languages \['Klingon'\]"):
        from_table(pd.DataFrame([row | {"languages": "Korean;Klingon"}]), gazetteer)


@pytest.mark.parametrize(
    ("text", "services"),
    [("", ()), ("labour", ("labour",)), ("labour; visas ;", ("labour", "visas"))],
)
def test_services_are_a_list(row, gazetteer, text, services):
    frame = from_table(pd.DataFrame([row | {"services": text}]), gazetteer).frame
    assert frame["services"].item() == services


@pytest.mark.parametrize(
    ("cells", "located_by", "area_code"),
    [
        ({"address_jibun": "초지동 667-2"}, "legal-dong", "4127310700"),
        ({"gu": "상록구", "address_detail": "사동; 2층"}, "legal-dong", "4127110300"),
        ({"name_ko": "원곡동 행정복지센터"}, "legal-dong", "4127310800"),
        ({"address_road": "부부로8길 17"}, "gu", "41273"),
        ({}, "gu", "41273"),
    ],
)
def test_without_a_drawn_street_the_district_is_what_is_known(
    row, gazetteer, cells, located_by, area_code
):
    found = from_table(pd.DataFrame([row | cells]), gazetteer).frame
    assert (found["located_by"].item(), found["area_code"].item()) == (located_by, area_code)


def test_empty_cells_are_unknown(row, gazetteer):
    found = from_table(pd.DataFrame([row]), gazetteer).frame
    assert found[["hours", "phone", "address", "note", "established"]].isna().all(axis=None)


def test_no_private_mobile_number_is_published(centres):
    words = centres[["phone", "hours", "note", "address_detail"]].stack().astype(str)
    assert not words.str.contains(r"01[016-9][- ]?\d{3,4}[- ]?\d{4}").any()
