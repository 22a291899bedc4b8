"""What the sources cover, measured independently."""

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.pipeline.sources.coverage import circles
from geo.snapshot.coverage import WHOLE, covered_share

GEOD = Geod(ellps="WGS84")


def area_km2(shape) -> float:
    return abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6


@pytest.fixture(scope="module")
def covers(snapshot):
    return snapshot.manifest["coverage"]["businesses"]


@pytest.fixture(scope="module")
def outline(covers):
    (own,) = [cover for cover in covers if cover["source"] == "storefronts"]
    return shapely.geometry.shape(own["outline"])


def test_two_circles_far_apart_have_the_area_of_two():
    found = circles(np.array([[126.79, 37.33], [126.85, 37.30]]), 965.6)
    assert area_km2(found) == pytest.approx(2 * np.pi * 0.9656**2, rel=3e-3)


def test_two_circles_on_one_spot_have_the_area_of_one():
    found = circles(np.array([[126.79, 37.33]] * 2), 965.6)
    assert area_km2(found) == pytest.approx(np.pi * 0.9656**2, rel=3e-3)


def test_the_storefronts_say_what_they_cover(covers):
    said = {cover["source"]: cover for cover in covers}
    assert set(said) == {"places", "storefronts"}
    assert said["storefronts"]["complete"]
    assert said["storefronts"]["sectors"] == ["retail", "food", "personal-services"]
    assert said["storefronts"]["date"] == "2026-06-30"
    assert not said["places"]["complete"]


def test_every_storefront_lies_in_the_outline_and_so_does_nearly_all_of_the_zone(snapshot, outline):
    layer = snapshot.layers["businesses"]
    points = layer.geometries(
        layer.select({"registers": ["storefronts"], "located_by": ["register"]})
    )
    assert (shapely.distance(points, outline) < 2e-5).all()  # of a degree: 2 m
    zone = snapshot.layers["zone"]
    (now,) = zone.geometries(zone.select({"valid_to": [None]}))
    assert 0.98 < area_km2(now.intersection(outline)) / area_km2(now) <= 1


def test_dong_are_covered_in_part(snapshot, covers, outline):
    dong = snapshot.layers["dong"].geometries(np.arange(25))
    shares = covered_share(dong, covers)
    by_hand = [area_km2(item.intersection(outline)) / area_km2(item) for item in dong]
    assert shares == pytest.approx(by_hand, abs=1e-3)
    assert (shares < WHOLE).sum() > 15


def test_a_source_of_the_whole_city_covers_everything():
    everything = [{"source": "x", "complete": True, "outline": None}]
    assert covered_share(np.array([shapely.box(126, 37, 127, 38)]), everything).tolist() == [1.0]


def test_the_census_covers_all_of_the_city(snapshot):
    (said,) = snapshot.manifest["coverage"]["residents"]
    assert (said["source"], said["complete"], said["outline"]) == ("census", True, None)
