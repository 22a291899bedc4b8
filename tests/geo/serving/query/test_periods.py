"""The days that a date covers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import layer_of

from geo.serving.query.periods import days, spans


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-11-03", "2025-11-03", "2025-11-03"),
        ("2025-11", "2025-11-01", "2025-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_date_covers_its_day_month_or_year(text, first, last):
    found = days([text])
    assert [str(item[0]) for item in found] == [first, last]


def test_an_unknown_date_covers_no_time():
    assert np.isnat(days([None, "2025"])).tolist() == [[True, False], [True, False]]


@given(st.lists(st.sampled_from(["2025", "2024-02", "2025-11-03", None])), st.data())
def test_a_column_has_the_days_of_its_dates_however_it_is_held(texts, data):
    """As codes where it repeats itself, as texts where it does not."""
    rows = np.array(data.draw(st.lists(st.integers(0, max(len(texts) - 1, 0)))), dtype=int)
    rows = np.unique(rows) if texts else np.array([], dtype=int)
    layer = layer_of({"when": ("date", texts)})
    plain = layer_of({"when": ("date", texts)})
    plain._coded["when"] = None
    for chosen in (None, rows):
        expected = days([texts[row] for row in (range(len(texts)) if chosen is None else rows)])
        for item in (layer, plain):
            for found, wanted in zip(spans(item, "when", chosen), expected, strict=True):
                assert np.array_equal(found, wanted, equal_nan=True)
