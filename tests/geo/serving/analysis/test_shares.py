"""Shares of foreign-run businesses against sums over every business, and what is hidden."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from scipy.spatial.distance import cdist
from shapely.geometry import shape

from geo.core.crs import in_degrees, in_metres
from geo.core.errors import ProtectedError
from geo.serving.analysis.cells import zone_in_force
from geo.serving.analysis.sample import PointSample, point_sample
from geo.serving.analysis.shares import (
    FEW,
    OUTSIDE,
    UNKNOWN,
    cells_in_zone,
    share_surface,
    shares,
    too_few,
)
from geo.statistics.kernel_density import cell_centres, density_bands

BANDWIDTH_M = 60.0


@pytest.fixture
def sample(snapshot) -> PointSample:
    layer = snapshot.layers["businesses"]
    return point_sample(layer, np.arange(layer.count))


@pytest.fixture
def zone(snapshot):
    return zone_in_force(snapshot)


@pytest.fixture
def middle(zone) -> np.ndarray:
    """The middle of the zone, metres."""
    return shapely.get_coordinates(shapely.transform(zone, in_metres).centroid)[0]


@pytest.fixture
def placed(sample):
    """Businesses at places of the test's own, so many of each answer to who runs them."""

    def make(xy: np.ndarray, foreign: list[bool | None]) -> PointSample:
        held = np.array(sample.values("foreign_run"), dtype=object)
        rows = np.array([sample.rows[np.flatnonzero(held == item)[0]] for item in foreign])
        return PointSample(sample.layer, rows, in_degrees(xy), xy, {})

    return make


def known(sample: PointSample) -> tuple[np.ndarray, np.ndarray]:
    """Places of those of which it is known who runs them, metres, and whether foreigners do."""
    held = sample.values("foreign_run")
    mask = np.array([item is not None for item in held])
    return sample.xy[mask], np.array([item for item in held if item is not None])


def scattered(zone, n: int) -> np.ndarray:
    """Places at random in the zone, metres."""
    outline = shapely.transform(zone, in_metres)
    west, south, east, north = outline.bounds
    xy = np.random.default_rng(3).uniform((west, south), (east, north), (4 * n, 2))
    return xy[shapely.contains_xy(outline, xy)][:n]


def kernels(xy: np.ndarray, place: np.ndarray, bandwidth_m: float) -> np.ndarray:
    """Heights of a kernel around a place, at places."""
    return np.exp(-0.5 * (np.hypot(*(xy - place).T) / bandwidth_m) ** 2)


@pytest.mark.parametrize("bandwidth_m", [25.0, 60.0, 150.0])
def test_a_share_is_a_weighted_mean_over_every_business(sample, zone, bandwidth_m):
    xy, foreign = known(sample)
    surface = share_surface(in_degrees(xy), foreign, zone, bandwidth_m=bandwidth_m)
    shown = np.argwhere(np.isfinite(surface.values) & ~too_few(surface, xy[foreign]))
    cells = cell_centres(surface)[cells_in_zone(surface, zone)]
    masses = np.array([kernels(cells, item, bandwidth_m).sum() for item in xy])
    for row, column in np.random.default_rng(1).permutation(shown)[:50]:
        weights = kernels(xy, cell_centres(surface)[row, column], bandwidth_m) / masses
        by_hand = math.fsum(weights[foreign]) / math.fsum(weights)
        assert surface.values[row, column] == pytest.approx(by_hand, abs=1e-6)


def test_two_of_five_in_every_place_is_two_fifths_everywhere(zone):
    xy = np.repeat(scattered(zone, 100), 5, axis=0)
    foreign = np.tile([True, True, False, False, False], 100)
    surface = share_surface(in_degrees(xy), foreign, zone, bandwidth_m=BANDWIDTH_M)
    told = surface.values[np.isfinite(surface.values)]
    assert told == pytest.approx(0.4, abs=1e-6)


def test_a_constant_share_fills_one_class_up_to_the_edge(snapshot, zone, placed):
    at = scattered(zone, 100)
    some = placed(np.repeat(at, 2, axis=0), [True, False] * len(at))
    rows = shares(snapshot, some, {"bandwidth_m": "150"}).rows
    assert [(row["from_share"], row["to_share"]) for row in rows] == [(0.4, 0.6)]
    assert rows[0]["area_ha"] == pytest.approx(
        shapely.transform(zone, in_metres).area / 10_000, rel=0.01
    )


@pytest.mark.parametrize(("foreign", "states"), [(4, {"hidden"}), (5, {"hidden", "shown"})])
def test_five_foreign_run_make_a_share(snapshot, placed, middle, foreign, states):
    some = placed(np.tile(middle, (20, 1)), [True] * foreign + [False] * (20 - foreign))
    found = shares(snapshot, some, {})
    assert {row["state"] for row in found.rows} == states
    shown = sum(row["area_ha"] for row in found.rows if row["state"] == "shown")
    # Those within two bandwidths of the one place: a disc of 120 m, as far as cells of 10 m can.
    disc = math.pi * 120**2 / 10_000 if foreign == 5 else 0
    assert shown == pytest.approx(disc, rel=0.02)


def test_the_mask_is_what_hides(zone, middle):
    xy = np.tile(middle, (20, 1))
    foreign = np.arange(20) < 4
    surface = share_surface(in_degrees(xy), foreign, zone, bandwidth_m=BANDWIDTH_M)
    place = np.unravel_index(
        np.hypot(*np.moveaxis(cell_centres(surface) - middle, -1, 0)).argmin(), surface.values.shape
    )
    assert surface.values[place] == pytest.approx(0.2, abs=1e-6)
    assert density_bands(surface, [1.0])
    hidden = too_few(surface, xy[foreign])
    assert not density_bands(
        replace(surface, values=np.where(hidden, np.nan, surface.values)), [1.0]
    )


def test_what_is_hidden_is_within_reach_of_fewer_than_five(sample, zone):
    xy, foreign = known(sample)
    surface = share_surface(in_degrees(xy), foreign, zone, bandwidth_m=BANDWIDTH_M)
    near = (cdist(cell_centres(surface).reshape(-1, 2), xy[foreign]) <= 2 * BANDWIDTH_M).sum(axis=1)
    few = near.reshape(surface.values.shape) < 5
    assert 0 < few.sum() < few.size
    assert (too_few(surface, xy[foreign]) == few).all()


def test_classes_and_the_hidden_part_cover_the_zone_once(snapshot, sample, zone):
    found = shares(snapshot, sample, {})
    outline = shapely.transform(zone, in_metres)
    shapes = [shapely.transform(shape(item), in_metres) for item in found.shapes]
    total = sum(row["area_ha"] for row in found.rows)
    assert total == pytest.approx(outline.area / 10_000, rel=0.01)
    # Corners are written with six decimals, 0.1 m; that much may overlap along the borders.
    assert total * 10_000 == pytest.approx(shapely.union_all(shapes).area, rel=1e-3)
    assert shapely.union_all(shapes).difference(outline.buffer(10)).area == 0
    hidden = found.rows[-1]
    assert (hidden["state"], hidden["reason"]) == ("hidden", FEW)
    assert hidden["from_share"] is hidden["to_share"] is None
    assert hidden["area_ha"] / total == pytest.approx(found.parameters["masked_share"], abs=1e-3)


def test_who_does_not_count_is_said(snapshot, zone, placed, middle):
    far = middle + np.array([5_000, 0])
    some = placed(np.vstack([np.tile(middle, (12, 1)), far]), [True] * 6 + [None] * 6 + [False])
    found = shares(snapshot, some, {})
    assert (found.basis.n, found.basis.left_out) == (6, {OUTSIDE: 1, UNKNOWN: 6})
    assert (found.parameters["n_known"], found.parameters["n_foreign_run"]) == (6, 6)
    assert any(caveat.startswith("of 6 businesses") for caveat in found.caveats)


def test_where_nobody_is_known_everything_is_hidden(snapshot, placed, middle):
    found = shares(snapshot, placed(np.tile(middle, (9, 1)), [None] * 9), {})
    assert [row["state"] for row in found.rows] == ["hidden"]
    assert found.parameters["masked_share"] == 1


def test_all_foreign_run_is_the_highest_class(snapshot, placed, middle):
    found = shares(snapshot, placed(np.tile(middle, (9, 1)), [True] * 9), {})
    shown = [row["to_share"] for row in found.rows if row["state"] == "shown"]
    assert shown == [1.0]


def test_a_register_that_protects_owners_is_not_asked(snapshot, sample):
    fields = sample.layer.fields
    closed = {**fields, "foreign_run": replace(fields["foreign_run"], protected=True)}
    with pytest.raises(ProtectedError):
        shares(snapshot, replace(sample, layer=replace(sample.layer, fields=closed)), {})
