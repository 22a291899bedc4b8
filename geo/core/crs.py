"""Coordinate reference systems: one to store in, one to measure in, several to answer in."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.core.errors import MissingCRSError

if TYPE_CHECKING:  # the running service needs the names of the systems, not GeoPandas
    import geopandas as gpd
    import pyproj

STORE: Final = "EPSG:4326"  # lon/lat, as GeoJSON wants it (RFC 7946)
MEASURE: Final = "EPSG:5186"  # Korea 2000 / Central Belt 2010: scale 1.000004 at Ansan

Box = tuple[float, float, float, float]

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/{}"
# What an answer can be had in (OGC 18-058r1): a URI, and the same system as PROJ names it.
# 5179 is the national grid, 5186 that of cadastre and maps, 5174 that of old licence registers.
SERVED: Final = {
    CRS84: "OGC:CRS84",
    **{_EPSG.format(code): f"EPSG:{code}" for code in (4326, 3857, 5179, 5186, 5174)},
}
_AROUND_KOREA: Final = (110.0, 20.0, 145.0, 50.0)
_STEPS: Final = 21  # points on each edge of a box
_DECIMALS: Final = {"OGC:CRS84": 7, "EPSG:4326": 7}  # 1 cm; metres are given to the millimetre


def from_store(shapes: Any, uri: str) -> Any:
    """Transform stored geometries to another system, in its own axis order (4326: latitude first).

    Args:
        shapes: array of lon/lat geometries.
        uri: one of `SERVED`.

    Returns:
        Array of geometries, rounded to 1 cm (degrees) or 1 mm (metres).
    """
    if uri == CRS84:
        return shapes
    decimals = _DECIMALS.get(SERVED[uri], 3)

    def project(x: Any, y: Any) -> tuple[Any, Any]:
        first, second = _transformer(CRS84, uri).transform(x, y)
        return first.round(decimals), second.round(decimals)

    return shapely.transform(shapes, project, interleaved=False)


def to_store(shapes: Any, uri: str) -> Any:
    """Transform geometries from one of the systems of `SERVED`, in its own axis order, to lon/lat.

    Coordinates that the system cannot hold become infinite.
    """
    if uri == CRS84:
        return shapes
    return shapely.transform(shapes, _transformer(uri, CRS84).transform, interleaved=False)


def box_to_store(box: Box, uri: str) -> shapely.Polygon | None:
    """Transform a box from one of the systems of `SERVED`, in its own axis order, to lon/lat.

    The edges are followed, because a straight edge is curved in another system.

    Args:
        box: least first, least second, largest first, largest second coordinate.
        uri: one of `SERVED`.

    Returns:
        The outline in degrees; None where the box lies far from Korea.
    """
    reach = _reach(uri)
    low = [max(edge, limit) for edge, limit in zip(box[:2], reach[:2], strict=True)]
    high = [min(edge, limit) for edge, limit in zip(box[2:], reach[2:], strict=True)]
    if low[0] > high[0] or low[1] > high[1]:
        return None
    return shapely.Polygon(_outline((*low, *high), uri, CRS84))


@lru_cache
def _reach(uri: str) -> Box:
    """Return the box around Korea in a system; far away a national grid has no coordinates."""
    corners = _outline(_AROUND_KOREA, CRS84, uri)
    low, high = corners.min(axis=0), corners.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _outline(box: tuple[float, ...], source: str, target: str) -> Any:
    """Transform the edges of a box to another system, as an array of points."""
    corners = [
        (box[x_index], box[y_index])
        for x_index, y_index in ((0, 1), (2, 1), (2, 3), (0, 3), (0, 1))
    ]
    edges = np.vstack([np.linspace(*ends, _STEPS) for ends in pairwise(np.array(corners))])
    return np.column_stack(_transformer(source, target).transform(*edges.T))


def in_metres(lonlat: Any) -> Any:
    """Project lon/lat points, shape (n, 2), to metres (EPSG:5186), easting first."""
    return np.column_stack(
        _metric_transformer("OGC:CRS84", MEASURE).transform(*np.asarray(lonlat).T)
    )


def in_degrees(metres: Any) -> Any:
    """Transform points in metres (EPSG:5186), easting first, shape (n, 2), to lon/lat."""
    return np.column_stack(
        _metric_transformer(MEASURE, "OGC:CRS84").transform(*np.asarray(metres).T)
    )


@lru_cache
def _metric_transformer(source: str, target: str) -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(source, target, always_xy=True)


@lru_cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    import pyproj  # not at the start: most answers are lon/lat

    return pyproj.Transformer.from_crs(SERVED[source], SERVED[target])


def to_metric(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Reproject a layer to metres (EPSG:5186), for every distance, area and density.

    Raises:
        MissingCRSError: the layer has no CRS.
    """
    return _reproject(layer, MEASURE)


def to_lonlat(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Reproject a layer to degrees (EPSG:4326), longitude first.

    Raises:
        MissingCRSError: the layer has no CRS.
    """
    return _reproject(layer, STORE)


def _reproject(layer: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    if layer.crs is None:
        raise MissingCRSError(
            f"a layer of {len(layer)} rows has no CRS: declare it where it is read"
        )
    return layer.to_crs(crs)
