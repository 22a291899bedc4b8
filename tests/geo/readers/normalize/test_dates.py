"""Dates of registers and tables, in every spelling seen."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geo.readers.normalize.dates import iso_dates, iso_days

TODAY = date(2026, 9, 30)


def read(*texts: str | None) -> list[str | None]:
    days = iso_days(pd.Series(texts, dtype="str"), today=TODAY)
    return [None if pd.isna(day) else day for day in days]


@pytest.mark.parametrize(
    "text",
    [
        "20180302",
        "2018-03-02",
        "2018-03-02 00:00:00",
        "2018-03-02 23:59:59.0",
        "2018-03-02T09:10:11",
        "2018.03.02",
        "2018.3.2",
        "2018. 3. 2.",
        "2018/03/02",
        "2018년 3월 2일",
        "20180302.0",
        "20180302143000",
        "201803021430",
        " 20180302 ",
    ],
)
def test_a_day_in_every_spelling(text):
    assert read(text) == ["2018-03-02"]


@pytest.mark.parametrize("text", ["0001-01-01", "10000101", "1900-01-01", "18991231", "99991231"])
def test_years_that_stand_for_nothing_are_refused(text):
    assert read(text) == [None]


def test_days_to_come_are_refused():
    assert read("2026-09-30", "2026-10-01") == ["2026-09-30", None]


def test_days_that_do_not_exist_are_refused():
    assert read("2018-02-29", "2016-02-29", "2018-13-01", "20180431") == [
        None, "2016-02-29", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2018", "201803", "2018-03", "43161", "20180302x", "미상", "-"])
def test_what_is_no_day_is_refused(text):
    assert read(text) == [None]


def test_missing_stays_missing_and_rows_stay_in_place():
    days = iso_days(pd.Series(["", None, "20180302"], index=[7, 3, 5], dtype="str"), today=TODAY)
    assert days.index.tolist() == [7, 3, 5]
    assert days.isna().tolist() == [True, True, False]


def test_nothing_gives_nothing():
    assert read() == []
    assert iso_days(pd.Series([np.nan, np.nan], dtype="str")).isna().all()


def test_today_is_the_last_day_where_none_is_given():
    assert iso_days(pd.Series([date.today().isoformat()], dtype="str")).notna().all()


# Cells that people wrote: less exact, and with words around the date.


def dated(*texts: str | None) -> list[str | None]:
    dates = iso_dates(pd.Series(texts, dtype="str"), today=TODAY)
    return [None if pd.isna(item) else item for item in dates]


@pytest.mark.parametrize(
    ("text", "date_"),
    [
        ("2026.6.2.", "2026-06-02"),
        ("20260612", "2026-06-12"),
        ("2025-11-20 00:00:00", "2025-11-20"),
        ("조사일 2018.3.2.(금)", "2018-03-02"),
        ("2026년 6월", "2026-06"),
        ("2024년 12월 말 기준", "2024-12"),
        ("2024-12", "2024-12"),
        ("2026", "2026"),
        ("2024년말", "2024"),
        ("(2024)", "2024"),
    ],
)
def test_a_date_is_as_exact_as_its_cell(text, date_):
    assert dated(text) == [date_]


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "0001-01-01", "9999-12-31", "20261301", "2026-13", "1900", "어제", "12345"],
)
def test_impossible_dates_are_none_and_never_made_less_exact(text):
    assert dated(text) == [None]


def test_a_month_or_year_that_has_begun_counts_and_the_next_does_not():
    assert dated("2026-09", "2026", "2026-10", "2027") == ["2026-09", "2026", None, None]


@pytest.mark.parametrize(
    "text", ["20180302", "2018-03-02 23:59:59.0", "2018. 3. 2.", "201803021430"]
)
def test_both_readers_read_a_whole_day_alike(text):
    assert dated(text) == read(text) == ["2018-03-02"]
