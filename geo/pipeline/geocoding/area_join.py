"""Points and the areas they lie in: dong, zone, food street."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import to_metric
from geo.core.errors import PlacementError
from geo.core.reuse import reused
from geo.core.vocab import EXACT

ALMOST_ALL = 0.99  # share of a legal dong that one administrative dong must hold to name it


def dong_of(points: gpd.GeoDataFrame, dong: gpd.GeoDataFrame) -> pd.Series:
    """Return the dong in which each point lies.

    Args:
        points: any CRS, one row per point.
        dong: polygons indexed by dong code.

    Returns:
        Dong codes, indexed like `points`.

    Raises:
        PlacementError: a point lies in no dong, or on the edge of two.
    """
    if points.empty:  # as most lists are: of points from a register, or of all others
        return pd.Series(index=points.index, dtype="str")
    matches = _holding(to_metric(points[["geometry"]]), to_metric(dong[["geometry"]]))
    nowhere = sorted(points.index[~points.index.isin(matches.index)])
    if nowhere:
        raise PlacementError(f"in no dong: {nowhere[:5]} ({len(nowhere)} in all)")
    twice = sorted(matches.index[matches.index.duplicated()])
    if twice:
        both = sorted(matches.loc[twice[0]])
        raise PlacementError(f"in two dong: {twice[:5]}, the first in {both}")
    codes: pd.Series = matches.reindex(points.index).astype("str")
    return codes


def _holding(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """List the code of each area that a point lies in or on the edge of, indexed like the points.

    The points are indexed and the areas asked for, so that each outline is prepared once.
    """
    area, point = points.sindex.query(areas.geometry, predicate="intersects")
    return pd.Series(areas.index.to_numpy()[area], index=points.index[point], dtype="str")


def dong_code(
    points: gpd.GeoDataFrame, dong: gpd.GeoDataFrame, by_legal_dong: Mapping[str, str]
) -> pd.Series:
    """Return the dong of each point, as far as it is known.

    Args:
        points: with `located_by` and `area_code` (see `geo.pipeline.geocoding.gazetteer`); any CRS.
        dong: administrative dong (행정동), indexed by code.
        by_legal_dong: the one dong of a legal dong (법정동), where it has one: `main_dong`.

    Returns:
        Dong codes, indexed like `points`; missing where a point is known to a legal dong that
        several administrative dong share, or to its gu only.

    Raises:
        PlacementError: as `dong_of`.
    """
    by_area = points["area_code"].map(by_legal_dong)
    exact = points["located_by"].isin(EXACT)
    from_register = points["located_by"] == "register"
    by_outline = pd.concat(
        [dong_of(points[~from_register], dong), nearest_dong(points[from_register], dong)]
    )
    codes: pd.Series = by_outline.reindex(points.index).where(exact, by_area)
    return codes


def dong_if_placed(points: gpd.GeoDataFrame, dong: gpd.GeoDataFrame) -> pd.Series:
    """Return the dong of each point; missing where a row has no point.

    Args:
        points: any CRS; geometry may be missing.
        dong: polygons indexed by dong code.

    Returns:
        Dong codes, indexed like `points`.

    Raises:
        PlacementError: as `dong_of`.
    """
    placed = points[points.geometry.notna()]
    codes: pd.Series = dong_of(placed, dong).reindex(points.index)
    return codes


def nearest_dong(points: gpd.GeoDataFrame, dong: gpd.GeoDataFrame) -> pd.Series:
    """Return the dong that contains each point, or the nearest one: shorelines differ.

    Args:
        points: any CRS, one row per point.
        dong: polygons indexed by dong code.

    Returns:
        Dong codes, indexed like `points`; of several equally near, the smallest.
    """
    if points.empty:
        return pd.Series(index=points.index, dtype="str")
    areas = to_metric(dong[["geometry"]]).sort_index(ascending=False).rename_axis("dong_code")
    places = to_metric(points[["geometry"]]).reset_index(drop=True)
    area, point = places.sindex.query(areas.geometry, predicate="intersects")
    order = np.argsort(area, kind="stable")
    codes = np.full(len(places), None, dtype=object)
    codes[point[order]] = areas.index.to_numpy(dtype=object)[area[order]]  # the smallest is last
    # Distances are measured only where needed: to outlines of many corners they are slow.
    away = pd.isna(codes)
    if away.any():
        beside = places[away].sjoin_nearest(areas)["dong_code"].groupby(level=0).min()
        codes[away] = beside.to_numpy(dtype=object)
    return pd.Series(codes, index=points.index, dtype="str")


class _Outlines(NamedTuple):
    """Outlines as values that can be compared and hashed.

    Attributes:
        crs: their reference system, as PROJ names it.
        codes: the code of each.
        shapes: the well-known binary of each.
    """

    crs: str
    codes: tuple[str, ...]
    shapes: tuple[bytes, ...]

    def as_bytes(self) -> bytes:
        """Return all of it as bytes, the same for the same outlines."""
        return repr((self.crs, self.codes)).encode() + b"".join(self.shapes)

    def in_metres(self, named: str) -> gpd.GeoDataFrame:
        """Return the outlines in metres, with their codes in a column."""
        geometry = gpd.GeoSeries.from_wkb(list(self.shapes), crs=self.crs)
        return to_metric(gpd.GeoDataFrame({named: list(self.codes)}, geometry=geometry))


def main_dong(areas: gpd.GeoDataFrame, dong: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the dong that contains (nearly) all of each area, for the areas that have one.

    Args:
        areas: polygons indexed by their own code, such as legal dong.
        dong: polygons indexed by dong code.

    Returns:
        Dong code by area code; areas that several dong share are left out.
    """
    return dict(_main_dong(_outlines(areas), _outlines(dong)))


@lru_cache(maxsize=2)  # a load asks for the same twice
def _main_dong(areas: _Outlines, dong: _Outlines) -> dict[str, str]:
    inputs = [areas.as_bytes(), dong.as_bytes()]
    return reused("dong that hold an area", inputs, lambda: _most_of_dong(areas, dong))


def _most_of_dong(areas: _Outlines, dong: _Outlines) -> dict[str, str]:
    parts = areas.in_metres("area")
    pieces = parts.overlay(dong.in_metres("dong"), keep_geom_type=True)
    share = pieces.area / pieces["area"].map(parts.set_index("area").area)
    whole = pieces[share >= ALMOST_ALL]
    return dict(zip(whole["area"], whole["dong"], strict=True))


def outline_bytes(areas: gpd.GeoDataFrame) -> bytes:
    """Return codes and outlines of areas as bytes, the same for the same outlines."""
    return _outlines(areas).as_bytes()


def _outlines(areas: gpd.GeoDataFrame) -> _Outlines:
    return _Outlines(str(areas.crs), tuple(areas.index), tuple(areas.geometry.to_wkb()))


def inside(
    points: gpd.GeoDataFrame, area: gpd.GeoDataFrame, neighbourhoods: gpd.GeoDataFrame
) -> pd.Series:
    """Return whether each point lies in an area; unknown if only its neighbourhood is known.

    Args:
        points: with `located_by` and `area_code`; any CRS.
        area: one row.
        neighbourhoods: legal dong and gu, indexed by code; any CRS.

    Returns:
        Nullable booleans, indexed like `points`: a place known to its neighbourhood is outside
        when that neighbourhood does not touch the area, otherwise unknown.
    """
    polygon = to_metric(area).geometry.iloc[0]
    shapely.prepare(polygon)
    exact = points["located_by"].isin(EXACT)
    around = to_metric(neighbourhoods[["geometry"]])
    known = exact | ~points["area_code"].isin(around.index[around.intersects(polygon)])
    held = to_metric(points[["geometry"]]).intersects(polygon)
    there: pd.Series = (held & exact).astype("boolean")
    return there.where(known, pd.NA)
