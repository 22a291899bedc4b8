"""Records of a register to points: by their own coordinates, else by their address, or not at all.

Every record ends in one of three ways: placed, outside the area, or set aside with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import STORE, to_metric
from geo.core.geometry import DECIMALS
from geo.pipeline.geocoding.gazetteer import Gazetteer, locate_rows
from geo.pipeline.geocoding.point_checks import (
    NEAR_M,
    ClaimedPoints,
    check_points,
    stray_points,
    to_degrees,
    to_metres,
)
from geo.pipeline.geocoding.road_address import (
    AddressPoint,
    RoadAddress,
    geocode_address,
    parse_address,
)

_TYPES: Final = {
    **dict.fromkeys(("lon", "lat", "accuracy_m"), "float64"),
    **dict.fromkeys(("located_by", "gu_code", "area_code"), "str"),
}
_FOUND: Final = ("lon", "lat", "accuracy_m", "located_by", "area_code")
GU_DIGITS: Final = 5
STRAY: Final = "its point contradicts its own address or dong code"
_OTHER_CITY: Final = r"(?:^|\s)(?!안산시)[가-힣]+(?:시|군|구)(?:\s|$)"
NOWHERE: Final = "neither coordinates nor an address in the area"


@dataclass(frozen=True)
class LoadedArea:
    """The area that is loaded, by the codes of its gu (5 digits) or dong (10 digits)."""

    codes: tuple[str, ...]

    def claimed_elsewhere(self, records: pd.DataFrame) -> pd.Series:
        """Return a mask of the rows that name a gu or dong outside the area."""
        named = records["gu_code" if len(self.codes[0]) == GU_DIGITS else "dong_claimed"]
        return named.notna() & ~named.isin(self.codes)


@dataclass(frozen=True)
class GeocodingReference:
    """What records are geocoded against.

    Attributes:
        gazetteer: streets, legal dong and gu.
        dong: administrative dong, indexed by code; any CRS.
        area: codes of gu (5 digits) or dong (10 digits) that are taken in.
        zone: the special zone in force.
        gu_by_dong: code of the gu by name of a dong (행정동), past ones such as 원곡본동 included;
            names that moved from one gu to the other left out.
    """

    gazetteer: Gazetteer
    dong: gpd.GeoDataFrame
    area: tuple[str, ...]
    zone: gpd.GeoDataFrame
    gu_by_dong: Mapping[str, str] = field(default_factory=dict)

    def claimed_elsewhere(self, records: pd.DataFrame) -> pd.Series:
        """Return a mask of the rows that name a gu or dong outside the area."""
        return LoadedArea(self.area).claimed_elsewhere(records)

    def holds(self, placed: pd.DataFrame) -> pd.Series:
        """Return a mask of the geocoded records (`lon`, `lat`) that lie in the area."""
        inside: pd.Series = ~self.claimed_elsewhere(placed) & _near_city(placed, self)
        return inside

    @cached_property
    def shapes(self) -> Mapping[str, Any]:
        """Polygons (EPSG:5186) by code: gu, legal dong, administrative dong."""
        parts = (self.gazetteer.gu, self.gazetteer.legal_dong, self.dong)
        return {str(code): shape for part in parts for code, shape in _metric(part)}

    @cached_property
    def gu_names(self) -> Mapping[str, str]:
        """Names of the gu by code."""
        gu = self.gazetteer.gu
        return dict(zip(gu["gu_code"], gu["name_ko"], strict=True))

    def gu_named_in(self, address: str) -> str | None:
        """Return the gu that an address names, itself or by an unambiguous dong of any time."""
        gu = next((name for name in self.gu_names.values() if name in address), None)
        if gu or "안산시" not in address:
            return gu
        return next(
            (self._gu_of_dong[word] for word in address.split() if word in self._gu_of_dong),
            self._gu_with_door(address),
        )

    def _gu_with_door(self, address: str) -> str | None:
        road = parse_address(address)
        code = self.gazetteer.doors.gu_of(road) if isinstance(road, RoadAddress) else None
        return self.gu_names.get(code) if code else None

    @cached_property
    def _gu_of_dong(self) -> Mapping[str, str]:
        dong = self.gazetteer.legal_dong
        once = dong[~dong["name_ko"].duplicated(keep=False)]
        legal = dict(zip(once["name_ko"], once["gu_code"].map(self.gu_names), strict=True))
        known = {name: self.gu_names[gu] for name, gu in self.gu_by_dong.items()}
        in_both = set(dong["name_ko"]) - legal.keys()
        return {name: gu for name, gu in {**known, **legal}.items() if name not in in_both}

    @cached_property
    def reach_m(self) -> float:
        """How far outside the area a point may lie: a shore may be drawn too near, a dong not."""
        return NEAR_M if all(len(code) == GU_DIGITS for code in self.area) else 0.0

    @cached_property
    def city(self) -> Any:
        """All of it as one polygon, EPSG:5186."""
        return shapely.union_all([self.shapes[code] for code in self.area])


@dataclass(frozen=True)
class GeocodedRecords:
    """Where the records of a file went.

    Attributes:
        frame: records with `lon`, `lat`, `accuracy_m`, `located_by`, `gu_code`, `area_code`.
        outside: records of other places.
        rejects: records with a `reason`.
    """

    frame: pd.DataFrame
    outside: pd.DataFrame
    rejects: pd.DataFrame


def geocode_records(
    file: str, records: pd.DataFrame, crs: str, accuracy_m: float, ground: GeocodingReference
) -> GeocodedRecords:
    """Geocode every record.

    Args:
        file: name of their file.
        records: columns as `geo.pipeline.adapters.records.RECORD`, none of which names a place
            outside the area.
        crs: reference system of `x` and `y`.
        accuracy_m: how far off the register's own points may be.
        ground: what they are held against.

    Raises:
        ImplausibleError: most points lie elsewhere than their rows say.
    """
    usable = _with_point(records, crs)
    pointed = _pointed(file, records[usable], crs, accuracy_m, ground)
    searched = _searched(records[~usable], ground)
    return GeocodedRecords(
        pd.concat([pointed.frame, searched.frame]).sort_index().astype(_TYPES),
        pd.concat([pointed.outside, searched.outside]),
        pd.concat([pointed.rejects, searched.rejects]),
    )


def locate_again(frame: pd.DataFrame, ground: GeocodingReference) -> pd.DataFrame:
    """Return the geocoded records, those without a point of their own placed by what is known."""
    own = (frame["located_by"] == "register") | ~frame["gu_code"].isin(ground.gu_names)
    if own.all():
        return frame
    rows = frame[~own].drop(columns=list(_FOUND))
    text = rows["address_jibun"].fillna("") + " " + rows["address_road"].fillna("")
    located = _addressed(rows, text, rows["gu_code"].map(ground.gu_names), ground)
    return pd.concat([frame[own], located])[list(frame.columns)].loc[frame.index].astype(_TYPES)


def _metric(layer: gpd.GeoDataFrame) -> Any:
    metric = to_metric(layer)
    return zip(metric.index, metric.geometry, strict=True)


def _with_point(rows: pd.DataFrame, crs: str) -> pd.Series:
    has_point = (
        np.isfinite(rows["x"]) & np.isfinite(rows["y"]) & (rows["x"] != 0) & (rows["y"] != 0)
    )
    usable: pd.Series = has_point & bool(crs)
    return usable


def _pointed(
    file: str, rows: pd.DataFrame, crs: str, accuracy_m: float, ground: GeocodingReference
) -> GeocodedRecords:
    if rows.empty:
        return GeocodedRecords(rows.assign(**dict.fromkeys(_TYPES)), rows, rows.assign(reason=""))
    claims = ClaimedPoints(
        rows["x"].to_numpy(),
        rows["y"].to_numpy(),
        crs,
        _claimed(rows, ground),
        address_doors(rows, ground),
    )
    check_points(file, claims, ground.city)
    lon, lat = to_degrees(crs, claims.x, claims.y)
    frame = rows.assign(lon=lon.round(DECIMALS), lat=lat.round(DECIMALS))
    wrong = stray_points(claims, frame["lon"], frame["lat"])
    away = ~_near_city(frame, ground) & ~wrong
    return GeocodedRecords(
        _described(frame[~wrong & ~away], accuracy_m, ground),
        rows[away],
        rows[wrong].assign(reason=STRAY),
    )


def _near_city(frame: pd.DataFrame, ground: GeocodingReference) -> Any:
    points = shapely.points(*to_metres(STORE, frame["lon"].to_numpy(), frame["lat"].to_numpy()))
    return shapely.dwithin(points, ground.city, ground.reach_m)


def _described(frame: pd.DataFrame, accuracy_m: float, ground: GeocodingReference) -> pd.DataFrame:
    gu = to_metric(ground.gazetteer.gu)
    points = shapely.points(*to_metres(STORE, frame["lon"].to_numpy(), frame["lat"].to_numpy()))
    codes = gu["gu_code"].to_numpy()[_nearest(gu.geometry.to_numpy(), points)]
    return frame.assign(accuracy_m=accuracy_m, located_by="register", gu_code=codes, area_code="")


def _nearest(shapes: Any, points: Any) -> Any:
    """Return the position of the shape that holds each point, or is across a shore, the first."""
    shapely.prepare(shapes)
    held = np.array([shapely.intersects(shape, points) for shape in shapes])
    nearest = held.argmax(axis=0)
    beside = ~held.any(axis=0)  # only these are measured: outlines have many corners
    away = np.array([shapely.distance(shape, points[beside]) for shape in shapes])
    nearest[beside] = away.argmin(axis=0)
    return nearest


def _claimed(rows: pd.DataFrame, ground: GeocodingReference) -> Any:
    """Return the smallest area with an outline that each row names; None where it names none."""
    by_code = [
        rows[name].map(ground.shapes).to_numpy(dtype=object)
        for name in ("dong_claimed", "legal_claimed", "gu_code")
    ]
    areas = np.full(len(rows), None, dtype=object)
    for shapes in reversed(by_code):
        known = np.array([isinstance(shape, shapely.Geometry) for shape in shapes], dtype=bool)
        areas[known] = shapes[known]
    return areas


def address_doors(rows: pd.DataFrame, ground: GeocodingReference) -> Any:
    """Return positions of the addresses on known streets, EPSG:5186, NaN elsewhere."""
    texts = rows["address_road"].fillna("")
    streets = ground.gazetteer.streets
    on_drawn = texts.str.contains("|".join(streets)) if streets else texts == "?"
    lonlat = np.full((len(rows), 2), np.nan)
    for k in np.flatnonzero(on_drawn.to_numpy()):
        address = parse_address(texts.iloc[k])
        door = geocode_address(address, streets) if isinstance(address, RoadAddress) else address
        if isinstance(door, AddressPoint):
            lonlat[k] = door.lon, door.lat
    known = np.isfinite(lonlat[:, 0])
    lonlat[known] = np.column_stack(to_metres(STORE, lonlat[known, 0], lonlat[known, 1]))
    return lonlat


def _searched(rows: pd.DataFrame, ground: GeocodingReference) -> GeocodedRecords:
    """Geocode rows without coordinates by address: to the door, the legal dong or the gu."""
    text = rows["address_jibun"].fillna("") + " " + rows["address_road"].fillna("")
    gu_name = rows["gu_code"].map(ground.gu_names).fillna(text.map(ground.gu_named_in))
    known = gu_name.notna() & (text.str.strip() != "")
    elsewhere = ~known & text.str.contains(_OTHER_CITY, regex=True)
    nowhere = ~known & ~elsewhere
    located = _addressed(rows[known], text[known], gu_name[known], ground)
    inside = _near_city(located, ground)
    return GeocodedRecords(
        located[inside],
        pd.concat([rows[elsewhere], rows.loc[located.index[~inside]]]),
        rows[nowhere].assign(reason=NOWHERE),
    )


def _addressed(
    rows: pd.DataFrame, text: pd.Series, gu_name: pd.Series, ground: GeocodingReference
) -> pd.DataFrame:
    asked = rows.drop(columns="gu_code").assign(
        gu=gu_name, address_road=rows["address_road"].fillna(""), neighbourhood=text
    )
    located = locate_rows(asked, ground.gazetteer)
    plain = pd.DataFrame(located.drop(columns=["gu", "neighbourhood", "geometry"]))
    return plain.assign(
        lon=located.geometry.x, lat=located.geometry.y, address_road=rows["address_road"]
    )
