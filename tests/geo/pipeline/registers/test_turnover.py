"""Openings, closings and survival of licences, and the list of changes, worked by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from geo.core.crs import STORE
from geo.pipeline.registers.register import CHANGE, WHERE, Register, no_changes
from geo.pipeline.registers.turnover import list_changes, turnover

DONG = gpd.GeoDataFrame(
    {"name_ko": ["서동", "동동"]},
    index=pd.Index(["4127300001", "4127300002"], name="dong_code"),
    geometry=[box(126.78, 37.33, 126.79, 37.34), box(126.79, 37.33, 126.80, 37.34)],
    crs=STORE,
)


def register(rows, changes=None, release="2026-06-30") -> Register:
    """A register of licences: opened, closed, status."""
    frame = pd.DataFrame(rows, columns=["opened_on", "closed_on", "status"]).astype("str")
    frame = frame.mask(frame == "None").assign(updated_on=pd.Series(np.nan, dtype="str"))
    frame.index = pd.Index([f"permits-{k}" for k in range(len(frame))])
    aside = pd.DataFrame({"file": [], "row": [], "reason": [], "text": []})
    listed = no_changes() if changes is None else changes
    return Register("permits", {"release": release}, frame, aside, listed)


LICENCES = register(
    [
        ("2020-03-01", None, "open"),
        ("2020-05-01", "2025-02-01", "closed"),
        ("2024-01-01", "2024-12-31", "closed"),
        ("2025-07-01", None, "open"),
        ("2025-08-01", "2025-07-01", "closed"),  # closed before it opened: a slip, left out
        ("2025", None, "open"),  # a year is no day
        (None, None, "open"),
    ]
)


def test_rates_are_by_the_businesses_open_on_the_first_of_january():
    found = turnover(LICENCES)
    assert (found.businesses, found.without_dates, found.until) == (4, 3, "2026-06-30")
    by_year = {year.year: year for year in found.years}
    assert list(by_year) == list(range(2017, 2027))
    of_2025 = by_year[2025]
    assert (of_2025.at_start, of_2025.opened, of_2025.closed) == (2, 1, 1)
    assert (of_2025.opening_rate, of_2025.closing_rate) == (0.5, 0.5)
    # The one that opened on 2024-01-01 was not open before that day, nor is 2024-12-31 in 2025.
    of_2024 = by_year[2024]
    assert (of_2024.at_start, of_2024.opened, of_2024.closed) == (2, 1, 1)
    assert by_year[2020].opening_rate is None


def test_survival_counts_open_businesses_up_to_the_release():
    one, *_ = turnover(LICENCES).survival
    # The third closed after 365 days, within a year of 365.25; three were at risk by then.
    assert (one.years, one.share) == (1.0, pytest.approx(1 - 1 / 3))
    assert one.at_risk == 2  # the last was seen for 364 days only


def test_a_register_without_opening_days_has_no_turnover():
    assert turnover(register([(None, None, "open")])) is None


def test_changes_are_listed_with_names_month_and_dong():
    changes = pd.DataFrame(
        [
            ("permits-0", "opened", "가게하나", None, "다문화길 1", 126.785, 37.335),
            ("permits-9", "closed", "가게둘", "다문화길 2", None, 126.795, 37.335),
            ("permits-1", "closed", "가게셋", "다문화길 3", "2025-02-01", 126.795, 37.335),
            ("permits-2", "renamed", "새이름", "옛이름", "새이름", np.nan, np.nan),
            ("permits-3", "other", "가게넷", None, None, 126.785, 37.335),
        ],
        columns=[*CHANGE, *WHERE],
    )
    listed = list_changes(
        {"permits": register(LICENCES.frame.iloc[:4, :3].to_numpy(), changes)}, DONG
    )
    rows = listed[["month", "dong", "kind", "name_ko"]].to_numpy().tolist()
    assert rows == [
        ["2020-03", "서동", "opened", "가게하나"],  # by its licence
        ["2025-02", "동동", "closed", "가게셋"],
        ["2026-06", "", "renamed", "새이름"],  # by the release that saw it
        ["2026-06", "동동", "closed", "가게둘"],
    ]


def test_nothing_loaded_is_no_change():
    assert list_changes({}, DONG).empty
