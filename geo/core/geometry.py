"""Geometry as stored: lon/lat, six decimals, rings oriented as GeoJSON requires."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.core.crs import to_lonlat

DECIMALS = 6  # of a degree: about 0.1 m


def to_stored_geometry(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Reproject to EPSG:4326, round, and orient rings as RFC 7946 (section 3.1.6) wants them.

    Coordinates are rounded one by one, so that neighbours keep the vertices they share.
    """
    lonlat = to_lonlat(layer)
    rounded = shapely.transform(lonlat.geometry.to_numpy(), _round)
    return lonlat.set_geometry(shapely.orient_polygons(rounded), crs=lonlat.crs)


def _round(coordinates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return coordinates.round(DECIMALS)
