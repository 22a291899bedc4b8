"""Finding the point of a row that has an address, or only a neighbourhood.

A ladder, best rung first: the point that is known for the address or the number on a drawn street,
whichever is more exact; the point known for its lot; the legal dong (법정동) that the lot or the
text names; the gu. The rung is published as `located_by`, the doubt as `accuracy_m`; nothing
is guessed beyond that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import MEASURE, STORE, to_metric
from geo.core.errors import ContractError, PlacementError
from geo.pipeline.geocoding.address_index import AddressIndex, lot_key, road_key
from geo.pipeline.geocoding.lot_address import parse_lot
from geo.pipeline.geocoding.road_address import (
    AddressPoint,
    RoadAddress,
    Street,
    geocode_address,
    parse_address,
)

_FOUND = ["lon", "lat", "accuracy_m", "located_by", "gu_code", "area_code"]


@dataclass(frozen=True)
class Gazetteer:
    """What an address can be found in.

    Attributes:
        streets: drawn streets by name.
        legal_dong: legal dong with `name_ko`, `gu_code`, indexed by their code; any CRS.
        gu: gu with `name_ko`, `gu_code`, indexed by their code; any CRS.
        doors: points that are known for addresses.
    """

    streets: Mapping[str, Street]
    legal_dong: gpd.GeoDataFrame
    gu: gpd.GeoDataFrame
    doors: AddressIndex = field(default_factory=AddressIndex)

    @cached_property
    def legal_codes(self) -> Mapping[str, Mapping[str, str]]:
        """Codes of the legal dong by name, for each gu code."""
        by_gu = self.legal_dong.groupby("gu_code")
        return {str(gu): dict(zip(part["name_ko"], part.index, strict=True)) for gu, part in by_gu}

    @cached_property
    def areas(self) -> "Mapping[str, Mapping[str, _Area]]":
        """Points of legal dong and gu, by rung and by name; made when a row needs them."""
        return _areas(self)


def locate_rows(rows: pd.DataFrame, gazetteer: Gazetteer) -> gpd.GeoDataFrame:
    """Geocode rows against the gazetteer, each to one point.

    Args:
        rows: columns `gu` (name, such as 단원구), `address_road`, and `neighbourhood`: any text
            that may name a legal dong (lot address, building, district); "" where unknown.
        gazetteer: streets, legal dong and gu.

    Returns:
        The rows with `geometry` (EPSG:4326), `accuracy_m`, `located_by`, `gu_code`, and
        `area_code`: the legal dong or gu where that is the rung, otherwise "".

    Raises:
        PlacementError: a row names no gu of the city.
        ContractError: an id appears twice.
    """
    twice = sorted(rows.index[rows.index.duplicated()])
    if twice:
        raise ContractError(f"ids appear twice: {twice[:5]}")
    places = [_found(row, gazetteer, gazetteer.areas) for row in rows.itertuples()]
    columns = pd.DataFrame(places, index=rows.index, columns=_FOUND)
    geometry = gpd.points_from_xy(columns.pop("lon"), columns.pop("lat"), crs=STORE)
    return gpd.GeoDataFrame(rows.join(columns), geometry=geometry)


@dataclass(frozen=True)
class _Area:
    """A neighbourhood as one point: somewhere inside, with the distance to its farthest corner."""

    code: str
    name: str
    gu_code: str
    at: AddressPoint


def _areas(gazetteer: Gazetteer) -> dict[str, dict[str, _Area]]:
    """Build points of legal dong and gu, by rung and by gu name and area name."""
    gu_names = dict(zip(gazetteer.gu["gu_code"], gazetteer.gu["name_ko"], strict=True))
    dong = {
        f"{gu_names[area.gu_code]} {area.name}": area for area in _as_points(gazetteer.legal_dong)
    }
    return {"legal-dong": dong, "gu": {area.name: area for area in _as_points(gazetteer.gu)}}


def _as_points(layer: gpd.GeoDataFrame) -> list[_Area]:
    inside = to_metric(layer).representative_point()
    lonlat = gpd.GeoSeries(inside, crs=MEASURE).to_crs(STORE)
    reach = [
        float(shapely.hausdorff_distance(point, shape))
        for point, shape in zip(inside, to_metric(layer).geometry, strict=True)
    ]
    return [
        _Area(code, name, gu, AddressPoint(round(at.x, 6), round(at.y, 6), float(np.ceil(metres))))
        for code, name, gu, at, metres in zip(
            layer.index, layer["name_ko"], layer["gu_code"], lonlat, reach, strict=True
        )
    ]


def _found(
    row: Any,
    gazetteer: Gazetteer,
    areas: Mapping[str, Mapping[str, _Area]],
) -> tuple[float, float, float, str, str, str]:
    gu = areas["gu"].get(row.gu)
    if gu is None:
        raise PlacementError(f"{row.Index}: gu {row.gu!r} is not one of {sorted(areas['gu'])}")
    door, rung = _door(row, gu.gu_code, gazetteer)
    if door is not None:
        return *_unpacked(door), rung, gu.gu_code, ""
    area = _named_first(row.neighbourhood, row.gu, areas["legal-dong"])
    if area is not None:
        return *_unpacked(area.at), "legal-dong", gu.gu_code, area.code
    return *_unpacked(gu.at), "gu", gu.gu_code, gu.code


def _door(row: Any, gu_code: str, gazetteer: Gazetteer) -> tuple[AddressPoint | None, str]:
    """Return the most exact point of the road address, else that of the lot, and its rung."""
    address = parse_address(row.address_road)
    if isinstance(address, RoadAddress):
        drawn = geocode_address(address, gazetteer.streets)
        known = gazetteer.doors.find(road_key(gu_code, address))
        if isinstance(drawn, AddressPoint) and (
            known is None or drawn.accuracy_m < known.accuracy_m
        ):
            return drawn, "street-number"
        if known is not None:
            return known, "address-point"
    codes = gazetteer.legal_codes.get(gu_code, {})
    lot = parse_lot(row.neighbourhood, codes)
    return (gazetteer.doors.find(lot_key(codes[lot.dong], lot)) if lot else None), "address-point"


def _named_first(text: str, gu: str, legal_dong: Mapping[str, _Area]) -> _Area | None:
    """Return the legal dong of the gu that the text names first, as a whole word.

    A lot is written before remarks; 이동 is a dong, 이동상담 is not.
    """
    words = re.findall(r"[가-힣]+", text)
    return next(
        (legal_dong[f"{gu} {word}"] for word in words if f"{gu} {word}" in legal_dong), None
    )


def _unpacked(at: AddressPoint) -> tuple[float, float, float]:
    return at.lon, at.lat, at.accuracy_m
