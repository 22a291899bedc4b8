"""A layer in several parts answers as the same layer in one part does."""

import json
import pickle
import shutil
from pathlib import Path

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.crs import CRS84
from geo.core.errors import SnapshotError
from geo.core.world_steps import curve_keys
from geo.serving.query.counts import counts
from geo.serving.query.cql2.filter import matching_rows, parse_filter
from geo.serving.query.order import Cursor, SortKey, cursor_at, first_rows, row_after, rows_after
from geo.serving.tiles import points
from geo.serving.tiles.points import PointTiles
from geo.serving.tiles.tile_grid import Tile, limits
from geo.snapshot import integrity, partition
from geo.snapshot.layer_batch import to_batch
from geo.snapshot.layer_writer import WriteOptions, write_batches
from geo.snapshot.partition import divide_curve
from geo.snapshot.point_index import BBox
from geo.snapshot.publish import publish, verify
from geo.snapshot.reader import OPERATORS, OPERATORS_STAFF, STAFF_LAYER, open_current, open_snapshot
from geo.snapshot.schema.validate import CITY, conform
from geo.snapshot.staff_layer import StaffValues

MOST = 2_000
BOX = BBox(126.78, 37.32, 126.80, 37.34)
ALIKE = ("buckeroo", "plumless")


@pytest.fixture(scope="module")
def frame(published) -> gpd.GeoDataFrame:
    """Every third business of the city; two ids have the same CRC-32."""
    whole = gpd.read_parquet(published.folder / "businesses.parquet").iloc[::3]
    names = dict(zip(whole.index[:2], ALIKE, strict=True))
    return conform("businesses", whole.rename(index=names).sort_index())


@pytest.fixture(scope="module")
def homes(tmp_path_factory, frame) -> dict[str, Path]:
    """The same layer in one part and in several."""
    made = {"whole": 500_000, "parted": MOST}
    homes = {name: tmp_path_factory.mktemp(name) for name in made}
    with pytest.MonkeyPatch.context() as patch:
        for name, rows in made.items():
            patch.setattr(partition, "PART_ROWS", rows)
            publish({"businesses": frame}, {"accounts": []}, homes[name])
    return homes


@pytest.fixture(scope="module")
def layers(homes):
    return [open_current(home).layers["businesses"] for home in homes.values()]


@pytest.fixture
def fresh(homes):
    """The layer in parts, none of which is open."""
    return open_current(homes["parted"]).layers["businesses"]


def ids(layer, rows) -> list[str]:
    return layer.columns["id"].take(rows).to_pylist()


def opened(layer) -> list[int]:
    return [number for number, part in enumerate(layer.parts) if "layer" in vars(part)]


def part_names(folder: Path) -> list[str]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return [part["name"] for part in manifest["layers"]["businesses"]["parts"]]


def test_every_feature_is_in_one_part(layers):
    whole, parted = layers
    assert len(parted.parts) > 2
    assert all(part.rows <= MOST for part in parted.parts)
    assert parted.count == whole.count
    assert sorted(ids(parted, np.arange(parted.count))) == ids(whole, np.arange(whole.count))


def test_parts_follow_each_other_along_the_curve_and_hold_their_rows_by_id(layers):
    parted, last = layers[1], -1
    for part in parted.parts:
        names = part.layer.columns["id"].to_pylist()
        assert names == sorted(names)
        keys = curve_keys(*part.layer.lonlat(np.arange(part.rows)).T)
        assert last < int(keys.min())
        last = int(keys.max())


def test_each_feature_is_found_by_its_id(layers):
    whole, parted = layers
    for name in (*ids(whole, np.arange(0, whole.count, 97)), *ALIKE):
        row = parted.row_of(name)
        assert json.loads(parted.feature(row))["id"] == name
        assert parted.feature(row) == whole.feature(whole.row_of(name))
    assert parted.row_of("nobody") is None
    assert parted.row_of("") is None
    first = parted.parts[0].ids[0]
    assert parted.row_of(f"{first}~") is None


def test_features_have_the_same_bytes_in_any_order(layers):
    whole, parted = layers
    rows = np.random.default_rng(7).permutation(whole.count)[:500]
    own = np.array([parted.row_of(name) for name in ids(whole, rows)])
    assert parted.features(own) == whole.features(rows)
    everything = np.arange(parted.count)
    found = json.loads(b"[" + parted.features(everything) + b"]")
    assert [item["id"] for item in found] == ids(parted, everything)
    assert (parted.lonlat(own) == whole.lonlat(rows)).all()
    assert list(parted.geometries(own)) == list(whole.geometries(rows))
    assert not parted.features(own[:0])


@given(st.tuples(*(st.floats(0, 1) for _ in range(4))), st.booleans())
def test_a_box_holds_the_same_features(layers, edges, some):
    west, south, east, north = CITY
    lon, lat = sorted(edges[:2]), sorted(edges[2:])
    box = BBox(
        *(west + (east - west) * lon[0], south + (north - south) * lat[0]),
        *(west + (east - west) * lon[1], south + (north - south) * lat[1]),
    )
    found = []
    for layer in layers:
        rows = layer.select({"category": ("restaurant",)}) if some else None
        inside = layer.touching(box, rows)
        assert (np.diff(inside) > 0).all()
        found.append(sorted(ids(layer, inside)))
    assert found[0] == found[1]


WHERE = [
    {"category": ("restaurant", "cafe")},
    {"cuisine": ("cn",), "provenance": ("observed",)},
    {"name_en": (None,)},
    {"in_zone": (True,)},
    {"category": ("no such",)},
]


@pytest.mark.parametrize("where", WHERE)
def test_values_select_the_same_features(layers, where):
    found = [sorted(ids(layer, layer.select(where))) for layer in layers]
    assert found[0] == found[1]


FILTERS = [
    "category IN ('restaurant','cafe') AND accuracy_m < 500",
    "name_ko LIKE '%집%' OR cuisine IS NULL",
    "A_CONTAINS(cuisine, ('cn'))",
    "S_INTERSECTS(geometry, POLYGON((126.78 37.3, 126.83 37.3, 126.8 37.34, 126.78 37.3)))",
    "NOT (provenance = 'simulated')",
]


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_is_true_of_the_same_features(layers, text):
    found = []
    for layer in layers:
        asked = parse_filter(text, lang="cql2-text", filter_crs=CRS84, fields=layer.fields)
        found.append(sorted(ids(layer, matching_rows(asked, layer, np.arange(layer.count)))))
    assert found[0] == found[1]
    assert found[0]


@pytest.mark.parametrize("by", [("category",), ("cuisine", "provenance"), ("dong_code", "in_zone")])
def test_counts_are_the_same(layers, by):
    whole, parted = layers
    assert counts(parted, None, by) == counts(whole, None, by)
    boxes = [counts(layer, layer.touching(BOX), by) for layer in layers]
    assert boxes[0] == boxes[1]


def test_a_property_that_hardly_repeats_itself_in_a_small_part_is_counted(layers, fresh):
    small = min(fresh.parts, key=lambda part: part.rows)
    small.index.indexed -= {"dong_code"}
    assert counts(fresh, None, ("dong_code",)) == counts(layers[0], None, ("dong_code",))


def test_the_different_values_are_the_same(layers, fresh):
    for name in ("category", "cuisine", "in_zone", "name_ko", "source_date"):
        held = layers[0].columns[name].to_pylist()
        flat = {item for value in held for item in (value if name == "cuisine" else [value])}
        assert list(fresh.distinct(name)) == sorted(flat - {None})
        assert fresh.repeats(name) == (fresh.codes(name) is not None)


@pytest.mark.parametrize("zoom", [0, 12, 16])
def test_tiles_hold_the_same_points(layers, zoom):
    held = limits(BOX, zoom)
    tile = Tile(zoom, held.rows[0], held.columns[1])
    found = [sorted(ids(layer, PointTiles(layer).inside(tile))) for layer in layers]
    assert found[0] == found[1]
    assert found[0]


@pytest.mark.parametrize("zoom", [0, 9, 12, 14, 16])
@pytest.mark.parametrize("some", [False, True])
def test_tiles_draw_the_same_points_and_counts(layers, zoom, some, monkeypatch):
    monkeypatch.setattr(points, "MOST", 100)
    held, drawn = limits(BOX, zoom), []
    for layer in layers:
        rows = layer.select({"category": ("restaurant",)}) if some else None
        tile = PointTiles(layer).tile(Tile(zoom, held.rows[0], held.columns[1]), ["cuisine"], rows)
        drawn.append(sorted(map(repr, mapbox_vector_tile.decode(tile)["businesses"]["features"])))
    assert drawn[0] == drawn[1]
    assert drawn[0]


def test_cells_of_several_tiles_hold_the_same_numbers(layers):
    held = limits(BOX, 13)
    first, last = Tile(13, held.rows[0] - 1, held.columns[0] - 2), Tile(13, *ends(held))
    grids = [PointTiles(layer).counts(first, last) for layer in layers]
    assert (grids[0] == grids[1]).all()
    assert grids[0].sum() > MOST // 2


def ends(held) -> tuple[int, int]:
    return held.rows[1], held.columns[1]


def test_sorted_features_have_the_same_values(layers):
    keys = (SortKey("category"), SortKey("accuracy_m", descending=True), SortKey("id"))
    found = [ids(layer, first_rows(layer, np.arange(layer.count), keys, 300)) for layer in layers]
    assert found[0] == found[1]


@pytest.mark.parametrize("keys", [(), (SortKey("category"),)])
def test_pages_neither_skip_nor_repeat_across_parts(layers, keys):
    parted, seen = layers[1], []
    left = np.arange(parted.count)
    while len(left):
        page = first_rows(parted, left, keys, 700)
        seen += page.tolist()
        left = rows_after(parted, left, keys, cursor_at(parted, int(page[-1]), keys))
    assert sorted(seen) == list(range(parted.count))
    if not keys:
        assert seen == list(range(parted.count))


def test_pages_go_on_in_the_part_of_a_feature_that_is_gone(layers):
    parted = layers[1]
    row = int(parted.edges[1]) + 10
    place = cursor_at(parted, row, ())
    assert place.part == 1
    gone = Cursor((), place.id + "!", place.part)  # would stand right behind it
    assert rows_after(parted, np.arange(parted.count), (), gone)[0] == row + 1
    assert row_after(parted, gone) == row + 1
    assert row_after(parted, place) == row + 1


def test_a_box_opens_only_the_parts_that_it_touches(fresh):
    corner = fresh.parts[0].box
    fresh.touching(BBox(corner.west, corner.north, corner.west, corner.north))
    assert 0 in opened(fresh)
    assert len(opened(fresh)) < len(fresh.parts)


def test_what_no_part_holds_opens_none(fresh):
    assert not len(fresh.touching(BBox(10, 50, 11, 51)))
    assert not len(fresh.select({"category": ("no such",)}))
    assert fresh.row_of("~") is None
    assert opened(fresh) == []


def test_a_page_opens_only_its_part(fresh):
    fresh.features(np.arange(5, 50))
    assert opened(fresh) == [0]


def test_a_new_release_shares_the_parts_that_it_does_not_touch(tmp_path, frame, monkeypatch):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    before = publish({"businesses": frame}, {"accounts": []}, tmp_path)
    first = open_current(tmp_path).layers["businesses"].parts[0].layer
    changed = frame.copy()
    changed.loc[first.columns["id"][0].as_py(), "name_ko"] = "새 이름"
    after = publish({"businesses": changed}, {"accounts": []}, tmp_path)
    old = {path.stat().st_ino for path in before.iterdir()}
    shared = {path.name for path in after.iterdir() if path.stat().st_ino in old}
    others = part_names(after)[1:]
    ends = (".arrow", ".features", ".index")
    assert shared == {name + end for name in others for end in ends}
    assert verify(after) == {"businesses": len(frame)}


def elsewhere(write, parts):
    """Do what a cluster may do: all is sent there, the last part comes first, each one twice."""
    write, sent = pickle.loads(pickle.dumps((write, parts)))  # noqa: S301 # its own
    described = [write(part) for part in reversed(sent) for _ in range(2)]
    return described[::-2]


def test_parts_written_elsewhere_are_those_written_here(homes, frame, tmp_path, monkeypatch):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    how = WriteOptions(CITY, elsewhere)
    parts = write_batches("businesses", [to_batch("businesses", frame)], tmp_path, len(frame), how)
    here = homes["parted"] / "current"
    manifest = json.loads((here / "manifest.json").read_bytes())
    assert parts == manifest["layers"]["businesses"]["parts"]
    found, expected = (
        {path.name: path.read_bytes() for path in folder.glob("*")} for folder in (tmp_path, here)
    )
    assert found == {name: expected[name] for name in expected if name != "manifest.json"}


def test_an_altered_part_is_refused_when_it_is_needed(tmp_path, frame, monkeypatch):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    folder = publish({"businesses": frame}, {"accounts": []}, tmp_path)
    layer = open_current(tmp_path).layers["businesses"]
    path = folder / f"{part_names(folder)[1]}.arrow"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    layer.feature(0)
    with pytest.raises(SnapshotError, match="has been altered since it was published"):
        layer.feature(int(layer.edges[1]))
    path.unlink()
    with pytest.raises(SnapshotError, match="is missing: run `atlas build`"):
        open_current(tmp_path)


def test_an_altered_column_is_refused_when_it_is_needed(tmp_path, frame, monkeypatch):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    monkeypatch.setattr(integrity, "COLUMN_BLOCK", 512)
    folder = publish({"businesses": frame}, {"accounts": []}, tmp_path)
    path = folder / f"{part_names(folder)[1]}.arrow"
    with pa.memory_map(str(path)) as source:
        base = source.read_buffer(1).address
        source.seek(0)
        text = pa.ipc.open_file(source).read_all()["address"].chunk(0).buffers()[2]
        middle = text.address - base + text.size // 2
    data = bytearray(path.read_bytes())
    data[middle] ^= 1
    path.write_bytes(data)
    layer = open_current(tmp_path).layers["businesses"]
    row = np.array([layer.edges[1]])
    assert layer.records(row, ["category", "phone"])
    assert layer.records(row - 1, ["address"])  # of another part
    with pytest.raises(SnapshotError, match="has been altered since it was published"):
        layer.records(row, ["address"])


def test_counts_values_and_ids_open_no_part_but_that_of_the_feature(fresh):
    PointTiles(fresh).tile(Tile(0, 0, 0), [])
    assert len(fresh.select({"category": ("cafe",)}))
    assert counts(fresh, None, ("category", "cuisine"))
    assert fresh.row_of("nobody") is None
    assert opened(fresh) == []
    row = fresh.row_of(ALIKE[0])
    assert opened(fresh) == [fresh.part_of(row)]


def test_an_altered_feature_is_refused_and_those_elsewhere_in_the_part_are_not(
    tmp_path, frame, monkeypatch
):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    folder = publish({"businesses": frame}, {"accounts": []}, tmp_path)
    path = folder / f"{part_names(folder)[0]}.features"
    data = bytearray(path.read_bytes())
    layer = open_current(tmp_path).layers["businesses"]
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotError, match="features has been altered"):
        layer.feature(0)  # the end is read first, so that what is cut off is found
    data[-1] ^= 1
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    last = layer.parts[0].rows - 1
    assert layer.feature(0).startswith(b"{")
    assert layer.feature(last).startswith(b"{")
    with pytest.raises(SnapshotError, match="features has been altered"):
        layer.features(np.arange(last))


def test_what_the_first_tile_needs_is_read_beforehand(fresh):
    fresh.warm()
    PointTiles(fresh).warm()
    assert opened(fresh) == []
    assert all("z_order" in vars(part.index) for part in fresh.parts)


def test_a_deep_tile_reads_the_index_of_its_part_alone(fresh, layers):
    (place,) = layers[1].lonlat(np.array([0])).tolist()
    held = limits((*place, *place), 18)
    PointTiles(fresh).tile(Tile(18, held.rows[0], held.columns[0]), [])
    assert [number for number, part in enumerate(fresh.parts) if "_file" in vars(part.index)] == [0]


def test_an_altered_index_is_refused_when_it_is_needed(tmp_path, frame, monkeypatch):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    folder = publish({"businesses": frame}, {"accounts": []}, tmp_path)
    path = folder / f"{part_names(folder)[1]}.index"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    layer = open_current(tmp_path).layers["businesses"]
    assert layer.row_of(layer.parts[0].ids[0]) == 0
    with pytest.raises(SnapshotError, match="index has been altered since it was published"):
        layer.select({"category": ("cafe",)})
    path.unlink()
    with pytest.raises(SnapshotError, match="is missing: run `atlas build`"):
        open_current(tmp_path)


def test_parts_of_before_indexes_were_stored_answer_as_well(homes, tmp_path, layers):
    folder = tmp_path / "older"
    shutil.copytree((homes["parted"] / "current").resolve(), folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for part in manifest["layers"]["businesses"]["parts"]:
        for name in ("columns", "hashed", "index", "indexed", "keys"):
            del part[name]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    older, parted = open_snapshot(folder).layers["businesses"], layers[1]
    assert older.row_of(ALIKE[1]) == parted.row_of(ALIKE[1])
    assert (older.touching(BOX) == parted.touching(BOX)).all()
    assert (older.select({"category": ("cafe",)}) == parted.select({"category": ("cafe",)})).all()
    tiles = [PointTiles(layer).tile(Tile(12, 1585, 3490), []) for layer in (older, parted)]
    assert tiles[0] == tiles[1]


def test_the_index_serves_staff_without_what_it_hides(tmp_path, frame, monkeypatch):
    monkeypatch.setattr(partition, "PART_ROWS", MOST)
    first = frame.index[:3]
    public = frame.assign(foreign_run=frame["foreign_run"].mask(frame.index.isin(first)))
    about = {"properties": {"businesses": ["foreign_run"]}, "register": "a"}
    own = StaffValues("businesses", pd.DataFrame({"foreign_run": [True] * 3}, index=first))
    folder = publish(
        {"businesses": conform("businesses", public)},
        {"accounts": [], "protected": about},
        tmp_path,
        tables={OPERATORS: b"{}", OPERATORS_STAFF: b"{}", STAFF_LAYER: own},
    )
    snapshot = open_current(tmp_path)
    held = [item.layers["businesses"] for item in (snapshot, snapshot.staff)]
    for name in first:
        known = [layer.records(np.array([layer.row_of(name)]), ["foreign_run"]) for layer in held]
        assert known == [[{"foreign_run": None}], [{"foreign_run": True}]]
    run = [set(ids(layer, layer.select({"foreign_run": (True,)}))) for layer in held]
    assert run[1] - run[0] == set(first)
    holding = {held[0].part_of(held[0].row_of(name)) for name in first}
    assert len(holding) < len(held[0].parts)  # the other parts are the same for everybody
    assert len(list(folder.glob(f"{STAFF_LAYER}.*.arrow"))) == len(holding)
    cafes = [layer.select({"category": ("cafe",)}).tolist() for layer in held]
    assert cafes[0] == cafes[1]


def test_values_of_rows_open_only_their_parts(fresh):
    first, second = fresh.edges[:2]
    own = fresh.records(np.array([second + 3, first + 1, second]), ["id", "category"])
    assert opened(fresh) == [0, 1]
    assert [fresh.row_of(item["id"]) for item in own] == [second + 3, first + 1, second]
    assert fresh.take(np.array([], dtype=np.int64), ["id"]).num_rows == 0
    assert fresh.records([0], ["id"]) == [{"id": fresh.parts[0].ids[0]}]


def test_the_curve_is_divided_by_halves():
    half = 1 << 63
    keys = np.array([0, 1, 5, half, half + 1], dtype=np.uint64)
    assert divide_curve(keys, 5) == [("0" * 16, 0, 5)]
    assert divide_curve(keys, 3) == [("0" * 16, 0, 3), (f"{half:016x}", 3, 5)]


def test_too_many_points_in_one_place_are_cut():
    ranges = divide_curve(np.full(5, 8, dtype=np.uint64), 2)
    assert [(start, end) for _, start, end in ranges] == [(0, 2), (2, 4), (4, 5)]
    place = f"{8:016x}"
    assert [name for name, *_ in ranges] == [place, f"{place}-001", f"{place}-002"]
