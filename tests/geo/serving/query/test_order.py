"""The order of features, and going on from a place in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.serving.query.order import Cursor, SortKey, cursor_at, first_rows, rows_after

KEYS = ("id", "name_ko", "category", "foreign_run", "accuracy_m", "source_date", "verified_on")
ORDERS = st.lists(
    st.builds(SortKey, st.sampled_from(KEYS), st.booleans()),
    max_size=3,
    unique_by=lambda key: key.name,
)


@pytest.fixture(scope="module")
def businesses(snapshot):
    return snapshot.layers["businesses"]


def in_order(layer, rows, keys):
    """The same by Python's own sort, which is stable: the last key first."""
    held = {key.name: layer.columns[key.name].to_pylist() for key in keys}
    found = [int(row) for row in rows]
    for key in reversed(keys):
        known = [row for row in found if held[key.name][row] is not None]
        known.sort(key=lambda row, name=key.name: held[name][row], reverse=key.descending)
        if key.descending:  # reverse keeps equals in their order, as the id has it
            known = sorted(known, key=lambda row, name=key.name: held[name][row], reverse=True)
        found = known + [row for row in found if held[key.name][row] is None]
    return found


@given(ORDERS, st.integers(1, 1500))
def test_the_first_are_as_python_sorts_them(businesses, keys, most):
    rows = np.arange(businesses.count)
    found = first_rows(businesses, rows, keys, most)
    assert list(found) == in_order(businesses, rows, keys)[:most]


@given(ORDERS, st.integers(1, 400))
def test_pages_by_place_neither_skip_nor_repeat(businesses, keys, size):
    # At most some 30 pages, of rows from all over the layer: each page is a walk through all rows.
    rows, seen = np.arange(0, businesses.count, max(3, businesses.count // (30 * size))), []
    left = rows
    while len(left):
        page = first_rows(businesses, left, keys, size)
        seen += page.tolist()
        left = rows_after(businesses, rows, keys, cursor_at(businesses, int(page[-1]), keys))
        assert len(left) == len(rows) - len(seen)
    assert seen == in_order(businesses, rows, keys)


def test_a_feature_that_is_gone_still_tells_where_to_go_on(businesses):
    ids = businesses.columns["id"].to_pylist()
    gone = Cursor((), ids[10] + "!")  # would stand right behind it
    assert rows_after(businesses, np.arange(businesses.count), (), gone)[0] == 11
