"""Support centres, as the collected table has them."""

import pandas as pd
import pytest

from geo.core.errors import SourceChangedError
from geo.core.source import read_table
from geo.pipeline.sources.centres import JOINED, SPEC, from_table, read_centres, with_values


@pytest.fixture(scope="module")
def centres(data, gazetteer) -> pd.DataFrame:
    return read_centres(data, gazetteer).frame


@pytest.fixture
def row(data) -> dict[str, str]:
    """A centre in Danwon-gu of which nothing else is known."""
    columns = [*read_table(data, SPEC, "tables/centres.csv").columns, *JOINED]
    return dict.fromkeys(columns, "") | {"id": "desk", "gu": "단원구"}


def test_every_centre_is_kept(data, gazetteer):
    features = read_centres(data, gazetteer)
    assert (features.read, len(features.frame), features.exclusions) == (45, 45, ())


def test_centres_of_one_house_share_its_door(centres):
    # Headquarters, visa desk, counselling, culture hall, health, clinic, library, media.
    house = centres[centres["address"] == "부부로 43"]
    assert len(house) == 8
    assert set(house["located_by"]) == {"street-number"}
    assert house.geometry.nunique() == 1


def test_languages_are_codes(centres):
    # The consultation centre: the eleven that the city named in 2018.
    assert centres.loc["consult", "languages"] == (
        "ko", "zh", "vi", "id", "ru", "fil", "th", "ur", "si", "km", "ne",
    )  # fmt: skip


def test_an_unknown_language_stops_the_build(row, gazetteer):
    with pytest.raises(SourceChangedError, match=r"centres: unmapped languages \['tlh'\]"):
        from_table(pd.DataFrame([row | {"languages": "ko;tlh"}]), gazetteer)


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
    words = (
        centres[["phone", "hours", "note", "research_note", "address_detail"]].stack().astype(str)
    )
    assert not words.str.contains(r"01[016-9][- ]?\d{3,4}[- ]?\d{4}").any()


@pytest.mark.parametrize("centre", ["consult", "plus"])
def test_the_desks_of_bubu_ro_43_are_on_the_first_floor(centres, centre):
    # They moved down in 2024; before, they were on the second and the third.
    assert centres.loc[centre, ["address", "floor"]].tolist() == ["부부로 43", "1F"]


def test_the_counselling_centre_answers_at_its_number(centres):
    row = centres.loc["consult"]
    assert row["phone"] == "1644-7111"
    assert row["opening_hours"] == "Mo-Th 09:00-18:00; Su 10:00-19:00; Fr,Sa off"


def test_the_human_rights_centre_has_left_the_city(centres):
    row = centres.loc["hr-centre-moved"]
    assert (row["name_ko"], row["kind"]) == ("경기도외국인인권지원센터", "closed")
    assert (row["helpline"], bool(row["for_visitors"])) == ("1661-0222", False)
    assert row[["phone", "address"]].isna().all()


def test_each_value_bears_its_own_confidence_source_and_date(centres):
    claims = centres.loc["hq", "claims"]
    assert "floor: B1-3F (high, 2024-09-03, http://m.pressna.com/news/newsview.php?ncode=" in (
        "\n".join(claims)
    )
    low = [claim for claim in claims if claim.startswith("opening_hours:")]
    assert "(low, no date, " in low[0]


def test_every_value_of_the_facts_is_told(centres):
    assert centres["claims"].map(len).sum() == 250


def test_what_researchers_noted_is_apart_from_what_visitors_read(centres):
    assert centres["research_note"].notna().sum() == 28
    assert centres["note"].str.len().max() <= 100
    assert not (centres["note"] == centres["research_note"]).any()


def test_a_point_that_a_source_gives_serves_where_no_street_is_drawn(centres):
    row = centres.loc["global-mc"]
    assert (row["located_by"], row["accuracy_m"]) == ("register", 50)
    assert (row.geometry.x, row.geometry.y) == (126.815352, 37.331170)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"id": "nobody"}, "unknown"), ({"field": "colour"}, "unknown"), ({}, "given twice")],
)
def test_a_value_of_nothing_known_or_given_twice_stops_the_build(data, changes, message):
    table = read_table(data, SPEC, "tables/centres.csv")
    values = read_table(data, SPEC, "tables/centre_values.csv")
    more = pd.concat([values, values.head(1).assign(**changes)])
    with pytest.raises(SourceChangedError, match=message):
        with_values(table, more)
