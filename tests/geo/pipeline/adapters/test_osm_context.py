"""The ground under the maps: roads, buildings and stations of OpenStreetMap."""

import json
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way
from shapely import area
from shapely.geometry import LineString, Point, Polygon

from geo.core.errors import BadParameterError, SourceChangedError
from geo.pipeline.adapters.osm_context import Box, context

FILES = Path(__file__).parents[3] / "data" / "osm"
BOX = Box(126.79, 37.33, 126.80, 37.34)
# A square of 0.002 degree in the box, one inside it of 0.001, and one far away.
PLACES = {
    1: (126.792, 37.332), 2: (126.794, 37.332), 3: (126.794, 37.334), 4: (126.792, 37.334),
    11: (126.7925, 37.3325), 12: (126.7935, 37.3325), 13: (126.7935, 37.3335),
    14: (126.7925, 37.3335),
    21: (127.0, 37.5), 22: (127.001, 37.5), 23: (127.001, 37.501),
}  # fmt: skip
NODES = [Node(id=number, location=at) for number, at in PLACES.items()]
SQUARE, YARD, BOW = [1, 2, 3, 4, 1], [11, 12, 13, 14, 11], [1, 3, 2, 4, 1]


@pytest.fixture
def drawn(tmp_path):
    """The context of a file with these elements beside the nodes."""

    def run(*elements, box=BOX):
        path = tmp_path / "part.osm.pbf"
        everything = sorted([*NODES, *elements], key=lambda one: "NWR".index(type(one).__name__[0]))
        with osmium.SimpleWriter(str(path)) as writer:
            for item in everything:
                writer.add(item)
        return context(path, box)

    return run


def told(found):
    return list(found.rejects.itertuples(index=False, name=None))


def test_roads_are_lines_with_class_and_names(drawn):
    tags = {"highway": "tertiary_link", "name": "다문화길", "name:en": "Damunhwa-gil"}
    roads = drawn(Way(id=5, nodes=[1, 2], tags=tags)).roads
    assert roads.crs == "EPSG:4326"
    assert roads.loc["way/5"].to_dict() == {
        "highway": "tertiary_link", "kind": "tertiary", "name_ko": "다문화길",
        "name_en": "Damunhwa-gil", "geometry": LineString([PLACES[1], PLACES[2]]),
    }  # fmt: skip


@pytest.mark.parametrize("highway", ["proposed", "street_lamp", "<script>"])
def test_what_is_no_road_is_not_drawn(drawn, highway):
    found = drawn(Way(id=5, nodes=[1, 2], tags={"highway": highway}))
    assert found.roads.empty
    assert told(found) == []


def test_a_square_is_no_line(drawn):
    found = drawn(Way(id=5, nodes=SQUARE, tags={"highway": "pedestrian", "area": "yes"}))
    assert told(found) == [("roads", "way/5", "a square, not a line")]


def test_a_building_is_a_polygon(drawn):
    buildings = drawn(Way(id=6, nodes=SQUARE, tags={"building": "retail"})).buildings
    assert list(buildings["building"]) == ["retail"]
    assert buildings.geometry["way/6"].equals(Polygon([PLACES[k] for k in SQUARE]))


def test_a_yard_is_cut_out_of_its_building(drawn):
    relation = Relation(
        id=7,
        members=[("w", 1, "outer"), ("w", 2, "inner")],
        tags={"type": "multipolygon", "building": "yes"},
    )
    found = drawn(Way(id=1, nodes=SQUARE), Way(id=2, nodes=YARD), relation).buildings
    assert list(found.index) == ["relation/7"]
    # 0.002 x 0.002 less 0.001 x 0.001 degrees
    assert area(found.geometry["relation/7"]) == pytest.approx(3e-6)


def test_a_building_that_crosses_itself_is_repaired(drawn):
    found = drawn(Way(id=6, nodes=BOW, tags={"building": "yes"})).buildings.geometry["way/6"]
    assert found.is_valid
    assert area(found) == pytest.approx(2e-6)  # two triangles, half of the square


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ([1, 2, 3, 4], "its outline is not closed"),
        ([1, 2, 1], "its outline has fewer than three corners"),
        ([1, 2, 2, 1], "its outline encloses nothing"),
        ([1, 2, 99, 1], "the file does not hold all points of its outline"),
    ],
)
def test_a_building_without_a_shape_is_set_aside(drawn, nodes, reason):
    found = drawn(Way(id=6, nodes=nodes, tags={"building": "yes"}))
    assert found.buildings.empty
    assert told(found) == [("buildings", "way/6", reason)]


def test_parts_of_a_building_are_not_drawn_twice(drawn):
    group = Relation(
        id=7, members=[("w", 6, "outline")], tags={"type": "building", "building": "yes"}
    )
    found = drawn(Way(id=6, nodes=SQUARE, tags={"building": "yes"}), group)
    assert list(found.buildings.index) == ["way/6"]


def test_stations_and_their_exits_are_points(drawn):
    found = drawn(
        Node(id=8, location=PLACES[1], tags={"railway": "station", "name": "안산"}),
        Node(id=9, location=PLACES[2], tags={"railway": "subway_entrance", "ref": "1"}),
        Way(id=10, nodes=SQUARE, tags={"railway": "station"}),
    ).stations  # fmt: skip
    assert found["kind"].to_dict() == {
        "node/8": "station", "node/9": "entrance", "way/10": "station",
    }  # fmt: skip
    assert found.geometry["node/8"] == Point(PLACES[1])
    assert found.geometry["way/10"].within(Polygon([PLACES[k] for k in SQUARE]))
    assert found.loc["node/9", "ref"] == "1"


def test_only_what_touches_the_box_is_taken(drawn):
    far = {"highway": "residential", "building": "yes"}
    found = drawn(
        Way(id=5, nodes=[21, 22, 23, 21], tags=far),
        Way(id=6, nodes=[1, 21], tags={"highway": "primary"}),  # leaves the box, whole
        Way(id=7, nodes=[21, 99], tags=far),  # broken, but elsewhere
        Node(id=8, location=PLACES[21], tags={"railway": "station"}),
    )
    assert list(found.roads.index) == ["way/6"]
    assert found.roads.geometry["way/6"] == LineString([PLACES[1], PLACES[21]])
    assert found.buildings.empty
    assert found.stations.empty
    assert told(found) == []


def test_bounds_that_overlap_the_box_are_not_enough(drawn):
    corner = Box(126.7932, 37.3330, 126.7934, 37.3332)
    road = Way(id=5, nodes=[1, 2, 3], tags={"highway": "service"})
    assert drawn(road, box=corner).roads.empty


def test_hostile_names_stay_text_without_direction_marks(drawn):
    tags = {"highway": "service", "name": "<img onerror=x>\u202e길\u200f"}
    assert (
        drawn(Way(id=5, nodes=[1, 2], tags=tags)).roads["name_ko"]["way/5"] == "<img onerror=x>길"
    )


def test_one_element_may_be_in_two_layers(drawn):
    found = drawn(Way(id=5, nodes=SQUARE, tags={"building": "yes", "railway": "station"}))
    assert list(found.buildings.index) == list(found.stations.index) == ["way/5"]


@pytest.mark.parametrize("form", ["out_body", "out_geom"])
def test_overpass_answers_give_the_same_ground(form):
    found = context(FILES / f"{form}.json", BOX)
    assert list(found.buildings.index) == ["way/201"]
    assert found.buildings["name_ko"]["way/201"] == "아시아마트"


def test_an_answer_without_shapes_says_so():
    found = context(FILES / "out_center.json", BOX)
    assert told(found) == [
        ("buildings", "way/201", "the file does not hold all points of its outline")
    ]


def test_an_element_that_stands_twice_is_drawn_once(tmp_path):
    node = {"type": "node", "id": 8, "lon": 126.792, "lat": 37.332, "tags": {"railway": "station"}}
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"elements": [node, node]}), "utf-8")
    assert list(context(path, BOX).stations.index) == ["node/8"]


@pytest.mark.parametrize(
    "box", [Box(126.8, 37.3, 126.7, 37.4), Box(37.3, 126.7, 37.4, 126.8), Box(0, 0, 0, 1)]
)
def test_a_box_that_is_none_is_refused(drawn, box):
    with pytest.raises(BadParameterError, match="box"):
        drawn(box=box)


def test_a_broken_file_is_refused():
    with pytest.raises(SourceChangedError, match="timed out"):
        context(FILES / "timed_out.json", BOX)
