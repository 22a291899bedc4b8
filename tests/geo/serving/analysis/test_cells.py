"""Units of the zone and of more than the zone, against areas measured by shapely and pyproj."""

import warnings

import h3
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.core.crs import in_degrees, in_metres
from geo.serving.analysis.cells import LEAST_PART, Cells, cells, zone_in_force
from geo.serving.analysis.density import density
from geo.serving.analysis.hot_spots import hot_spots, scales
from geo.serving.analysis.sample import PointSample, point_sample

EDGE, NEXT = "8a30e0311817fff", {"8a30e0311847fff", "8a30e0311b0ffff"}
GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def inside(snapshot) -> PointSample:
    """The businesses of the zone."""
    layer = snapshot.layers["businesses"]
    return point_sample(layer, layer.select({"in_zone": [True]}))


@pytest.fixture(scope="module")
def zone(snapshot):
    return zone_in_force(snapshot)


def true_ha(shape: shapely.Geometry) -> float:
    """Area on the ellipsoid: no map projection and no H3 in it."""
    return abs(GEOD.geometry_area_perimeter(shape)[0]) / 10_000


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_units_of_the_zone_are_the_zone_in_parts(snapshot, inside, zone, scale):
    found = cells(snapshot, scale, inside.lonlat, zone)
    assert found.clipped
    assert found.counts().sum() == inside.n == 1_411
    # H3 measures on a sphere: 0.05 % smaller than the ellipsoid.
    assert found.area_ha.sum() == pytest.approx(true_ha(zone), rel=1e-3)
    shapes = shapely.transform(found.shapes, in_metres)
    outline = shapely.transform(zone, in_metres)
    assert shapely.union_all(shapes).symmetric_difference(outline).area < 1  # m²
    assert shapely.area(shapes).sum() == pytest.approx(outline.area, rel=1e-6)


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_units_that_a_page_asks_for_again_are_computed_once(snapshot, inside, zone, scale):
    first = cells(snapshot, scale, inside.lonlat, zone)
    assert cells(snapshot, scale, inside.lonlat.copy(), zone) is first
    assert cells(snapshot, scale, inside.lonlat[1:], zone).counts().sum() == inside.n - 1


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_each_unit_is_divided_by_what_of_it_lies_in_the_zone(snapshot, inside, zone, scale):
    found = cells(snapshot, scale, inside.lonlat, zone)
    measured = np.array([true_ha(shape) for shape in found.shapes])
    assert found.area_ha == pytest.approx(measured, rel=1e-3)
    held = shapely.dwithin(
        shapely.transform(found.shapes, in_metres)[found.cell_of], shapely.points(inside.xy), 0.01
    )
    assert held.all()


def test_a_hexagon_cut_in_half_is_divided_by_its_half(snapshot, inside, zone):
    (edge,) = [row for row in density(snapshot, inside, {}).rows if row["unit"] == EDGE]
    ring = shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(EDGE)])
    held = int(shapely.intersects_xy(ring.intersection(zone), *inside.lonlat.T).sum())
    half = true_ha(ring.intersection(zone))
    assert half == pytest.approx(0.502, abs=0.001)
    assert true_ha(ring) == pytest.approx(1.03, abs=0.01)
    assert edge["count"] == held > 0
    assert edge["per_ha"] == pytest.approx(held / half, rel=1e-3)


def test_what_is_too_little_goes_to_the_nearest_unit(snapshot, inside, zone):
    found = cells(snapshot, "hex", inside.lonlat, zone)
    covered = h3.h3shape_to_cells_experimental(h3.geo_to_h3shape(zone), 10, "overlap")
    rings = {
        item: shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(item)]) for item in covered
    }
    parts = {item: true_ha(ring.intersection(zone)) / true_ha(ring) for item, ring in rings.items()}
    assert set(found.ids) == {item for item, part in parts.items() if part >= LEAST_PART}
    little = [item for item in covered if 0.01 < parts[item] < LEAST_PART]
    assert little
    for item in little:
        place = shapely.get_coordinates(rings[item].intersection(zone).centroid)
        there = cells(snapshot, "hex", place, zone)
        assert there.counts().sum() == 1
        assert there.ids[there.cell_of[0]] in h3.grid_disk(item, 1)


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_units_are_whole_where_more_than_the_zone_is_counted(snapshot, inside, zone, scale):
    # One business 2 km east of the zone: beyond the outline is known too, and is counted.
    lonlat = inside.lonlat.copy()
    lonlat[0] = in_degrees(inside.xy[:1] + np.array([2_000, 0]))[0]
    found = cells(snapshot, scale, lonlat, zone)
    assert not found.clipped
    measured = np.array([true_ha(shape) for shape in found.shapes])
    assert found.area_ha == pytest.approx(measured, rel=1e-3)
    assert found.area_ha == pytest.approx(1.03 if scale == "hex" else 1.0, abs=0.005)


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_evenly_spread_businesses_are_as_dense_at_the_edge(snapshot, inside, zone, scale):
    # One every 5 m is 400 a hectare; 15 % for points that happen to lie on either side.
    west, south, east, north = shapely.transform(zone, in_metres).bounds
    x, y = np.meshgrid(np.arange(west, east, 5), np.arange(south, north, 5))
    lonlat = in_degrees(np.column_stack([x.ravel(), y.ravel()]))
    found = cells(snapshot, scale, lonlat[shapely.contains_xy(zone, *lonlat.T)], zone)
    assert found.per_ha() == pytest.approx(np.full(len(found.ids), 400), rel=0.15)


def gi_star(units: Cells, band_m: float) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import esda
        from libpysal.weights import DistanceBand

        near = DistanceBand(units.xy, band_m * (1 + 1e-9), binary=True)
        rates = units.counts() / units.area_ha
        return esda.G_Local(rates, near, transform="B", star=True, permutations=0).Zs


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_hot_spots_are_of_densities_as_esda_has_them(snapshot, inside, zone, scale):
    found = hot_spots(snapshot, inside, {"scale": scale})
    units = cells(snapshot, scale, inside.lonlat, zone)
    theirs = gi_star(units, found.parameters["band_m"])
    assert [row["z"] for row in found.rows] == pytest.approx(theirs, abs=1e-4)


def test_the_densest_of_every_scale_is_that_of_the_densities(snapshot, inside):
    told = {row["scale"]: row["densest_per_ha"] for row in scales(snapshot, inside, {}).rows}
    for scale, densest in told.items():
        rows = density(snapshot, inside, {"scale": scale}).rows
        known = [row["per_ha"] for row in rows if row["per_ha"] is not None]
        assert densest == pytest.approx(max(known), abs=0.01)


def test_a_zone_within_one_hexagon_is_one_unit(snapshot):
    middle = np.array(h3.cell_to_latlng(EDGE)[::-1])
    small = shapely.transform(
        shapely.Point(in_metres(middle[None])[0]).buffer(5, quad_segs=8), in_degrees
    )
    found = cells(snapshot, "hex", middle[None], small)
    assert found.ids == (EDGE,)
    assert found.area_ha == pytest.approx([true_ha(small)], rel=1e-3)


def test_nothing_counted_is_neither_a_failure_nor_zero(snapshot, inside, zone):
    nobody = PointSample(inside.layer, inside.rows[:0], inside.lonlat[:0], inside.xy[:0], {})
    assert density(snapshot, nobody, {}).rows == []
