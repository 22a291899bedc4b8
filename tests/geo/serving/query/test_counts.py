"""Numbers of features by the values of their properties."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import layer_of

from geo.core.errors import BadParameterError
from geo.serving.query import counts as module
from geo.serving.query.counts import countable, counts

COUNTED = ["category", "cuisine", "foreign_run", "dong_code", "source_date", "registers", "in_zone"]


@pytest.fixture(scope="module")
def businesses(snapshot):
    return snapshot.layers["businesses"]


def by_hand(layer, rows, by):
    """The same by Python's own counter, one feature after the other."""
    found = Counter()
    for record in layer.columns.select(by).take(rows).to_pylist():
        held = [record[name] if isinstance(record[name], list) else [record[name]] for name in by]
        found.update(product(*({*members} or {None} for members in held)))
    return found


@given(
    st.lists(st.sampled_from(COUNTED), min_size=1, max_size=3, unique=True),
    st.sets(st.integers(0, 1440)),
)
def test_groups_are_those_that_python_counts(businesses, by, kept):
    rows = np.array(sorted(kept), dtype=np.int64)
    groups = counts(businesses, rows, by)
    found = {tuple(group[name] for name in by): group["count"] for group in groups}
    assert found == dict(by_hand(businesses, rows, by))
    assert len(found) == len(groups)


def test_all_features_are_counted_without_rows(businesses):
    groups = counts(businesses, None, ["foreign_run"])
    assert groups[1] == {"foreign_run": True, "count": 395}
    assert sum(group["count"] for group in groups) == businesses.count


def test_groups_are_in_order_with_null_last():
    layer = layer_of(
        {
            "a": ("string", ["y", None, "x", "x", None, "x"]),
            "b": ("boolean", [True, False, None, True, False, False]),
        }
    )
    assert counts(layer, None, ["a", "b"]) == [
        {"a": "x", "b": False, "count": 1},
        {"a": "x", "b": True, "count": 1},
        {"a": "x", "b": None, "count": 1},
        {"a": "y", "b": True, "count": 1},
        {"a": None, "b": False, "count": 2},
    ]


def test_a_list_counts_in_the_group_of_each_member_once():
    lists = [["a", "b"], ["a", "a"], [], None, ["b", None]]
    layer = layer_of({"words": ("list", lists), "kind": ("string", ["k"] * 5)})
    assert counts(layer, None, ["words"]) == [
        {"words": "a", "count": 2},
        {"words": "b", "count": 2},
        {"words": None, "count": 3},  # empty, unknown, and an unknown member
    ]
    assert counts(layer, np.array([1, 2]), ["kind", "words"]) == [
        {"kind": "k", "words": "a", "count": 1},
        {"kind": "k", "words": None, "count": 1},
    ]


def test_many_values_are_counted_by_sorting_as_by_a_table(businesses, monkeypatch):
    by = ["category", "cuisine", "registers"]
    dense = counts(businesses, None, by)
    monkeypatch.setattr(module, "_DENSE", 0)
    assert counts(businesses, None, by) == dense


def test_no_rows_make_no_groups(businesses):
    assert counts(businesses, np.array([], dtype=np.int64), ["category", "cuisine"]) == []


@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        ([], "1 to 3 different properties"),
        (["category", "category"], "1 to 3 different properties"),
        (["category", "halal", "gu_code", "in_zone"], "1 to 3 different properties"),
        (["nothing"], "category"),
        (["accuracy_m"], "category"),
        (["geometry"], "category"),
        (["id"], "category"),
    ],
)
def test_what_cannot_be_counted_is_refused(businesses, by, allowed):
    with pytest.raises(BadParameterError) as refusal:
        counts(businesses, None, by)
    assert refusal.value.name == "by"
    assert allowed in refusal.value.allowed


def test_too_many_groups_are_refused(businesses, monkeypatch):
    monkeypatch.setattr(module, "MOST_GROUPS", 14)
    with pytest.raises(BadParameterError, match=r"category \(15 groups\).* at most 14 groups"):
        counts(businesses, None, ["category"])


def test_what_can_be_counted_repeats_itself(businesses):
    assert {"category", "cuisine", "foreign_run", "dong_code"} <= set(countable(businesses))
    assert "accuracy_m" not in countable(businesses)
    assert "name_ko" not in countable(businesses)
