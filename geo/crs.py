"""The two coordinate reference systems of the atlas: one to store in, one to measure in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import MissingCRSError

if TYPE_CHECKING:  # the running service needs the names of the systems, not GeoPandas
    import geopandas as gpd

STORE: Final = "EPSG:4326"  # lon/lat, as GeoJSON wants it (RFC 7946)
MEASURE: Final = "EPSG:5186"  # Korea 2000 / Central Belt 2010: scale 1.000004 at Ansan


def to_metric(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer in metres (EPSG:5186), for every distance, area and density.

    Raises:
        MissingCRSError: the layer has no CRS.
    """
    return _reprojected(layer, MEASURE)


def to_lonlat(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The layer in degrees (EPSG:4326), longitude first.

    Raises:
        MissingCRSError: the layer has no CRS.
    """
    return _reprojected(layer, STORE)


def _reprojected(layer: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    if layer.crs is None:
        raise MissingCRSError(
            f"a layer of {len(layer)} rows has no CRS: declare it where it is read"
        )
    return layer.to_crs(crs)
