"""Profiles of places, against the tables of the censuses read by pandas."""

import json
from pathlib import Path

import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.serving.analysis.profiles import FIGURES, profiles

TABLES = Path(__file__).parents[4] / "data" / "tables"
WONGOK = "4127354500"


@pytest.fixture(scope="module")
def census() -> pd.DataFrame:
    """The counts of 2025 by dong, as the committed tables give them."""
    residents = pd.read_csv(TABLES / "residents.csv", dtype={"dong_code": str})
    households = pd.read_csv(TABLES / "households.csv", dtype={"dong_code": str})
    both = [
        table[table["year"] == 2025].set_index("dong_code") for table in (residents, households)
    ]
    return both[0].merge(both[1], left_index=True, right_index=True, suffixes=("", "_household"))


@pytest.fixture(scope="module")
def of_dong(snapshot):
    return {row["code"]: row for row in profiles(snapshot, {}).rows}


@pytest.mark.parametrize(
    ("figure", "part", "whole"),
    [
        ("foreign_share", "foreign", "total"),
        ("foreign_household_share", "foreign_households", "households"),
        ("one_person_share", "one_person", "general_households"),
        ("detached_share", "in_detached_houses", "general_households"),
        ("apartment_share", "in_apartments", "general_households"),
        ("multi_family_share", "in_multi_family_houses", "general_households"),
        ("other_quarters_share", "in_other_quarters", "general_households"),
    ],
)
def test_shares_are_those_of_the_tables(of_dong, census, figure, part, whole):
    expected = (census[part] / census[whole]).dropna().to_dict()
    found = {code: row[figure] for code, row in of_dong.items() if row[figure] is not None}
    assert found == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("figure", "column"),
    [("residents", "total"), ("foreign", "foreign"), ("households", "households")],
)
def test_counts_are_those_of_the_tables(of_dong, census, figure, column):
    assert {code: row[figure] for code, row in of_dong.items()} == census[column].to_dict()


def test_establishments_and_densities_are_those_of_the_tables_and_outlines(of_dong, census):
    """Areas are measured on the ellipsoid, where no projection has a part in them."""
    counted = pd.read_csv(TABLES / "establishments.csv", dtype={"dong_code": str})
    counted = counted.set_index("dong_code")["establishments"]
    outlines = json.loads((TABLES.parent / "shapes" / "dong_2020.geojson").read_text("utf-8"))
    for feature in outlines["features"]:
        code, shape = (
            feature["properties"]["dong_code"],
            shapely.geometry.shape(feature["geometry"]),
        )
        km2 = abs(Geod(ellps="GRS80").geometry_area_perimeter(shape)[0]) / 1e6
        row, establishments = of_dong[code], counted[code]
        assert row["establishments"] == establishments
        assert row["density"] == pytest.approx(census["total"][code] / km2, rel=1e-3, abs=0.06)
        assert row["establishments_per_km2"] == pytest.approx(
            establishments / km2, rel=1e-3, abs=0.06
        )


@pytest.mark.parametrize("figure", FIGURES)
def test_each_rank_is_that_of_pandas(of_dong, figure):
    values = pd.Series({code: row[figure] for code, row in of_dong.items()}, dtype=float).dropna()
    expected = values.rank(ascending=False, method="min").astype(int).to_dict()
    ranks = {code: row[f"rank_{figure}"] for code, row in of_dong.items()}
    assert {code: rank for code, rank in ranks.items() if rank is not None} == expected


def test_a_count_that_the_census_leaves_empty_is_missing_and_not_zero(of_dong, census):
    empty = set(census.index[census["in_apartments"].isna()])
    assert WONGOK in empty
    assert {code for code, row in of_dong.items() if row["apartment_share"] is None} == empty
    assert {of_dong[code]["rank_apartment_share"] for code in empty} == {None}


def test_ranks_run_from_the_largest_value(of_dong, census):
    expected = census["total"].rank(ascending=False, method="min").astype(int).to_dict()
    assert {code: row["rank_residents"] for code, row in of_dong.items()} == expected
    assert of_dong[WONGOK]["rank_foreign_share"] == 1


def test_the_city_is_the_sum_of_its_dong_and_not_the_mean_of_their_shares(snapshot, census):
    (city,) = profiles(snapshot, {"scale": "city"}).rows
    assert city["residents"] == census["total"].sum() == 692_647
    assert city["foreign_share"] == pytest.approx(92_782 / 692_647, abs=5e-5)
    assert city["one_person_share"] == pytest.approx(
        census["one_person"].sum() / census["general_households"].sum(), abs=5e-5
    )
    assert city["apartment_share"] is None  # of one dong it is not known


def test_gu_are_the_sums_of_their_own_dong(snapshot, of_dong):
    gu = {row["code"]: row for row in profiles(snapshot, {"scale": "gu"}).rows}
    assert gu.keys() == {"41271", "41273"}
    for code, row in gu.items():
        own = [each for dong, each in of_dong.items() if dong.startswith(code)]
        assert row["residents"] == sum(each["residents"] for each in own)


@pytest.mark.parametrize("year", ["2015", "2020", "2025"])
def test_each_census_has_all_dong_of_its_time(snapshot, year):
    rows = profiles(snapshot, {"year": year}).rows
    assert len(rows) == 25
    counted = {row["establishments"] is not None for row in rows}
    assert counted == {year != "2015"}


def test_every_row_has_every_figure_and_its_rank(of_dong):
    names = {name for figure in FIGURES for name in (figure, f"rank_{figure}")}
    assert all(row.keys() == {"code", "name_ko", "name_en"} | names for row in of_dong.values())
