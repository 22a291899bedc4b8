"""Gu, dong and legal dong, and how far their outlines may be off."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.core.crs import to_metric
from geo.pipeline.sources.boundaries import SPEC, read_dong, read_gu, read_legal_dong


def metric(data, name: str) -> gpd.GeoDataFrame:
    return to_metric(gpd.read_file(data / "shapes" / f"{name}.geojson"))


def border(shapes: gpd.GeoDataFrame) -> shapely.Geometry:
    """The line between the two gu, from whatever parts of them."""
    first, second = shapes.dissolve("gu_code").geometry
    return first.boundary.intersection(second.boundary)


def distances_m(line: shapely.Geometry, other: shapely.Geometry) -> np.ndarray:
    """From a point every 10 m (or less) of a line to another line."""
    points = shapely.get_coordinates(shapely.segmentize(line, 10))
    return shapely.distance(shapely.points(points), other)


def test_the_two_gu_are_indexed_by_code(data):
    features = read_gu(data)
    assert list(features.frame.index) == ["41271", "41273"]
    assert (features.layer, features.read) == ("gu", 2)


def test_dong_carry_the_establishments_of_2020(data):
    dong = read_dong(data).frame
    assert len(dong) == 25
    assert dong["establishments_2020"].sum() == 81_784
    assert dong.loc["4127354500", "establishments_2020"] == 5_530


def test_dong_say_where_they_are_from(data):
    dong = read_dong(data).frame
    assert set(dong["source"]) == {"boundaries"}
    assert set(dong["provenance"]) == {"observed"}
    assert set(dong["source_date"]) == {"2020-11-01"}


def test_legal_dong_are_indexed_by_code(data):
    legal = read_legal_dong(data)
    assert len(legal) == 30
    assert legal.loc["4127310800", "name_ko"] == "원곡동"


def test_outlines_of_two_censuses_lie_about_20_m_apart(data):
    # Both draw the line between the gu, which did not move; each generalises it in its own way.
    before, after = border(metric(data, "dong_2015")), border(metric(data, "dong_2020"))
    apart = np.concatenate([distances_m(before, after), distances_m(after, before)])
    assert np.median(apart) == pytest.approx(20, abs=2)


def test_accuracy_holds_19_times_out_of_20(data):
    # The cadastre draws the same line independently: 95 % of it lie within 47 m of ours.
    drawn, cadastre = border(metric(data, "gu")), border(metric(data, "legal_dong"))
    assert np.percentile(distances_m(cadastre, drawn), 95) <= SPEC.accuracy_m
