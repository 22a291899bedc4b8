"""FlatGeobuf, read by GDAL."""

import tempfile
from contextlib import closing

import pyarrow as pa
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from takeaway import layer, selection, taken, texts

from geo.core.crs import SERVED
from geo.core.errors import GeoError
from geo.serving.formats import FORMATS, flatgeobuf

PLACES = [shapely.Point(126.7912, 37.3262), shapely.Point(126.8, 37.33)]
SQUARE = shapely.box(126.79, 37.3, 126.80, 37.31)
SEVERAL = shapely.MultiPolygon([SQUARE, shapely.box(126.9, 37.3, 126.91, 37.31)])
LINE = shapely.LineString([(126.79, 37.3), (126.8, 37.31)])
MANY = 25_000


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def read(chosen, **options):
    with tempfile.NamedTemporaryFile(suffix=".fgb") as file:
        file.write(taken("fgb", chosen))
        file.flush()
        return pyogrio.read_dataframe(file.name, **options)


def info(chosen):
    with tempfile.NamedTemporaryFile(suffix=".fgb") as file:
        file.write(taken("fgb", chosen))
        file.flush()
        return pyogrio.read_info(file.name)


def test_gdal_reads_every_kind_of_value():
    columns = {
        "name": pa.array(["원곡동 <1>", None]),
        "share": pa.array([-0.25, None]),
        "year": pa.array([2**53 + 1, None]),
        "open": pa.array([True, None]),
        "cuisine": pa.array([["uz", "cn"], None]),
    }
    with tempfile.NamedTemporaryFile(suffix=".fgb") as file:
        file.write(taken("fgb", selection(layer(columns, PLACES), ordered=True)))
        file.flush()
        _, found = pyogrio.read_arrow(file.name)
    first, second = found.to_pylist()
    assert [shapely.from_wkb(item.pop("wkb_geometry")) for item in (first, second)] == PLACES
    assert first == {
        "id": "a0",
        "name": "원곡동 <1>",
        "share": -0.25,
        "year": 2**53 + 1,
        "open": True,
        "cuisine": "uz|cn",
    }
    assert second == {**dict.fromkeys(first), "id": "a1"}


CHARACTERS = st.characters(codec="utf-8")


@settings(max_examples=5)  # each starts a process
@given(st.lists(st.text(st.sampled_from("\x00\x01\"'<가\n") | CHARACTERS), min_size=50))
def test_any_text_comes_back_but_for_nul(values):
    found = read(selection(layer(texts(*values)), ordered=True))
    assert found["name"].to_list() == [value.replace("\x00", "\ufffd") for value in values]


@pytest.mark.parametrize(
    ("shapes", "kind", "stated"),
    [
        (PLACES, "Point", "Point"),
        ([SQUARE, SEVERAL], "Polygon", "MultiPolygon"),
        ([LINE, LINE], "LineString", "MultiLineString"),
    ],
)
def test_all_shapes_are_of_the_kind_that_is_stated(shapes, kind, stated):
    chosen = selection(layer(texts("a", "b"), shapes, kind), ordered=True)
    assert info(chosen)["geometry_type"] == stated
    found = read(chosen).geometry
    assert set(found.geom_type) == {stated}
    assert all(shapely.equals(found.to_numpy(), shapes))


def test_an_order_that_was_asked_for_is_kept():
    of = layer(texts("a", "b", "c"), [*PLACES, SQUARE.centroid])
    assert read(selection(of, rows=[2, 0, 1], ordered=True))["id"].to_list() == ["a2", "a0", "a1"]


def test_without_one_there_is_an_index():
    of = layer(texts("a", "b"), PLACES)
    indexed, plain = (info(selection(of, ordered=item)) for item in (False, True))
    assert indexed["capabilities"]["fast_spatial_filter"]
    assert not plain["capabilities"]["fast_spatial_filter"]
    assert read(selection(of), bbox=(126.795, 37.32, 126.81, 37.34))["id"].to_list() == ["a1"]


def test_a_file_says_what_it_is_and_whom_to_name():
    assert info(selection(layer(texts("a"))))["layer_metadata"] == {
        "TITLE": "Made <by> hand",
        "DESCRIPTION": "Shops: <City> & Co (CC BY 4.0)",
    }


@pytest.mark.parametrize("uri", SERVED)
def test_x_is_first_in_every_system_and_the_system_is_stated(uri):
    found = read(selection(layer(texts("a", "b"), PLACES), crs=uri, ordered=True))
    there = pyproj.Transformer.from_crs("OGC:CRS84", SERVED[uri], always_xy=True)
    for shape, place in zip(found.geometry, PLACES, strict=True):
        assert (shape.x, shape.y) == pytest.approx(there.transform(place.x, place.y), abs=0.001)
    assert found.crs.equals(SERVED[uri], ignore_axis_order=True)


def test_without_rows_the_file_still_has_its_columns():
    found = read(selection(layer(texts("a")), rows=[]))
    assert (len(found), list(found)) == (0, ["id", "name", "geometry"])


@pytest.mark.parametrize("pieces", [0, 1, 4])
def test_who_stops_early_leaves_no_file(folder, pieces):
    of = layer(texts(*map(str, range(MANY))))
    with closing(FORMATS["fgb"].chunks(selection(of))) as chunks:
        for _ in range(pieces):
            next(chunks)
        assert len(list(folder.iterdir())) == min(pieces, 1)
    assert list(folder.iterdir()) == []


def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(folder, monkeypatch):
    broken = folder.parent / "broken.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(flatgeobuf, "WRITER", broken)
    of = layer(texts(*map(str, range(MANY))))
    with pytest.raises(GeoError, match=r"made\.fgb cannot be written"):
        taken("fgb", selection(of))
    assert list(folder.iterdir()) == []
