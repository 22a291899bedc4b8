"""What all formats have in common."""

import csv
import io
import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from takeaway import layer, selection, taken, texts

from geo.core.crs import CRS84, SERVED
from geo.serving.formats import FORMATS
from geo.serving.formats.batches import batches

SIMPLE = "{http://www.opengis.net/kml/2.2}SimpleData"


def _xml(file: bytes, name: str) -> list[str | None]:
    root = ET.fromstring(file)  # noqa: S314, written here
    return [element.text for element in root.iter(SIMPLE) if element.get("name") == name]


def _binary(file: bytes, name: str) -> list[str]:
    return pyogrio.read_dataframe(io.BytesIO(file))[name].to_list()


def _csv(file: bytes, name: str) -> list[str]:
    return [row[name] for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig")))]


# The ids and the names that a reader of each format finds, in their order.
READ = {
    "geojson": lambda file: [
        (feature["id"], feature["properties"]["name_ko"])
        for feature in json.loads(file)["features"]
    ],
    "geojsonseq": lambda file: [
        (item["id"], item["properties"]["name_ko"])
        for item in (json.loads(line[1:]) for line in file.splitlines())
    ],
    "csv": lambda file: list(zip(_csv(file, "id"), _csv(file, "name_ko"), strict=True)),
    "fgb": lambda file: list(zip(_binary(file, "id"), _binary(file, "name_ko"), strict=True)),
    "parquet": lambda file: [
        (row["id"], row["name_ko"]) for row in pq.read_table(io.BytesIO(file)).to_pylist()
    ],
    "kml": lambda file: list(zip(_xml(file, "id"), _xml(file, "name_ko"), strict=True)),
}


def test_every_format_is_read_here():
    assert READ.keys() == FORMATS.keys()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_holds_the_rows_chosen_in_the_order_wanted(snapshot, kind):
    businesses = snapshot.layers["businesses"]
    named = np.flatnonzero(businesses.columns["name_ko"].is_valid().to_numpy())
    rows = np.random.default_rng(5).permutation(named)[:200]
    chosen = selection(businesses, rows=rows, names=["name_ko", "cuisine"], ordered=True)
    ids, names = (businesses.columns[name].to_pylist() for name in ("id", "name_ko"))
    assert READ[kind](taken(kind, chosen)) == [(ids[row], names[row]) for row in rows]


@pytest.mark.parametrize("kind", FORMATS)
def test_without_rows_a_file_is_whole_all_the_same(kind):
    of = layer({**texts("a"), "name_ko": texts("b")["name"]})
    assert READ[kind](taken(kind, selection(of, rows=[]))) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_the_same_every_time(kind):
    chosen = selection(layer(texts("a", "b")))
    assert taken(kind, chosen) == taken(kind, chosen)


def test_rows_come_in_batches_that_follow_each_other():
    shapes = [shapely.Point(126 + row / 10, 37) for row in range(5)]
    chosen = selection(layer(texts(*"abcde"), shapes), rows=[4, 0, 1, 3, 2])
    parts = list(batches(chosen, rows=2))
    assert [part.table["name"].to_pylist() for part in parts] == [["e", "a"], ["b", "d"], ["c"]]
    assert [[p.x for p in part.shapes] for part in parts] == [
        [126.4, 126.0],
        [126.1, 126.3],
        [126.2],
    ]


def test_only_formats_that_state_their_system_take_another():
    others = {kind for kind, item in FORMATS.items() if set(item.systems) != {CRS84}}
    assert others == {"fgb", "parquet"}
    assert all(set(FORMATS[kind].systems) == set(SERVED) for kind in others)


def test_endings_tell_formats_apart():
    assert len({item.ending for item in FORMATS.values()}) == len(FORMATS)


def test_writing_any_format_brings_neither_gdal_nor_frames_into_the_service(published):
    script = f"""
import sys
from contextlib import closing
from pathlib import Path
import numpy as np
from geo.serving.formats import FORMATS, Selection
from geo.snapshot.reader import open_snapshot
layer = open_snapshot(Path({str(published.folder)!r})).layers["dong"]
for one in FORMATS.values():
    with closing(one.chunks(Selection(layer, np.arange(layer.count), list(layer.fields)))) as all:
        assert sum(map(len, all)) > 1000
print([m for m in ("geopandas", "pyogrio") if m in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
