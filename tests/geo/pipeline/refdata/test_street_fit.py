"""Street lines fitted to known addresses: recovered, joined, and true to addresses held out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod, Transformer

from geo.core.crs import MEASURE, STORE
from geo.core.errors import SourceChangedError
from geo.pipeline.geocoding.road_address import AddressPoint, RoadAddress, Street, geocode_address
from geo.pipeline.refdata.streets import (
    KnownAddresses,
    Line,
    fit_street,
    join_ends,
    known_on,
    read_plan,
    street_lines,
)

TABLES = Path(__file__).parents[4] / "data" / "tables"
EARTH = Geod(ellps="WGS84")
EAST, NORTH = 181_000.0, 525_500.0  # metres in EPSG:5186, at Ansan


@pytest.fixture(scope="module")
def points():
    return pd.read_csv(TABLES / "address_points.csv")


def lonlat(east: float, north: float) -> list[float]:
    at = Transformer.from_crs(MEASURE, STORE, always_xy=True).transform(EAST + east, NORTH + north)
    return list(at)


def due_east(*numbers: int) -> KnownAddresses:
    """Buildings of a street that runs due east from the origin, 9 m beside its middle."""
    along = np.asarray(numbers, float)
    side = np.where(along % 2 == 1, 1.0, -1.0)  # odd numbers on the left, here the north
    return KnownAddresses(along, side, np.column_stack([EAST + 10 * along, NORTH + 9 * side]))


def plan(*, off_m: float) -> dict[str, list[list[float]]]:
    """A first guess that lies some metres north of that street."""
    return {"vertices": [[1, *lonlat(10, off_m)], [21, *lonlat(210, off_m)]]}


def test_a_fit_finds_the_street_from_a_guess_that_is_off():
    line = fit_street("길", plan(off_m=15), due_east(1, 4, 7, 10, 13, 16, 21))
    assert line.vertices - [EAST, NORTH] == pytest.approx(np.array([[10, 0], [210, 0]]), abs=3)
    assert line.rmse_m < 3
    assert line.used == 7


def test_an_address_that_is_mistaken_moves_nothing():
    known = due_east(1, 4, 7, 10, 13, 16, 21)
    far = KnownAddresses(
        np.append(known.numbers, 12.0),
        np.append(known.side, -1.0),
        np.vstack([known.points, [EAST + 120, NORTH + 580]]),
    )
    line = fit_street("길", plan(off_m=0), far)
    assert line.used == 7
    assert line.vertices - [EAST, NORTH] == pytest.approx(np.array([[10, 0], [210, 0]]), abs=1)


def test_two_addresses_make_no_fit():
    line = fit_street("길", plan(off_m=0), due_east(3, 8))
    assert (line.rmse_m, set(line.basis)) == (None, {"traced"})


def test_vertices_far_past_the_known_addresses_are_inferred():
    line = fit_street("길", plan(off_m=0), due_east(1, 2, 5, 8))
    assert line.basis == ("fitted", "inferred")


def straight(name: str, *ends: tuple[float, float]) -> Line:
    vertices = np.asarray(ends, float)
    length = np.hypot(*(vertices[1] - vertices[0]))
    return Line(name, (1, 1 + round(length / 10)), vertices, 5.0, 9, ("fitted", "fitted"))


def test_a_line_is_led_straight_on_to_the_street_that_it_meets():
    lines = {"a": straight("a", (0, 0), (100, 0)), "b": straight("b", (130, -50), (130, 50))}
    line = join_ends(lines, {"a": {"end": "b"}})["a"]
    assert line.vertices[-1] == pytest.approx([130, 0])
    assert line.numbers == (1, 11, 14)  # 30 m are three numbers
    assert line.basis[-1] == "inferred"


def test_a_line_that_runs_over_is_cut_back():
    lines = {"a": straight("a", (0, 0), (100, 0)), "b": straight("b", (92, -50), (92, 50))}
    line = join_ends(lines, {"a": {"end": "b"}})["a"]
    assert line.vertices[-1] == pytest.approx([92, 0])
    assert line.numbers == (1, 11)


def test_streets_that_do_not_meet_are_not_joined():
    lines = {"a": straight("a", (0, 0), (100, 0)), "b": straight("b", (190, -50), (190, 50))}
    with pytest.raises(SourceChangedError, match=r"a \(end\) meets no b within 50 m"):
        join_ends(lines, {"a": {"end": "b"}})


def test_the_committed_lines_are_those_of_the_fit(points):
    made = street_lines(points)
    pd.testing.assert_frame_equal(made, pd.read_csv(TABLES / "street_lines.csv"))


def test_streets_with_three_addresses_in_line_are_drawn(points):
    lines = street_lines(points).groupby("street_ko")["fit_rmse_m"].first()
    assert {"부부로1길", "원본로1길"} <= set(lines.dropna().index)
    assert len(lines) == 10


def metres_off(name: str, row: int, known: KnownAddresses) -> float:
    """From a building to the door of its address on the line that was fitted without it."""
    line = fit_street(name, read_plan()[name], known.without(row))
    street = Street(name, line.numbers, *map(tuple, line.vertices.T), line.rmse_m)
    number, side = known.numbers[row], known.side[row]
    sub = int(number % 2 == (side < 0))  # half way to the next number of its side
    door = geocode_address(RoadAddress(name, round(number) - sub, sub, ""), {name: street})
    assert isinstance(door, AddressPoint), (name, number)
    at = Transformer.from_crs(MEASURE, STORE, always_xy=True).transform(*known.points[row])
    return EARTH.inv(door.lon, door.lat, *at)[2]


def test_addresses_held_out_are_found_within_15_m_in_the_median(points):
    known = {name: known_on(name, points) for name in read_plan()}
    errors = [
        metres_off(name, row, item)
        for name, item in known.items()
        for row in range(len(item.numbers))
    ]
    assert len(errors) >= 45
    assert np.median(errors) <= 15


def test_sub_numbers_deep_behind_a_street_say_nothing_of_it(points):
    known = known_on("원본로1길", points)
    assert len(known.numbers) == 3  # 8, 10-1 and 21-1, not 10-5 to 10-14 or 20-14
    assert sorted(known.numbers) == [8, 11, 22]


def test_leaving_out_a_building_leaves_the_others():
    known = due_east(1, 4, 7)
    assert known.without(1).numbers.tolist() == [1, 7]
    assert known.without(0).side.tolist() == [-1, 1]
