"""Reading a snapshot: features as they were written, and filters over columns."""

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from city_counts import EVERY, OBSERVED, SIMULATED

from geo.core.errors import SnapshotError
from geo.snapshot import integrity
from geo.snapshot.layer import Layer
from geo.snapshot.point_index import BBox
from geo.snapshot.publish import publish
from geo.snapshot.reader import Snapshot, open_current, open_snapshot
from geo.snapshot.schema.layer_names import COLLECTIONS
from geo.snapshot.schema.validate import CITY, conform

WEST, EAST = "41273", "41271"  # the two squares of the fixture `gu`


@pytest.fixture
def home(tmp_path, gu, lanes):
    """A snapshot of two squares and one line."""
    layers = {"gu": conform("gu", gu), "streets": conform("streets", lanes)}
    publish(layers, {"accounts": []}, tmp_path)
    return tmp_path


@pytest.fixture
def squares(home) -> Layer:
    return open_current(home).layers["gu"]


@pytest.fixture(scope="module")
def businesses(snapshot) -> Layer:
    return snapshot.layers["businesses"]


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def ids(layer: Layer, found: np.ndarray) -> list[str]:
    return [record["id"] for record in layer.records(found, ["id"])]


def features(layer: Layer, found: np.ndarray) -> list[dict]:
    return json.loads(b"[" + layer.features(found) + b"]")


def test_a_feature_is_found_by_its_id(squares):
    assert json.loads(squares.feature(squares.row_of("41273")))["properties"]["name_ko"] == "단원구"


def test_an_id_that_is_not_there_has_no_row(squares):
    assert squares.row_of("41131") is None


@pytest.mark.parametrize(
    "numbers", [(), (5,), (0, 1, 2, 3), (0, 2, 4), (3, 700, 701, 1440), (1438, 1439, 1440)]
)
def test_features_come_as_asked_for(businesses, numbers):
    found = features(businesses, rows(*numbers))
    assert [item["id"] for item in found] == ids(businesses, rows(*numbers))
    assert len(found) == len(numbers)


def test_records_are_plain_values(squares):
    assert squares.records(rows(1), ["gu_code", "name_en", "area_km2"]) == [
        {"gu_code": "41273", "name_en": None, "area_km2": 1.5}
    ]


def test_geometries_are_lon_lat_shapes(squares):
    (shape,) = squares.geometries(rows(1))
    assert shape.bounds == (126.79, 37.30, 126.80, 37.31)


def test_geometries_of_points_are_points(businesses):
    (shape,) = businesses.geometries(rows(0))
    assert shape.geom_type == "Point"


@pytest.mark.parametrize("layer_id", COLLECTIONS)
def test_every_id_leads_to_its_feature(snapshot, layer_id):
    layer = snapshot.layers[layer_id]
    everything = features(layer, np.arange(layer.count))
    assert [layer.row_of(item["id"]) for item in everything] == list(range(layer.count))


def test_an_id_that_there_is_not_leads_nowhere(businesses):
    assert [businesses.row_of(name) for name in ("", "no-such-place", "~")] == [None] * 3


@pytest.mark.parametrize("side", [1e-4, 2e-3, 2e-2])
def test_a_look_at_all_points_finds_what_the_index_finds(businesses, monkeypatch, side):
    assert businesses._boxes is None
    monkeypatch.setattr("geo.snapshot.layer._SCANNED", 0)
    indexed = replace(businesses)
    for lon, lat in businesses.lonlat(np.arange(0, businesses.count, 500)):
        box = BBox(lon, lat, lon + side, lat + side)
        assert (businesses.touching(box) == indexed.touching(box)).all()
    assert indexed._boxes is not None


@pytest.mark.parametrize("layer_id", ["gu", "dong", "residents", "zone", "food-streets"])
def test_outer_rings_turn_counter_clockwise(snapshot, layer_id):
    layer = snapshot.layers[layer_id]
    parts = shapely.get_parts(layer.geometries(np.arange(layer.count)))
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()


@pytest.mark.parametrize("layer_id", COLLECTIONS)
def test_shapes_of_a_layer_are_inside_its_box(snapshot, layer_id):
    layer = snapshot.layers[layer_id]
    edges = [layer.columns[name].to_numpy() for name in ("_west", "_south", "_east", "_north")]
    if np.isnan(edges[0]).all():  # none of its features has a place
        edges = [np.array([edge]) for edge in CITY]
    limits = [np.nanmin(edges[0]), np.nanmin(edges[1]), np.nanmax(edges[2]), np.nanmax(edges[3])]
    assert layer.meta["bbox"] == limits


@pytest.mark.parametrize(
    "layer_id",
    [pytest.param(collection) for collection in COLLECTIONS],
)
def test_coordinates_have_at_most_six_decimals(snapshot, layer_id):
    layer = snapshot.layers[layer_id]
    text = bytes(layer.features(np.arange(layer.count))).decode()
    shapes = re.findall(r'"geometry":(.*?),"properties"', text)
    assert len(shapes) == layer.count
    assert not any(re.search(r"\.\d{7}", shape) for shape in shapes)


@pytest.mark.parametrize("layer_id", COLLECTIONS)
def test_no_property_is_an_empty_text(snapshot, layer_id):
    layer = snapshot.layers[layer_id]
    for feature in features(layer, np.arange(layer.count)):
        assert "" not in feature["properties"].values(), feature["id"]


@pytest.mark.parametrize(
    ("where", "want"),
    [
        ({}, [EAST, WEST]),
        ({"gu_code": ["41273"]}, [WEST]),
        ({"gu_code": ["41273", "41271"]}, [EAST, WEST]),
        ({"gu_code": ["41131"]}, []),
        ({"gu_code": []}, []),
        ({"gu_code": ["41273", "41271"], "area_km2": [1.25]}, [EAST]),
        ({"name_en": [None]}, [WEST]),
        ({"name_en": [None, "Sangnok-gu"]}, [EAST, WEST]),
        ({"id": ["41271"]}, [EAST]),
    ],
)
def test_rows_hold_one_of_the_values_of_every_property(squares, where, want):
    assert ids(squares, squares.select(where)) == want


def truths(snapshot: Snapshot, values: list[bool | None]) -> int:
    return len(snapshot.layers["businesses"].select({"foreign_run": values}))


def test_true_false_and_unknown_are_three_answers(snapshot):
    # Of observed places nobody says who runs them; of the simulated ones 395 are foreign-run.
    assert truths(snapshot, [True]) == 395
    assert truths(snapshot, [False]) == SIMULATED - 395
    assert truths(snapshot, [None]) == OBSERVED
    assert truths(snapshot, [True, False, None]) == EVERY


def test_whole_numbers_select(snapshot):
    layer = snapshot.layers["residents"]
    assert len(layer.select({"year": [2025]})) == 25
    assert len(layer.select({"year": [2015, 2020]})) == 50


def test_a_list_matches_by_any_of_its_members(businesses):
    row = businesses.row_of("kantipur")  # Nepali and Indian
    assert row in businesses.select({"cuisine": ["np"]})
    assert row in businesses.select({"cuisine": ["in", "vn"]})
    assert row not in businesses.select({"cuisine": ["vn"]})


def test_an_empty_list_matches_nothing(businesses):
    sauna = businesses.row_of("gme-ansan")  # remittance, no cuisine
    assert sauna not in businesses.select({"cuisine": ["cn", "id", "np"]})


def test_a_list_matches_what_a_loop_over_features_finds(businesses):
    wanted = {"np", "uz", "central-asia"}
    looped = [
        feature["id"]
        for feature in features(businesses, np.arange(businesses.count))
        if wanted & set(feature["properties"]["cuisine"])
    ]
    assert ids(businesses, businesses.select({"cuisine": sorted(wanted)})) == looped


@pytest.mark.parametrize(
    ("box", "want"),
    [
        ((126.792, 37.302, 126.794, 37.304), [WEST]),
        ((126.70, 37.20, 126.90, 37.40), [EAST, WEST]),
        ((126.795, 37.305, 126.805, 37.306), [EAST, WEST]),
        ((126.81, 37.31, 126.82, 37.32), [EAST]),  # touches a corner
        ((126.82, 37.30, 126.83, 37.31), []),
        ((126.795, 37.305, 126.795, 37.305), [WEST]),  # a box without extent
    ],
)
def test_a_box_selects_what_touches_it(squares, box, want):
    assert ids(squares, squares.select({}, BBox(*box))) == want


def test_a_box_beside_a_diagonal_line_does_not_touch_it(home):
    lane = open_current(home).layers["streets"]  # from the south-west to the north-east corner
    beside = BBox(126.797, 37.301, 126.799, 37.303)  # inside the box around the line
    assert len(lane.select({}, beside)) == 0
    assert len(lane.select({}, BBox(126.794, 37.304, 126.796, 37.306))) == 1


def test_points_on_the_edge_of_a_box_are_in_it(businesses):
    row = businesses.row_of("kantipur")
    lon, lat = json.loads(businesses.feature(row))["geometry"]["coordinates"]
    assert row in businesses.select({}, BBox(lon, lat, lon + 0.001, lat + 0.001))
    assert row not in businesses.select({}, BBox(lon + 1e-6, lat, lon + 0.001, lat + 0.001))


def test_a_box_and_a_property_are_both_required(squares):
    assert len(squares.select({"gu_code": ["41271"]}, BBox(126.792, 37.302, 126.794, 37.304))) == 0


def test_fields_are_those_of_the_contract(squares):
    field = squares.fields["gu_code"]
    assert (field.type, field.nullable, field.allowed) == ("string", False, ("41271", "41273"))


def test_without_a_snapshot_the_reason_says_what_to_do(tmp_path):
    with pytest.raises(SnapshotError, match="run `atlas build` first"):
        open_current(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "gu.features",
        pytest.param("gu.arrow"),
    ],
)
def test_a_missing_file_is_named(home, name):
    (home / "current" / name).unlink()
    with pytest.raises(SnapshotError, match=f"{name} is missing"):
        open_current(home)


@pytest.mark.parametrize("name", ["manifest.json", "gu.arrow", "gu.features"])
def test_a_cut_off_file_is_named(home, name):
    (home / "current" / name).write_bytes(b"")
    with pytest.raises(SnapshotError, match=name):
        open_current(home)


def test_an_open_snapshot_outlives_its_folder(home):
    # A server keeps serving while a newer snapshot takes over and the old one is deleted.
    squares = open_current(home).layers["gu"]
    for path in (home / "current").resolve().iterdir():
        path.unlink()
    assert len(features(squares, squares.select({}))) == 2


def test_a_snapshot_is_known_by_its_folder(published):
    assert open_snapshot(published.folder).id == published.folder.name


def flip(path: Path, place: int) -> None:
    """Turn over one bit, as a failing disk does: size and times stay."""
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def rewritten(home: Path, change: Callable[[dict], object]) -> None:
    """A manifest with another content."""
    path = home / "current" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", ["gu.arrow", "gu.features", "streets.arrow"])
@pytest.mark.parametrize("place", [0, 200, -1])
def test_a_flipped_bit_is_refused_before_it_is_read(home, name, place):
    flip(home / "current" / name, place)
    with pytest.raises(SnapshotError, match=f"{name} has been altered since it was published"):
        open_current(home)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (3, "format 3 of the snapshot is newer than 2, which this atlas reads: update the atlas"),
        (1, "format 1 of the snapshot is not 2, which this atlas reads: run `atlas build`"),
        (None, "format None of the snapshot is not 2"),
    ],
)
def test_another_format_is_refused_before_anything_else_is_read(home, said, sentence):
    for path in (home / "current").resolve().glob("gu.*"):
        path.unlink()
    rewritten(home, lambda manifest: manifest.update(format=said))
    with pytest.raises(SnapshotError, match=re.escape(sentence)):
        open_current(home)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.pop("layers"),
        lambda manifest: manifest.pop("tables"),
        lambda manifest: manifest["layers"]["gu"].pop("files"),
        lambda manifest: manifest["layers"]["gu"].pop("fields"),
        lambda manifest: manifest["layers"]["gu"]["fields"][0].pop("allowed"),
        lambda manifest: manifest["layers"]["gu"]["fields"][0].update(name="colour"),
        lambda manifest: manifest["layers"]["gu"].update(count=3),
        lambda manifest: manifest.update(layers=[]),
    ],
)
def test_a_manifest_that_lacks_something_is_refused_with_the_remedy(home, change):
    rewritten(home, change)
    with pytest.raises(SnapshotError, match="run `atlas build`"):
        open_current(home)


def test_a_file_is_hashed_once_in_a_process(home, monkeypatch):
    hashed: list[str] = []
    digest = hashlib.file_digest
    monkeypatch.setattr(
        hashlib, "file_digest", lambda file, kind: (hashed.append(file.name), digest(file, kind))[1]
    )
    open_current(home)
    open_current(home)
    assert sorted(Path(item).name for item in hashed) == [
        "gu.arrow", "gu.features", "streets.arrow", "streets.features",
    ]  # fmt: skip


@pytest.fixture
def in_blocks(tmp_path, gu, monkeypatch) -> Path:
    """A snapshot whose features are hashed by blocks of 64 bytes."""
    monkeypatch.setattr(integrity, "LARGE", 100)
    monkeypatch.setattr(integrity, "BLOCK", 64)
    publish({"gu": conform("gu", gu)}, {"accounts": []}, tmp_path / "large")
    return tmp_path / "large"


def test_a_large_file_is_checked_where_it_is_read(in_blocks):
    layer = open_current(in_blocks).layers["gu"]
    whole = features(layer, rows(0, 1))
    flip(in_blocks / "current" / "gu.features", 100)  # in the first feature
    layer = open_current(in_blocks).layers["gu"]
    assert features(layer, rows(1)) == whole[1:]
    with pytest.raises(SnapshotError, match=r"gu\.features has been altered"):
        features(layer, rows(0))
    with pytest.raises(SnapshotError, match=r"gu\.features has been altered"):
        features(layer, rows(0, 1))


def test_a_large_file_that_is_cut_off_is_refused_at_once(in_blocks):
    path = in_blocks / "current" / "gu.features"
    for cut in (1, 64, 200):
        path.write_bytes(path.read_bytes()[:-cut])
        with pytest.raises(SnapshotError, match=r"gu\.features has been altered"):
            open_current(in_blocks)
