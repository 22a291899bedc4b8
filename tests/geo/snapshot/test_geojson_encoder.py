"""A feature as bytes, from columns alone."""

import subprocess
import sys

import numpy as np
import orjson
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.snapshot.geojson_encoder import encode_features

HERE = np.array([shapely.Point(126.8, 37.293215)])
POINT = '"geometry":{"type":"Point","coordinates":[126.8,37.293215]}'


def one(**columns: pa.Array) -> str:
    """The feature of one row at a known point."""
    return encode_features(pa.array(["a"]), HERE, pa.table(columns))[0].as_py()


def test_a_feature_begins_with_the_comma_before_it():
    assert one(n=pa.array([1])) == f',{{"type":"Feature","id":"a",{POINT},"properties":{{"n":1}}}}'


def test_without_properties_their_object_is_empty():
    texts = encode_features(pa.array(["a"]), HERE, pa.table({"n": [1]}).select([]))
    assert texts[0].as_py().endswith('"properties":{}}')


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([None], pa.string()), "null"),
        (pa.array(['\\ " \n']), r'"\\ \" \n"'),
        (pa.array([True]), "true"),
        (pa.array([9007199254740993]), "9007199254740993"),
        (pa.array([0.1 + 0.2]), "0.30000000000000004"),
        (pa.array([[]], pa.list_(pa.string())), "[]"),
        (pa.array([["ko", None]]), '["ko",null]'),
        (pa.array([None], pa.list_(pa.string())), "null"),
    ],
)
def test_values_are_written_as_json(values, text):
    assert one(v=values).endswith(f'"properties":{{"v":{text}}}}}')


def test_columns_in_chunks_are_written_as_one():
    names = pa.chunked_array([["x"], ["y", "x"]])
    texts = encode_features(pa.array(["a", "b", "c"]), HERE.repeat(3), pa.table({"n": names}))
    assert [orjson.loads(text[1:])["properties"]["n"] for text in texts.to_pylist()] == [*"xyx"]


def test_a_part_of_a_column_is_written_as_that_part():
    table = pa.table({"n": ["x", "y", "z"], "of": [["p"], ["q", "r"], []]}).slice(1, 1)
    assert encode_features(pa.array(["a", "b"]).slice(1), HERE, table)[0].as_py() == (
        f',{{"type":"Feature","id":"b",{POINT},"properties":{{"n":"y","of":["q","r"]}}}}'
    )


def test_a_height_is_kept():
    texts = encode_features(pa.array(["a"]), shapely.points([[1.5, 2, 3]]), pa.table({"n": [1]}))
    assert '"coordinates":[1.5,2.0,3.0]' in texts[0].as_py()


COORDINATES = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=9))
def test_coordinates_are_in_their_shortest_form(places):
    ids = pa.array([str(number) for number in range(len(places))])
    texts = encode_features(ids, shapely.points(places), pa.table({"n": [1] * len(places)}))
    # repr gives the shortest text that reads back as the same double; orjson writes it as JSON.
    for (x, y), text in zip(places, texts.to_pylist(), strict=True):
        assert f'"coordinates":{orjson.dumps([x, y]).decode()}' in text


def test_encoding_does_not_import_what_builds():
    script = (
        "import sys, geo.snapshot.geojson_encoder;"
        "print([m for m in ('pandas', 'geopandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
