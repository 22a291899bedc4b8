"""Units under a tile: those of the measure where only the zone counts, else whole ones."""

import numpy as np
import pytest
import shapely

from geo.core.crs import in_metres
from geo.serving.analysis.density import density
from geo.serving.analysis.sample import point_sample
from geo.serving.tiles.cells import units
from geo.serving.tiles.tile_grid import Tile


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom)
    return Tile(zoom, row=y, column=x)


@pytest.mark.parametrize("scale", ["hex", "grid"])
def test_units_of_the_zone_have_the_densities_of_the_measure(snapshot, scale):
    layer = snapshot.layers["businesses"]
    rows = layer.select({"in_zone": [True]})
    told = density(snapshot, point_sample(layer, rows), {"scale": scale}).rows
    shapes, per_ha = units(snapshot, scale, tile_at(126.79, 37.33, 10), rows)
    assert sorted(per_ha.round(3)) == sorted(item["per_ha"] for item in told if item["count"])
    assert len(shapes) == len(per_ha)


def test_a_tile_shows_the_units_that_touch_it_alone(snapshot):
    rows = snapshot.layers["businesses"].select({"in_zone": [True]})
    every, _ = units(snapshot, "hex", tile_at(126.79, 37.33, 10), rows)
    some, _ = units(snapshot, "hex", tile_at(126.79, 37.33, 16), rows)
    assert 0 < len(some) < len(every)


def test_units_are_whole_where_more_than_the_zone_counts(snapshot):
    shapes, _ = units(snapshot, "grid", tile_at(126.79, 37.33, 10), None)
    assert shapely.area(shapely.transform(shapes, in_metres)) == pytest.approx(10_000)


def test_a_dong_that_is_not_wholly_covered_has_no_density(snapshot):
    layer = snapshot.layers["businesses"]
    rows = layer.select({"provenance": ["observed"]})
    told = density(snapshot, point_sample(layer, rows), {"scale": "dong"}).rows
    _, per_ha = units(snapshot, "dong", tile_at(126.83, 37.32, 10), rows)
    known = [item["per_ha"] for item in told if item["per_ha"] is not None]
    assert 0 < len(known) < 25
    assert sorted(per_ha) == pytest.approx(
        sorted(known), rel=0.01
    )  # 1 % have no point of their own
