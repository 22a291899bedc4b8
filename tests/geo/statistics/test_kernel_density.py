"""Densities against sums and integrals worked out by hand."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from scipy.integrate import quad
from scipy.stats import norm
from shapely.geometry import Point, Polygon, box, shape

from geo.core.crs import MEASURE, STORE
from geo.statistics.kernel_density import (
    Band,
    Surface,
    density_bands,
    estimate_density,
    round_breaks,
)

X, Y = 180_000.0, 525_000.0  # somewhere in Ansan, EPSG:5186
TO_LONLAT = Transformer.from_crs(MEASURE, STORE, always_xy=True).transform
TO_METRES = Transformer.from_crs(STORE, MEASURE, always_xy=True).transform


def lonlat(*metres: tuple[float, float]) -> np.ndarray:
    """Points given in metres from a corner of Ansan."""
    x, y = np.array(metres, dtype=float).reshape(-1, 2).T
    return np.column_stack(TO_LONLAT(X + x, Y + y))


def square(side_m: float) -> Polygon:
    corners = [(0, 0), (side_m, 0), (side_m, side_m), (0, side_m)]
    return Polygon(lonlat(*corners))


def at(surface: Surface, x: float, y: float) -> float:
    """Density in the cell that holds a point given in metres from the corner."""
    row = int((Y + y - surface.south) // surface.cell_m)
    column = int((X + x - surface.west) // surface.cell_m)
    return float(surface.values[row, column])


def grid(side_m: int, step_m: int) -> np.ndarray:
    """A regular grid of points that fills a square."""
    along = np.arange(step_m / 2, side_m, step_m)
    return lonlat(*[(x, y) for x in along for y in along])


def surface(values: list[list[float]], cell_m: float = 10.0) -> Surface:
    return Surface(np.array(values), X, Y, cell_m, 60.0, 1)


def metres(geometry: dict) -> shapely.Geometry:
    return shapely.transform(shape(geometry), lambda xy: np.column_stack(TO_METRES(*xy.T)))


def test_one_point_makes_a_surface_that_sums_to_one():
    # Ten bandwidths from the middle to every edge: all of the kernel lies inside.
    found = estimate_density(lonlat((600, 600)), square(1200), bandwidth_m=60)
    points = np.nansum(found.values) * found.cell_m**2 / 10_000
    assert points == pytest.approx(1, rel=0.01)


def test_a_surface_at_a_point_is_the_peak_of_its_kernel():
    # 1 / (2 π 60²) per m² is 0.442 per hectare; the nearest cell centre is up to 7 m away.
    found = estimate_density(lonlat((600, 600)), square(1200), bandwidth_m=60)
    assert found.maximum == pytest.approx(10_000 / (2 * math.pi * 60**2), rel=0.01)


def test_a_surface_falls_as_a_gaussian_does():
    # One bandwidth away: the peak times e^-½. Cell centres stand 5 m off the round metres.
    found = estimate_density(lonlat((605, 605)), square(1200), bandwidth_m=60)
    assert at(found, 665, 605) / at(found, 605, 605) == pytest.approx(math.exp(-0.5), rel=0.005)


def near_an_edge(bandwidths: float) -> float:
    """What points spread evenly read so far from a straight edge, over what they are."""
    return quad(lambda u: norm.pdf(bandwidths - u) / norm.cdf(u), 0, bandwidths + 9)[0]


def test_on_the_edge_itself_even_points_read_the_logarithm_of_two():
    assert near_an_edge(0) == pytest.approx(math.log(2))


@pytest.mark.parametrize("bandwidth_m", [25.0, 60.0, 100.0])
def test_uniform_points_read_what_the_integral_gives(bandwidth_m):
    # One point every 5 m is 400 per hectare. Cells and points are steps: 1 %.
    found = estimate_density(grid(1200, 5), square(1200), bandwidth_m=bandwidth_m)
    middle = found.values.shape[0] // 2
    for row, column in [(middle, middle), (0, middle), (6, middle), (middle, 9), (0, 0)]:
        away = (np.array([row, column]) + 0.5) * found.cell_m / bandwidth_m
        wanted = 400 * near_an_edge(away[0]) * near_an_edge(away[1])
        assert found.values[row, column] == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize("bandwidth_m", [25.0, 60.0, 150.0])
def test_a_surface_adds_up_to_the_points_there_are(snapshot, bandwidth_m):
    # The uniform correction gives 1,443 at 60 m; to the last digits, since nothing is estimated.
    found = zone_surface(snapshot, bandwidth_m)
    assert np.nansum(found.values) * found.cell_m**2 / 10_000 == pytest.approx(1_411, rel=1e-9)


def test_points_in_several_portions_are_one_surface(monkeypatch):
    points = lonlat(*np.random.default_rng(2).uniform(0, 600, (50, 2)))
    whole = estimate_density(points, square(600)).values
    monkeypatch.setattr("geo.statistics.kernel_density._AT_ONCE", 7)
    assert estimate_density(points, square(600)).values == pytest.approx(
        whole, rel=1e-12, nan_ok=True
    )


def test_where_nothing_stands_beyond_the_rim_reads_half():
    # The same points in a wider zone: beyond them there is nothing, so their rim lacks a half.
    found = estimate_density(grid(600, 10), box(*square(600).buffer(0.01).bounds), bandwidth_m=60)
    assert at(found, 300, 300) == pytest.approx(100, rel=0.03)
    assert at(found, 5, 300) == pytest.approx(50, rel=0.1)


def test_a_surface_equals_the_sum_written_out():
    # One cell of a small zone: the kernel of each point there, over its own mass inside.
    points = [(20.0, 30.0), (90.0, 110.0), (140.0, 60.0)]
    found = estimate_density(lonlat(*points), square(150), bandwidth_m=60)
    cells = [
        (found.west - X + (column + 0.5) * found.cell_m, found.south - Y + (row + 0.5) * 10.0)
        for row, column in zip(*np.nonzero(np.isfinite(found.values)), strict=True)
    ]
    here = cells[100]

    def gauss(one: tuple[float, float], other: tuple[float, float]) -> float:
        return math.exp(-(math.dist(one, other) ** 2) / (2 * 60**2)) / (2 * math.pi * 60**2)

    masses = [sum(gauss(point, cell) for cell in cells) * 10**2 for point in points]
    sums = [gauss(here, point) / mass for point, mass in zip(points, masses, strict=True)]
    written_out = sum(sums) * 10_000
    assert at(found, *here) == pytest.approx(written_out, rel=1e-6)


def test_points_outside_the_zone_are_left_out():
    found = estimate_density(lonlat((300, 300), (900, 300)), square(600))
    alone = estimate_density(lonlat((300, 300)), square(600))
    assert found.n == 1
    assert np.array_equal(found.values, alone.values, equal_nan=True)


def test_outside_the_zone_there_is_no_value():
    triangle = Polygon(lonlat((0, 0), (600, 0), (0, 600)))
    found = estimate_density(lonlat((100, 100)), triangle)
    assert math.isnan(at(found, 500, 500))
    assert at(found, 100, 100) > 0


def test_a_cell_is_a_sixth_of_a_bandwidth():
    assert estimate_density(lonlat((300, 300)), square(600), bandwidth_m=60).cell_m == 10


def test_no_points_make_a_surface_of_nothing():
    found = estimate_density(np.empty((0, 2)), square(600))
    assert (found.n, found.maximum) == (0, 0)


def test_a_zone_smaller_than_a_cell_has_no_maximum_but_no_fault():
    tiny = Polygon(lonlat((0, 0), (2, 0), (0, 2)))
    assert math.isnan(estimate_density(lonlat((1, 1)), tiny).maximum)


def test_bands_hold_the_cells_of_their_class():
    found = density_bands(surface([[1, 9], [12, np.nan]]), [10, 20])
    assert [(band.low, band.high) for band in found] == [(0, 10), (10, 20)]
    west, north = metres(found[0].geometry), metres(found[1].geometry)
    # The first row of cells is the southern one.
    assert west.bounds == pytest.approx((X, Y, X + 20, Y + 10), abs=0.2)
    assert north.bounds == pytest.approx((X, Y + 10, X + 10, Y + 20), abs=0.2)


@pytest.mark.parametrize(("value", "low"), [(0, 0), (9.99, 0), (10, 10), (19.99, 10), (20, 10)])
def test_a_class_begins_at_its_lower_bound_and_the_last_holds_both(value, low):
    (band,) = density_bands(surface([[value]]), [10, 20])
    assert band.low == low


def test_classes_without_cells_are_left_out():
    assert [band.low for band in density_bands(surface([[1, 25]]), [10, 20, 30])] == [0, 20]


def test_densities_below_the_minimum_are_left_out():
    found = density_bands(surface([[1, 6], [12, 30]]), [10, 20, 30], minimum=5)
    areas = [metres(band.geometry).area for band in found]
    assert areas == pytest.approx([100, 100, 100], rel=0.05)


def zone_surface(snapshot, bandwidth_m: float) -> Surface:
    """The real one: all businesses of the zone."""
    businesses, zones = snapshot.layers["businesses"], snapshot.layers["zone"]
    rows = businesses.select({"in_zone": [True]})
    points = [businesses.columns[name].take(rows).to_numpy() for name in ("_west", "_south")]
    (zone,) = zones.geometries(np.array([zones.row_of("zone-2023")]))
    return estimate_density(np.column_stack(points), zone, bandwidth_m=bandwidth_m)


def drawn(found: Surface) -> list[Band]:
    return density_bands(found, round_breaks(found.maximum))


BANDWIDTHS = [25.0, 40.0, 60.0, 61.3, 100.0, 150.0]
BROKEN = (25.0, 40.0, 61.3, 100.0)  # a sixth of these is no round number of metres


@pytest.mark.parametrize("bandwidth_m", BANDWIDTHS)
def test_bands_cover_the_cells_without_overlap(snapshot, bandwidth_m):
    found = zone_surface(snapshot, bandwidth_m)
    covered = sum(metres(band.geometry).area for band in drawn(found))
    assert covered == pytest.approx(np.isfinite(found.values).sum() * found.cell_m**2, rel=1e-4)


@pytest.mark.parametrize(
    "bandwidth_m",
    [pytest.param(bandwidth) for bandwidth in BANDWIDTHS],
)
def test_bands_are_valid_and_whole(snapshot, bandwidth_m):
    for band in drawn(zone_surface(snapshot, bandwidth_m)):
        geometry = shape(band.geometry)
        assert geometry.is_valid
        assert len(shapely.get_parts(geometry)) < 20


def test_all_businesses_of_the_zone_are_in_its_surface(snapshot):
    assert zone_surface(snapshot, 60).n == 1_411


def test_bands_are_counter_clockwise_in_six_decimals():
    (band,) = density_bands(surface([[1, 1], [1, np.nan]]), [10])
    ring = shape(band.geometry).exterior
    assert ring.is_ccw
    assert (np.array(ring.coords) == np.array(ring.coords).round(6)).all()


def test_a_band_holds_the_point_that_made_it():
    found = estimate_density(lonlat((300, 300)), square(600))
    highest = drawn(found)[-1]
    assert shape(highest.geometry).contains(Point(*lonlat((300, 300))[0]))


@pytest.mark.parametrize(
    ("maximum", "breaks"),
    [
        (47.3, [10, 20, 30, 40, 50]),
        (12, [2.5, 5, 7.5, 10, 12.5]),
        (5, [1, 2, 3, 4, 5]),
        (100, [20, 40, 60, 80, 100]),
        (0.3, [0.06, 0.12, 0.18, 0.24, 0.3]),
        (7, [1.5, 3, 4.5, 6, 7.5]),
        (235.3, [50, 100, 150, 200, 250]),
        (0, [1]),
    ],
)
def test_breaks_are_round_numbers_up_to_the_maximum(maximum, breaks):
    assert round_breaks(maximum) == breaks


@given(st.floats(1e-3, 1e6))
def test_breaks_are_equal_steps_that_reach_the_maximum(maximum):
    breaks = round_breaks(maximum)
    assert 4 <= len(breaks) <= 5
    assert np.diff([0.0, *breaks]) == pytest.approx(breaks[0])
    assert breaks[-1] >= maximum * (1 - 1e-8)
    assert breaks[-1] - breaks[0] < maximum


def test_the_last_break_is_never_below_the_maximum():
    # bands() drops what lies above the last break.
    assert round_breaks(5.000000001)[-1] >= 5.000000001
