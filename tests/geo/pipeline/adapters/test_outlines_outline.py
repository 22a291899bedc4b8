"""Official outlines of the special zone and the food street."""

import json
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import Point, Polygon, box

from geo.core.errors import MissingCRSError
from geo.pipeline.adapters.outlines import OutlineError, read_outline

# Outlines of the zone: a square of 640 m round 원곡동 is 409,600 m²; published are 405,918 m².
MIDDLE = gpd.GeoSeries([Point(126.7925, 37.3305)], crs="EPSG:4326").to_crs("EPSG:5186").iloc[0]
ZONE = box(MIDDLE.x - 320, MIDDLE.y - 320, MIDDLE.x + 320, MIDDLE.y + 320)


def outline(folder: Path, *shapes, crs: str = "EPSG:5186", suffix: str = ".shp") -> Path:
    path = folder / f"특구{suffix}"
    layer = gpd.GeoDataFrame({"NAME": ["특구"] * len(shapes)}, geometry=list(shapes), crs=crs)
    if suffix == ".geojson":
        path.write_text(layer.to_crs("EPSG:4326").to_json(), "utf-8")
    else:
        pyogrio.write_dataframe(layer, path, encoding="CP949")
    return path


@pytest.mark.parametrize("suffix", [".shp", ".geojson"])
def test_an_outline_is_read(tmp_path, data, suffix):
    found = read_outline(outline(tmp_path, ZONE, suffix=suffix), "zone", data)
    assert len(found) == 1 and found.crs == "EPSG:4326"
    assert found["area_m2"].item() == pytest.approx(409_600, rel=1e-4)


def test_parts_of_an_outline_become_one(tmp_path, data):
    west = box(MIDDLE.x - 320, MIDDLE.y - 320, MIDDLE.x, MIDDLE.y + 320)
    east = box(MIDDLE.x, MIDDLE.y - 320, MIDDLE.x + 320, MIDDLE.y + 320)
    found = read_outline(outline(tmp_path, west, east), "zone", data)
    assert found["area_m2"].item() == pytest.approx(409_600, rel=1e-4)


def test_the_food_street_has_an_area_of_its_own(tmp_path, data):
    # 162,268 m² are published: the square of the zone is 2.5 times as large.
    with pytest.raises(OutlineError, match=r"measures 409,\d+ m², the published .* 162,268 m²"):
        read_outline(outline(tmp_path, ZONE), "food-streets", data)


def test_an_outline_without_a_system_is_refused(tmp_path, data):
    path = outline(tmp_path, ZONE)
    path.with_suffix(".prj").unlink()
    with pytest.raises(MissingCRSError, match=r"특구.shp: it states no reference system"):
        read_outline(path, "zone", data)


def test_an_outline_of_a_wrong_system_is_named(tmp_path, data):
    with pytest.raises(OutlineError, match=r"does not lie in Ansan.*it would as .*EPSG:5186"):
        read_outline(outline(tmp_path, ZONE, crs="EPSG:5181"), "zone", data)


def test_a_self_crossing_outline_is_refused(tmp_path, data):
    x, y = MIDDLE.x, MIDDLE.y
    bow = Polygon([(x, y), (x + 900, y + 900), (x + 900, y), (x, y + 900)])
    with pytest.raises(OutlineError, match="outline 1 is drawn wrongly: Self-intersection"):
        read_outline(outline(tmp_path, bow, suffix=".geojson"), "zone", data)


def test_a_point_is_no_outline(tmp_path, data):
    path = tmp_path / "point.geojson"
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": Point(126.79, 37.33).__geo_interface__,
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(OutlineError, match="outline 1 is not a polygon"):
        read_outline(path, "zone", data)
