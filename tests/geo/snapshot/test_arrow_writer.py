"""An Arrow file that grows row by row is the file of all its rows."""

import tempfile
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import GeoError
from geo.snapshot import arrow_writer
from geo.snapshot.arrow_writer import SingleBatchWriter

VALUES = {
    "text": (pa.string(), st.text(st.characters(exclude_categories=["Cs"]), max_size=4)),
    "truth": (pa.bool_(), st.booleans()),
    "whole": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "number": (pa.float64(), st.floats(allow_nan=False)),
    "bytes": (pa.binary(), st.binary(max_size=4)),
    "list": (pa.list_(pa.string()), st.lists(st.none() | st.text("ab", max_size=2), max_size=3)),
}
SCHEMA = pa.schema([(name, kind) for name, (kind, _) in VALUES.items()])
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, (_, values) in VALUES.items()})
)


def write(folder: Path, table: pa.Table, edges: list[int]) -> pa.Table:
    """The table as it is read back after it was written in the parts between the edges."""
    path = folder / "columns.arrow"
    with closing(SingleBatchWriter(path, table.schema)) as file:
        for start, end in zip([0, *edges], [*edges, len(table)], strict=True):
            part = table.slice(start, end - start)
            file.append([column.combine_chunks() for column in part.columns])
        file.finish()
    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source)
        assert reader.num_record_batches == 1
        assert [item.name for item in folder.iterdir()] == [path.name]
        found = reader.read_all()
        found.validate(full=True)
        return pa.Table.from_pylist(found.to_pylist(), found.schema)


@given(ROWS, st.data())
def test_rows_in_parts_are_the_rows(rows, data):
    table = pa.Table.from_pylist(rows, SCHEMA)
    edges = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    with tempfile.TemporaryDirectory() as folder:
        assert write(Path(folder), table, edges).equals(table)


def test_parts_that_do_not_end_on_a_byte_of_bits_keep_what_is_unknown(tmp_path):
    truths = pa.table({"b": [True, None, False] * 7})
    assert write(tmp_path, truths, [3, 4, 13]).equals(truths)


def test_what_stands_under_an_unknown_value_is_not_written(tmp_path):
    known = pa.py_buffer(b"\x05")  # the first and the third of three
    columns = {
        "n": pa.Array.from_buffers(pa.int64(), 3, [known, pa.array([1, 2, 3]).buffers()[1]]),
        "b": pa.Array.from_buffers(pa.bool_(), 3, [known, pa.py_buffer(b"\xff")]),
        "t": pa.Array.from_buffers(
            pa.string(), 3, [known, *pa.array(["a", "b", "c"]).buffers()[1:]]
        ),
    }
    plain = {"n": [1, None, 3], "b": [True, None, True], "t": ["a", None, "c"]}
    written = []
    for table in (pa.table(columns), pa.table(plain)):
        write(tmp_path, table, [])
        written.append((tmp_path / "columns.arrow").read_bytes())
    assert written[0] == written[1]


def test_nothing_is_left_where_a_file_is_not_finished(tmp_path):
    with closing(SingleBatchWriter(tmp_path / "columns.arrow", SCHEMA)):
        pass
    assert not list(tmp_path.iterdir())


def test_more_text_than_offsets_can_count_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(arrow_writer, "_LONGEST", 3)
    table = pa.table({"text": ["ab", "cd"]})
    with pytest.raises(GeoError, match="more than 2 GB of text"):
        write(tmp_path, table, [1])
