"""Rows in any order come back by id, some at a time."""

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.pipeline.country import runs
from geo.pipeline.country.runs import Runs, evenly

SCHEMA = pa.schema([("id", pa.string()), ("words", pa.list_(pa.string()))])


def give_back(
    folder: Path, given: list[list[str]], at_once: int
) -> tuple[list[tuple[str, int]], list[list[str]]]:
    """What comes back of runs of ids: ids with the number under which they were kept, by table."""
    kept = Runs(folder / "runs.arrow", SCHEMA)
    order = []
    for ids in given:
        run = kept.add(pa.table({"id": ids, "words": [[ident] for ident in ids]}, schema=SCHEMA))
        order += run["id"].to_pylist()
    kept.close()
    assert kept.rows == len(order)
    more = pa.record_batch([pa.array(np.arange(len(order)))], ["number"])
    tables = list(kept.by_id(more, at_once))
    found = [row for table in tables for row in table.to_pylist()]
    assert all(row["words"] == [row["id"]] for row in found)
    assert all(order[row["number"]] == row["id"] for row in found)
    return (
        [(row["id"], row["number"]) for row in found],
        [table["id"].to_pylist() for table in tables],
    )


@pytest.fixture(autouse=True, scope="module")
def every_id_is_a_sample():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_SAMPLED", 2)
        yield


@given(
    st.lists(st.lists(st.text("ab가", min_size=1, max_size=3), max_size=9), max_size=4),
    st.integers(1, 9),
)
def test_every_row_comes_back_once_and_by_id(given, at_once):
    with tempfile.TemporaryDirectory() as folder:
        found, tables = give_back(Path(folder), given, at_once)
    assert [item for item, _ in found] == sorted(ident for ids in given for ident in ids)
    assert sorted(number for _, number in found) == list(range(len(found)))
    ends = [(before[-1], after[0]) for before, after in pairwise(filter(None, tables))]
    assert all(last < first for last, first in ends)  # the same id, the same table


def test_tables_are_about_as_large_as_asked_for(tmp_path):
    ids = [f"{number:04d}" for number in np.random.default_rng(1).permutation(1000)]
    _, tables = give_back(tmp_path, [ids[:300], ids[300:310], ids[310:]], at_once=100)
    assert len(tables) == 10
    assert max(map(len, tables)) < 150


@given(st.lists(st.integers(0, 5)), st.integers(1, 7))
def test_tables_are_cut_evenly(sizes, rows):
    whole = pa.table({"n": np.arange(sum(sizes))})
    edges = np.cumsum([0, *sizes])
    tables = [whole.slice(start, size) for start, size in zip(edges, sizes, strict=False)]
    found = list(evenly(tables, rows))
    assert [row for table in found for row in table["n"].to_pylist()] == list(range(sum(sizes)))
    assert [len(table) for table in found[:-1]] == [rows] * (len(found) - 1)
    assert all(0 < len(table) <= rows for table in found)
