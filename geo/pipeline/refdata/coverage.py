"""Polygons that tile a surface: shared edges stay shared from the source to the stored file."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import to_lonlat, to_metric
from geo.core.errors import SourceChangedError
from geo.core.geometry import DECIMALS


def check_coverage(layer: gpd.GeoDataFrame, what: str) -> None:
    """Stop unless the polygons share their edges exactly and do not overlap.

    Raises:
        SourceChangedError: an edge is not shared, or a polygon is invalid or has no area.
    """
    shapes = layer.geometry.to_numpy()
    if not (shapely.is_valid(shapes) & (shapely.area(shapes) > 0)).all():
        raise SourceChangedError(f"{what}: a polygon is invalid or empty")
    if not shapely.coverage_is_valid(shapes):
        edges = shapely.coverage_invalid_edges(shapes)
        wrong = layer.index[~shapely.is_empty(edges)].tolist()
        raise SourceChangedError(f"{what}: rows {wrong[:10]} do not share their edges exactly")


def to_stored_layer(layer: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    """Prepare a layer for the repository: lon/lat, rounded, oriented, with its area.

    Every vertex is rounded for itself, so one that two polygons share stays one.

    Args:
        layer: a valid coverage in any declared CRS.
        what: name of the layer, for messages.

    Returns:
        The layer in EPSG:4326 with `area_km2` (of the stored polygon, measured in EPSG:5186).

    Raises:
        SourceChangedError: rounding broke the coverage.
    """
    check_coverage(layer, f"{what} as read")
    lonlat = to_lonlat(layer)
    rounded = shapely.transform(lonlat.geometry.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    plain = [_oriented(ring) for ring in shapely.remove_repeated_points(rounded)]
    out = lonlat.set_geometry(gpd.GeoSeries(plain, index=lonlat.index, crs=lonlat.crs))
    check_coverage(out, f"{what} after rounding to {DECIMALS} decimals")
    return out.assign(area_km2=area_km2(out))


def area_km2(layer: gpd.GeoDataFrame) -> "pd.Series[float]":
    """Return the area of each polygon in km², measured in EPSG:5186, to 1 m²."""
    square_metres: pd.Series[float] = to_metric(layer).area
    return (square_metres / 1e6).round(6)


def _oriented(shape: shapely.Geometry) -> shapely.Geometry:
    """Orient outer rings anticlockwise (RFC 7946), parts and rings in one fixed order."""
    parts = shapely.get_parts(shapely.normalize(shape))
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
    return shapely.orient_polygons(whole, exterior_cw=False)
