"""Households and dwellings of three censuses, against figures of the census tables themselves."""

import re

import pandas as pd
import pytest

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata import census
from geo.pipeline.refdata.households import households
from geo.pipeline.sources.households import read_households
from geo.snapshot.schema.contracts import field_list
from geo.snapshot.schema.households import SERIES, SHARES

RESIDENTS = 9  # series of the same source that are the layer `residents`
WONGOK = "4127354500-2025"


@pytest.fixture(scope="module")
def frame(data) -> pd.DataFrame:
    return read_households(data).frame


def test_there_are_twenty_five_dong_in_each_census(frame):
    assert frame.groupby("year").size().to_dict() == {2015: 25, 2020: 25, 2025: 25}


@pytest.mark.parametrize(
    ("share", "percent"),
    [("foreign_household_share", 79.3), ("one_person_share", 54.6), ("other_quarters_share", 11.1)],
)
def test_wongok_dong_in_2025(frame, share, percent):
    # 12,092 of 15,246 households; 1,712 and 347 of 3,133 general ones.
    assert round(100 * frame.loc[WONGOK, share], 1) == percent


def test_the_parts_of_wongok_dong_are_those_of_the_table(frame):
    row = frame.loc[WONGOK]
    assert (row["foreign_members_male"], row["foreign_members_female"]) == (13_015, 9_754)
    assert row["households"] == 12_092 + 3_133 + 21
    assert row["general_households"] == 1_712 + 842 + 400 + 130 + 38 + 11


def test_all_foreign_households_of_the_city_are_there(frame):
    assert frame["foreign_households"].sum() == 92_607  # the sum of the source's 75 figures


def test_a_figure_that_the_census_leaves_empty_is_missing_and_not_zero(frame):
    assert pd.isna(frame.loc[WONGOK, "apartments"])


def test_sixty_four_series_of_the_source_are_taken():
    labels = [label for item in SERIES.values() for label in item.labels]
    assert len(set(labels)) == len(labels) == 64 - RESIDENTS


def test_every_series_is_explained_in_both_languages():
    fields = {item["name"]: item for item in field_list("households")}
    for name in (*SERIES, *SHARES):
        for text in (fields[name]["title"], fields[name]["description"]):
            assert re.search("[가-힣]", text), name
            assert re.search("[a-z]", text), name


def test_labels_of_one_figure_that_differ_stop_the_table():
    rows = census.census_rows()
    rows.loc[rows["class2"] == "foreigner households households", "value"] += 1
    with pytest.raises(SourceChangedError, match=r"foreign_households: its labels"):
        households(rows)


def test_a_series_that_has_gone_stops_the_table():
    rows = census.census_rows()
    with pytest.raises(SourceChangedError, match=r"one_person: the census has no"):
        households(rows[rows["class2"] != "one person"])
