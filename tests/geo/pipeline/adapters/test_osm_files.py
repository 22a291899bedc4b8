"""Files of OpenStreetMap as people get them: three forms of Overpass JSON, .osm.pbf, .osm."""

import json
from datetime import UTC, datetime
from pathlib import Path

import osmium
import pandas as pd
import pytest
from osmium.osm.mutable import Node, Relation, Way
from shapely.geometry import Point, box

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters import osm_overpass, osm_stream
from geo.pipeline.adapters.osm import parse_register

FILES = Path(__file__).parents[3] / "data" / "osm"
MALL = box(126.791, 37.33, 126.7916, 37.3306) - box(126.7912, 37.3302, 126.7914, 37.3304)
MAY = datetime(2024, 5, 2, 3, 4, 5, tzinfo=UTC)


def records(path):
    return pd.concat([item.frame for item in parse_register(path)]).set_index("key")


def reasons(path):
    return dict(
        pd.concat([item.rejects for item in parse_register(path)])[["row", "reason"]].to_numpy()
    )


@pytest.fixture
def answer(tmp_path):
    """An answer of Overpass with these elements."""

    def write(*elements):
        path = tmp_path / "answer.json"
        path.write_text(json.dumps({"elements": elements}), "utf-8")
        return path

    return write


@pytest.fixture
def written(tmp_path):
    """A file of pyosmium's writer with these elements."""

    def write(*elements, name="part.osm.pbf"):
        path = tmp_path / name
        with osmium.SimpleWriter(str(path)) as writer:
            for element in elements:
                writer.add(element)
        return path

    return write


# Square of 0.0004 degree, a road in two halves, a ring with a hole of 0.0002 degree.
CORNERS = {
    1: (126.79, 37.33), 2: (126.7904, 37.33), 3: (126.7904, 37.3304), 4: (126.79, 37.3304),
    11: (126.791, 37.33), 12: (126.7916, 37.33), 13: (126.7916, 37.3306), 14: (126.791, 37.3306),
    21: (126.7912, 37.3302), 22: (126.7914, 37.3302), 23: (126.7914, 37.3304),
    24: (126.7912, 37.3304),
}  # fmt: skip
NODES = [Node(id=number, location=at) for number, at in CORNERS.items()]
SQUARE = {"shop": "supermarket", "name": "아시아마트"}
SCENE = [
    *NODES,
    Node(id=101, location=(126.7921, 37.3311), tags={"shop": "bakery", "name": "빵집"},
         timestamp=MAY, user="somebody", uid=4711),
    Node(id=102, location=(126.7922, 37.3312), tags={"amenity": "bench"}),
    Node(id=103, location=(126.7923, 37.3313), tags={"shop": "convenience"}),
    Way(id=201, nodes=[1, 2, 3, 4, 1], tags=SQUARE),
    Way(id=202, nodes=[11, 12, 13]),
    Way(id=203, nodes=[13, 14, 11]),
    Way(id=204, nodes=[21, 22, 23, 24, 21]),
    Relation(id=301, members=[("w", 202, "outer"), ("w", 203, "outer"), ("w", 204, "inner")],
             tags={"type": "multipolygon", "shop": "mall", "name": "다문화상가"}),
]  # fmt: skip


@pytest.mark.parametrize("form", ["out_body", "out_center", "out_geom"])
def test_the_three_forms_give_the_same_shops(form):
    found = records(FILES / f"{form}.json")
    assert list(found.index) == ["node/101", "way/201", "relation/301"]
    assert list(found["name_ko"]) == ["사마르칸트", "아시아마트", "다문화상가"]
    assert list(found["updated_on"]) == ["2024-05-02", "2023-01-02", "2023-03-04"]
    assert tuple(found.loc["way/201", ["x", "y"]]) == pytest.approx((126.7902, 37.3302))
    assert reasons(FILES / f"{form}.json") == {2: "has no name"}


@pytest.mark.parametrize("form", ["out_body", "out_geom"])
def test_a_relation_lies_inside_its_ring_and_not_in_its_hole(form):
    assert MALL.contains(Point(records(FILES / f"{form}.json").loc["relation/301", ["x", "y"]]))


def test_where_only_the_centre_is_given_it_is_taken():
    at = records(FILES / "out_center.json").loc["relation/301", ["x", "y"]]
    assert tuple(at) == (126.7913, 37.3303)


@pytest.mark.parametrize("name", ["part.osm.pbf", "part.osm"])
def test_a_file_of_osmium_gives_nodes_ways_and_relations(written, name):
    path = written(*SCENE, name=name)
    found = records(path)
    assert list(found.index) == ["node/101", "way/201", "relation/301"]
    assert tuple(found.loc["node/101", ["x", "y"]]) == (126.7921, 37.3311)
    assert tuple(found.loc["way/201", ["x", "y"]]) == pytest.approx((126.7902, 37.3302))
    assert MALL.contains(Point(found.loc["relation/301", ["x", "y"]]))
    assert reasons(path) == {2: "has no name"}


def test_of_an_edit_only_the_day_is_kept(written):
    found = records(written(*SCENE))
    assert found["updated_on"].fillna("").to_dict() == {
        "node/101": "2024-05-02", "way/201": "", "relation/301": "",
    }  # fmt: skip
    assert "somebody" not in found.to_csv()
    assert "4711" not in found.to_csv()


def test_ways_are_read_in_batches_of_bounded_size(written, monkeypatch):
    monkeypatch.setattr(osm_stream, "WAYS_AT_ONCE", 2)
    shops = [Way(id=k, nodes=[1, 2, 3, 4, 1], tags=SQUARE) for k in range(201, 206)]
    asked = []
    positions = osm_stream.Stream._positions
    monkeypatch.setattr(
        osm_stream.Stream,
        "_positions",
        lambda self, nodes: asked.append(sorted(set(nodes))) or positions(self, asked[-1]),
    )
    assert len(records(written(*NODES, *shops))) == 5
    assert asked == [[1, 2, 3, 4]] * 3  # never the nodes that no chosen way names


def test_the_name_of_a_file_does_not_matter(written, tmp_path):
    path = written(*SCENE).rename(tmp_path / "download")
    assert len(records(path)) == 3


@pytest.mark.parametrize("nodes", [[1, 2, 3, 999, 1], [997, 998, 999, 997]])
def test_a_way_with_missing_nodes_is_set_aside(written, answer, nodes):
    reason = {1: "the file does not hold all points of its outline"}
    assert reasons(written(*NODES, Way(id=201, nodes=nodes, tags=SQUARE))) == reason
    corners = [{"type": "node", "id": k, "lon": x, "lat": y} for k, (x, y) in CORNERS.items()]
    way = {"type": "way", "id": 201, "nodes": nodes, "tags": SQUARE}
    assert reasons(answer(way, *corners)) == reason


def test_a_relation_whose_ring_does_not_close_is_set_aside(written):
    tags = {"type": "multipolygon", **SQUARE}
    half = Relation(id=301, members=[("w", 202, "outer")], tags=tags)
    lost = Relation(id=302, members=[("w", 202, "outer"), ("w", 999, "outer")], tags=tags)
    assert reasons(written(*NODES, Way(id=202, nodes=[11, 12, 13]), half, lost)) == {
        1: "its outline is not closed",
        2: "the file does not hold all points of its outline",
    }


def test_corners_cut_off_by_the_query_are_missing(answer):
    geometry = [{"lon": 126.79, "lat": 37.33}, None, {"lon": 126.79, "lat": 37.33}]
    way = {"type": "way", "id": 201, "geometry": geometry, "tags": SQUARE}
    assert reasons(answer(way)) == {1: "the file does not hold all points of its outline"}


def test_a_way_out_of_range_is_set_aside(written):
    far = Node(id=5, location=(200.0, 37.33))
    way = Way(id=201, nodes=[1, 2, 5, 1], tags=SQUARE)
    assert reasons(written(*NODES, far, way)) == {1: "its coordinates are out of range"}


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({}, "it has no coordinates"),
        ({"location": (190.0, 97.0)}, "its coordinates are out of range"),
    ],
)
def test_a_node_nowhere_is_set_aside(written, where, reason):
    assert reasons(written(Node(id=9, tags=SQUARE, **where))) == {1: reason}


def test_a_shop_on_an_open_line_lies_at_its_middle(written):
    found = records(written(*NODES, Way(id=201, nodes=[1, 2], tags=SQUARE)))
    assert tuple(found.loc["way/201", ["x", "y"]]) == pytest.approx((126.7902, 37.33))


def test_a_crossed_outline_still_has_an_inside(written):
    bow = Way(id=201, nodes=[1, 3, 2, 4, 1], tags=SQUARE)
    at = Point(records(written(*NODES, bow)).loc["way/201", ["x", "y"]])
    assert box(126.79, 37.33, 126.7904, 37.3304).contains(at)


def test_an_element_that_stands_twice_is_handed_on_twice(answer):
    node = {"type": "node", "id": 1, "lon": 126.79, "lat": 37.33, "tags": SQUARE}
    skeleton = {"type": "node", "id": 1, "lon": 126.79, "lat": 37.33}
    (found,) = parse_register(answer(node, skeleton, node))
    assert list(found.frame["key"]) == ["node/1", "node/1"]


def test_areas_and_counts_of_an_answer_are_passed_over(answer):
    assert list(parse_register(answer({"type": "count", "id": 0, "tags": {"nodes": "5"}}))) == []


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("timed_out.json", r"incomplete, says the Overpass server \(runtime error: Query timed"),
        ("timed_out.osm", r"incomplete, says the Overpass server \(runtime error: Query timed"),
        ("busy.html", r"web page of the server \(runtime error: .* too busy"),
    ],
)
def test_messages_of_the_server_are_repeated(file, message):
    with pytest.raises(SourceChangedError, match=message) as refused:
        list(parse_register(FILES / file))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"key,name\n1,a\n", "neither Overpass JSON nor"),
        (b"\x1f\x8b\x08\x00", "neither Overpass JSON nor"),
        (b"<html><body>502</body></html>", "is a web page and no data"),
        (b'{"type": "FeatureCollection", "features": []}', "without the list `elements`"),
        (b'{"elements": {}}', "without the list `elements`"),
        (b'{"elements": [{"type": "node", "id": 1', "damaged or cut off"),
        (b'{"elements": [' + b"[" * 100_000, "damaged or cut off"),
        (b'{"elements": ["node"]}', "element 1 is no node"),
        (b'{"elements": [{"type": "node", "id": "1"}]}', "element 1 is no node"),
        (b'{"elements": [{"type": "node", "id": 1, "tags": {"a": 5}}]}', "element 1 is no node"),
        (b'{"elements": [{"type": "way", "id": 1, "nodes": 5}]}', "element 1 is no node"),
        (b'<?xml version="1.0"?><osmChange version="0.6"/>', "neither Overpass JSON nor"),
        (b'<osm version="0.6"><node id="1" lat="37.3" lon="126">', "damaged or cut off"),
        (b'<osm version="0.6"><node id="1" lat="x" lon="126"/></osm>', "damaged or cut off"),
        (b'<!DOCTYPE osm [<!ENTITY a "b">]><osm version="0.6"/>', "damaged or cut off"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path, content, message):
    path = tmp_path / "file.osm"
    path.write_bytes(content)
    with pytest.raises(SourceChangedError, match=message) as refused:
        list(parse_register(path))
    assert str(refused.value).startswith("file.osm")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_cut_pbf_is_refused(written, kept):
    path = written(*SCENE)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(SourceChangedError, match=r"part\.osm\.pbf is damaged or cut off"):
        list(parse_register(path))


def test_a_history_is_refused(tmp_path):
    path = tmp_path / "part.osh.pbf"
    header = osmium.io.Header()
    header.has_multiple_object_versions = True
    osmium.SimpleWriter(str(path), header=header).close()
    with pytest.raises(SourceChangedError, match="holds the history"):
        list(parse_register(path))


def test_json_that_would_fill_the_memory_is_refused(answer, monkeypatch):
    monkeypatch.setattr(osm_overpass, "MAX_BYTES", 10)
    with pytest.raises(SourceChangedError, match=r"10 are allowed for JSON"):
        list(parse_register(answer()))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SourceChangedError, match=r"none\.osm\.pbf cannot be read"):
        list(parse_register(tmp_path / "none.osm.pbf"))


@pytest.mark.parametrize("elements", [[], [{"type": "node", "id": 1, "lon": 126.79, "lat": 37.3}]])
def test_a_file_without_shops_gives_nothing(answer, elements):
    assert list(parse_register(answer(*elements))) == []
