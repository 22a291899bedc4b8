"""Street lines with their building numbers."""

import pytest
from pyproj import Geod
from shapely import Point

from geo.core.errors import SourceChangedError
from geo.pipeline.sources.streets import read_lines, read_streets


def test_every_street_is_one_line(data):
    features = read_streets(data)
    assert len(features.frame) == features.read == 10
    assert set(features.frame.geom_type) == {"LineString"}


def test_ids_are_the_names_on_the_signs(data):
    assert {"damunhwa-gil", "damunhwa-2-gil", "jungang-daero"} <= set(
        read_streets(data).frame.index
    )


def test_a_line_runs_from_its_first_to_its_last_number(data):
    street = read_streets(data).frame.loc["wongok-ro"]
    assert (street["from_no"], street["to_no"]) == (1, 45)
    # 원곡로 15 and 43 of the storefront register: a few metres beside the line.
    line = street.geometry
    for lon, lat in ((126.791497, 37.328865), (126.793093, 37.331039)):
        assert line.distance(Point(lon, lat)) < 25 / 88_500


def test_length_is_measured_on_the_ground(data):
    street = read_streets(data).frame.loc["wongok-ro"]
    (west, south), (east, north) = street.geometry.coords
    metres = Geod(ellps="WGS84").inv(west, south, east, north)[2]
    assert street["length_m"] == pytest.approx(metres, abs=0.1)


def test_a_line_states_its_evidence_and_its_gaps(data):
    streets = read_streets(data).frame
    assert streets.loc["damunhwa-gil", "points_used"] == 7
    # 원본로 was led some 14 m on to 부부로; 중앙대로 goes on to where its last number is drawn.
    assert 5 < streets.loc["wonbon-ro", "inferred_m"] < 41
    assert streets.loc["hwarang-ro", "inferred_m"] == 0
    assert streets.loc["hwarang-ro", "gap_m"] > 200  # nothing near it is known


def test_lines_of_the_village_meet(data):
    # 다문화길 leaves 중앙대로 and ends in 원본로; earlier lines left gaps of 12 to 41 m.
    lines = read_streets(data).frame.geometry
    for pair, other in (
        ("damunhwa-gil", "jungang-daero"), ("damunhwa-gil", "wonbon-ro"),
        ("wonbon-ro", "bubu-ro"), ("wongok-ro", "jungang-daero"),
        ("damunhwa-1-gil", "wongok-ro"), ("bubu-ro-1-gil", "bubu-ro"),
        ("wonbon-ro-1-gil", "wonbon-ro"), ("damunhwa-2-gil", "damunhwa-gil"),
    ):  # fmt: skip
        assert lines[pair].distance(lines[other]) * 111_000 < 0.5, (pair, other)


def test_numbers_advance_about_one_every_ten_metres(data):
    # As the Road Name Address Act lays down; lines are fitted, so a tenth may be missing.
    for street in read_streets(data).frame.itertuples():
        metres = street.length_m / (street.to_no - street.from_no)
        assert metres == pytest.approx(10, rel=0.12), street.name_ko


@pytest.mark.parametrize(
    ("slug", "provenance", "accuracy_m"),
    [("wonbon-ro", "fitted", 13), ("hwarang-ro", "approximate", 25)],
)
def test_a_line_says_how_it_was_drawn(data, slug, provenance, accuracy_m):
    street = read_streets(data).frame.loc[slug]
    assert (street["provenance"], street["accuracy_m"]) == (provenance, accuracy_m)


def test_a_street_without_english_name_stops_the_build(data_copy, edit):
    table = (data_copy / "tables/street_lines.csv").read_text("utf-8")
    for row in [line for line in table.splitlines() if line.startswith("원본로,")]:
        edit("tables/street_lines.csv", row, row.replace("원본로", "원시로"))
    with pytest.raises(SourceChangedError, match=r"unmapped name_en \['원시로'\]"):
        read_streets(data_copy)


def test_lines_are_kept_in_metres(data):
    line = read_lines(data)["원본로"]
    assert line.numbers == (0, 1, 34)
    assert line.rmse_m == 6.3
    # Ansan lies about 18 km west and 74 km south of the origin of EPSG:5186.
    assert (line.x[0], line.y[0]) == pytest.approx((181_000, 525_500), abs=1_000)
