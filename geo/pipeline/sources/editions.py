"""How the dong of one census lie on those of the next: overlaps of the outlines of 2010 to 2020."""

from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from geo.core.crs import to_metric
from geo.core.reading_cache import cache_by_content, content_digest
from geo.core.reuse import reused
from geo.core.source import read_shapes
from geo.pipeline.sources.boundaries import SPEC

EDITIONS: Final = (2010, 2015, 2020)
LEAST: Final = 0.01  # of either dong; less is how finely an outline was drawn, and is summed up
_M2: Final = 1_000_000.0


@cache_by_content(SPEC)
def read_overlaps(data: Path) -> list[dict[str, Any]]:
    """Read the parts in which each dong of an edition lies in dong of the next.

    Returns:
        By edition and dong: `edition`, `next`, `older`, `newer` (None for what lies in no dong of
        the next edition, and for parts too small to mean anything), names, `area_km2`, and the
        shares of both dong. Areas of an older dong add up to it.
    """
    inputs = [content_digest(data, SPEC)]
    return reused("overlaps of editions", inputs, lambda: _all_overlaps(data))


def _all_overlaps(data: Path) -> list[dict[str, Any]]:
    outlines = {year: _outlines(data, year) for year in EDITIONS}
    return [
        row
        for before, after in pairwise(EDITIONS)
        for row in _overlaps(outlines[before], outlines[after], before, after)
    ]


def _outlines(data: Path, year: int) -> gpd.GeoDataFrame:
    frame = read_shapes(data, SPEC, f"shapes/dong_{year}.geojson")
    return to_metric(frame)[["dong_code", "name_ko", "geometry"]]


def _overlaps(
    older: gpd.GeoDataFrame, newer: gpd.GeoDataFrame, before: int, after: int
) -> list[dict[str, Any]]:
    was, now = (frame.set_index("dong_code") for frame in (older, newer))
    parts = older.overlay(newer, keep_geom_type=True)
    parts = parts.assign(area=parts.area)
    parts = parts.assign(
        of_older=parts["area"] / parts["dong_code_1"].map(was.area),
        of_newer=parts["area"] / parts["dong_code_2"].map(now.area),
    )
    overlaps = parts[(parts["of_older"] >= LEAST) | (parts["of_newer"] >= LEAST)]
    rest = was.area - overlaps.groupby("dong_code_1")["area"].sum().reindex(
        was.index, fill_value=0.0
    )
    rows = [
        _row(before, after, code, part)
        for code, mine in overlaps.sort_values("dong_code_2").groupby("dong_code_1")
        for part in mine.to_dict("records")
    ]
    rows += [
        _row(before, after, str(code), {"area": area, "of_older": area / was.area[code]})
        for code, area in rest.items()
    ]
    for row in rows:
        row["older_name"] = was["name_ko"][row["older"]]
        row["newer_name"] = now["name_ko"][row["newer"]] if row["newer"] else None
    return sorted(rows, key=lambda row: (row["older"], row["newer"] is None, row["newer"] or ""))


def _row(before: int, after: int, older: str, part: dict[str, Any]) -> dict[str, Any]:
    share = part.get("of_newer")
    return {
        "edition": before,
        "next": after,
        "older": older,
        "newer": part.get("dong_code_2"),
        "area_km2": round(part["area"] / _M2, 4),
        "share_of_older": round(part["of_older"], 4),
        "share_of_newer": None if share is None else round(share, 4),
    }
