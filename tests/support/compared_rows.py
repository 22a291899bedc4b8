"""Rows of several lists, made by hand for the matching."""

import geopandas as gpd
from shapely.geometry import Point

from geo.core.crs import MEASURE

X, Y = 181_400.0, 525_800.0
ROW = {
    "unit": "semas",
    "name_ko": "사마르칸트",
    "name_en": None,
    "category": "restaurant",
    "address": "다문화길 18",
    "phone": None,
    "located_by": "register",
    "same_as": None,
    "gu_code": "41273",
    "lot": None,
}


def table(*changes: dict) -> gpd.GeoDataFrame:
    """Rows named a, b, c, …; `east` moves a row by so many metres."""
    told = [{**ROW, "east": 0.0, **change} for change in changes]
    index = [item.pop("id", chr(ord("a") + k)) for k, item in enumerate(told)]
    points = [Point(X + item.pop("east"), Y) for item in told]
    return gpd.GeoDataFrame(told, index=index, geometry=points, crs=MEASURE).astype(
        dict.fromkeys(["name_ko", "name_en", "address", "lot", "phone"], "str")
    )
