"""The committed tables: census truths, codes with their dates, facts with their sources."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata import census, with_dong_codes
from geo.pipeline.refdata.codes import codes_on

TABLES = Path(__file__).parents[4] / "data" / "tables"
ROWS = {
    "residents": 75,
    "households": 75,
    "establishments": 25,
    "dong_codes": 65,
    "places": 283,
    "centres": 45,
    "centre_values": 250,
    "stations": 13,
    "landmarks": 27,
    "helplines": 24,
    "corners": 12,
    "street_lines": 31,
    "address_points": 58,
    "rail_lines": 508,
    "surveys": 11,
    "zone_history": 25,
    "city_residents": 38,
    "city_deck": 51,
}
# What the city's presentation of 2025 names for each centre, as codes of services.
DECK_SERVICES = {
    "hq": {"korean-class", "culture", "library", "medical"},
    "plus": {"visa", "work"},
    "consult": {"counselling", "interpretation"},
    "youth": {"counselling", "education", "korean-class"},
    "koryoin": {"korean-class", "education", "counselling"},
    "family": {"korean-class", "work"},
    "library": {"library"},
    "health": {"medical"},
}


def table(name: str) -> pd.DataFrame:
    """One table, every cell as text, empty cells as ""."""
    return pd.read_csv(TABLES / f"{name}.csv", dtype=str, keep_default_na=False)


def residents() -> pd.DataFrame:
    return pd.read_csv(TABLES / "residents.csv", dtype={"dong_code": str, "kostat_code": str})


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_no_row_is_lost(name, rows):
    assert len(table(name)) == rows


@pytest.mark.parametrize(("year", "foreign"), [(2015, 64_244), (2020, 79_498), (2025, 92_782)])
def test_foreign_residents_of_the_city(year, foreign):
    found = residents().query("year == @year")
    assert len(found) == 25
    assert found["foreign"].sum() == foreign


def test_residents_of_wongok_dong_in_2025():
    wongok = residents().set_index(["dong_code", "year"]).loc[("4127354500", 2025)]
    assert (wongok["foreign"], wongok["domestic"]) == (24_915, 4_974)


def test_parts_of_the_residents_add_up():
    found = residents()
    for whole, parts in census.SUMS:
        assert (found[whole] == found[parts].sum(axis="columns")).all()


def test_establishments_of_2020():
    found = table("establishments").set_index("dong_code")["establishments"].astype(int)
    assert found.sum() == 81_784
    assert found["4127354500"] == 5_530


def test_residents_of_2015_carry_the_codes_of_2015():
    found = residents()
    codes = {year: set(rows["dong_code"]) for year, rows in found.groupby("year")}
    assert codes[2020] == codes[2025]
    assert "4127354000" in codes[2015] - codes[2020]  # 원곡본동, until 2017
    assert "4127354500" in codes[2020] - codes[2015]  # 원곡동, since 2017


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2002, 10, 31), "4127054100"),  # 원곡본동 of the city without gu
        (date(2002, 11, 1), "4127354000"),  # 원곡본동 of Danwon-gu
        (date(2017, 6, 30), "4127354000"),
        (date(2017, 7, 1), "4127354500"),  # 원곡동
    ],
)
def test_codes_hold_from_their_first_day_to_the_day_before_the_next(day, code):
    codes = table("dong_codes").replace({"valid_to": {"": None}})
    held = codes_on(codes, day)
    assert held.loc[held["name_ko"].isin(["원곡본동", "원곡동"]), "dong_code"].tolist() == [code]


def census_copies(monkeypatch, tmp_path, *, codes: list[float], values: list[float]) -> None:
    """A census table in which one figure of one dong stands once per code."""
    labels = {"year": 2020.0, "type": "population", "class1": "all households", "class2": "total"}
    path = tmp_path / "censuskor.parquet"
    pd.DataFrame({**labels, "adm3": "Il-dong", "adm3_code": codes, "value": values}).to_parquet(
        path
    )
    monkeypatch.setattr(census, "data_file", lambda *_: path)


def test_a_figure_under_both_codes_is_kept_once(monkeypatch, tmp_path):
    census_copies(monkeypatch, tmp_path, codes=[3109151.0, 31091510.0], values=[5.0, 5.0])
    rows = census.census_rows()
    assert rows[["kostat_code", "value"]].values.tolist() == [["3109151", 5.0]]


def test_copies_that_differ_are_caught(monkeypatch, tmp_path):
    census_copies(monkeypatch, tmp_path, codes=[3109151.0, 31091510.0], values=[5.0, 6.0])
    with pytest.raises(SourceChangedError, match="copies of one figure differ"):
        census.census_rows()


def test_a_code_of_a_changed_boundary_is_caught(monkeypatch, tmp_path):
    census_copies(monkeypatch, tmp_path, codes=[31091511.0], values=[5.0])
    with pytest.raises(SourceChangedError, match="31091511"):
        census.census_rows()


def test_figures_of_other_dong_are_caught():
    figures = pd.DataFrame({"kostat_code": ["3109151"], "year": [2020]})
    dong = {2020: pd.DataFrame({"dong_code": ["4127151500"], "kostat_code": ["3109174"]})}
    with pytest.raises(SourceChangedError, match="census of 2020"):
        with_dong_codes(figures, dong)


@pytest.mark.parametrize("centre", DECK_SERVICES)
def test_centres_offer_what_the_city_names(centre):
    values = table("centre_values").set_index(["id", "field"])["value"]
    assert DECK_SERVICES[centre] <= set(values[centre, "services"].split(";"))


@pytest.mark.parametrize(
    "name",
    [
        "places",
        "centres",
        "centre_values",
        "surveys",
        "zone_history",
        "city_residents",
        "city_deck",
    ],
)
def test_every_fact_names_its_source(name):
    assert (table(name)["source"] != "").all()


def test_no_personal_mobile_number_is_published():
    mobile = re.compile(r"(?<!\d)01[016789][-. ]?\d{3,4}[-. ]?\d{4}(?!\d)")
    found = {path.name: mobile.findall(path.read_text("utf-8")) for path in TABLES.glob("*.csv")}
    assert not any(found.values()), found


def test_the_gap_in_the_statuses_stays_visible():
    deck = table("city_deck")
    statuses = deck[deck["topic"] == "residency_status"]
    total = int(deck.query("topic == 'population' and key == 'foreign'")["value"].item())
    assert len(statuses) == 6
    assert total - statuses["value"].astype(int).sum() == 2_436
    assert statuses["note"].str.contains("98,083").all()


def test_figures_of_the_presentation():
    deck = table("city_deck").set_index(["topic", "key"])["value"]
    assert deck["economy", "businesses"] == "12753"
    assert deck["economy", "employees"] == "152030"
    assert deck["special_zone", "foreign_run_businesses"] == "395"
    assert deck["territory", "area"] == "156.53"
