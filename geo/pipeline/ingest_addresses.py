"""Address points in: files → checked → points by address → businesses placed anew."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.core.errors import BadParameterError, SourceChangedError
from geo.core.geometry import DECIMALS
from geo.pipeline.adapters.addresses import SPEC, AddressRows, read_addresses
from geo.pipeline.areas import read_areas
from geo.pipeline.build import compose_snapshot
from geo.pipeline.geocoding.address_index import COLUMNS, lot_key, road_key, settle_points
from geo.pipeline.geocoding.geocode import STRAY, GeocodingReference, locate_again
from geo.pipeline.geocoding.lot_address import LotAddress
from geo.pipeline.geocoding.point_checks import (
    ClaimedPoints,
    check_points,
    stray_points,
    to_degrees,
)
from geo.pipeline.geocoding.road_address import RoadAddress
from geo.pipeline.ingest import IngestResult, ground_of
from geo.pipeline.load_account import Account
from geo.pipeline.registers.known_addresses import ADDRESSES
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.register import SHRUNK, ShrunkError
from geo.pipeline.registers.release_date import release_of

NO_DOOR: Final = "no entrance of its building is in the files"
APART: Final = "its entrances lie more than 100 m apart"
_NO_ROAD: Final = RoadAddress("", 0, 0, "")
_Step = Callable[[str], None]


@dataclass(frozen=True)
class _Points:
    """Points by key, and where the rows went that gave none."""

    table: pd.DataFrame
    merged: int
    rejects: Counter[str]


def prepare_addresses(
    files: Sequence[Path], area: str, places: tuple[Path, Path], on_step: _Step = lambda _: None
) -> IngestResult:
    """Prepare the points of addresses, and place by them what had no point of its own.

    Args:
        files: juso's files as published, in folders or zips.
        area: `ansan`, or the code of a gu.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.

    Raises:
        GeoError: the files cannot be used; nothing has changed.
    """
    data, home = places
    loaded = load_from_snapshot(home)
    areas = read_areas(data, loaded.references)
    ground = ground_of(data, areas, _checked(area, tuple(areas.frame("gu").index)))
    on_step("reading addresses")
    rows = read_addresses(files, ground.area)
    points = _points_of(rows, ground, ", ".join(path.name for path in files))
    before = _before(loaded, ground)
    _check_shrunk(before, points.table)
    account = _account(rows, points, before)
    kept = _of_other_gu(loaded, ground)
    table = pd.concat([kept, points.table]).sort_values("key", ignore_index=True)
    loaded = loaded.with_reference(ADDRESSES, table, _receipt(files, table))
    on_step("placing rows")
    loaded, moved = _placed_again(loaded, ground_of(data, areas, "ansan", loaded))
    details = {"set aside because": dict(rows.rejects + points.rejects), "placed by address": moved}
    return IngestResult(account, compose_snapshot(data, loaded, on_step), details)


def _checked(area: str, gu: Sequence[str]) -> str:
    if area not in {"ansan", *gu}:
        raise BadParameterError("area", area, ("ansan", *gu))
    return area


def _points_of(rows: AddressRows, ground: GeocodingReference, file: str) -> _Points:
    """Return the points of road addresses and lots.

    Raises:
        SourceChangedError: no row of the area has a point.
        ImplausibleError: most points lie elsewhere than their rows say.
    """
    if not rows.doors:
        raise SourceChangedError(
            f"{file}: none of {rows.read:,} rows is an entrance in Ansan ({rows.outside:,} are of "
            "other places): name the file of the province with points (entrc_….txt)"
        )
    doors, stray = _located(pd.DataFrame(rows.doors), ground, file)
    lots, homeless = _lots_at_doors(rows.lots, doors)
    every = pd.concat([doors.assign(key=_road_keys(doors)), lots])
    table, apart = settle_points(every[list(COLUMNS)])
    rejects = Counter({STRAY: stray, NO_DOOR: homeless, APART: int(apart.sum())})
    merged = int((~apart).sum()) - len(table)
    return _Points(table, merged, +rejects)


def _located(
    doors: pd.DataFrame, ground: GeocodingReference, file: str
) -> tuple[pd.DataFrame, int]:
    """Transform the entrances to degrees; leave out and count those that lie elsewhere."""
    x, y = (np.array(doors[name], dtype=np.float64) for name in ("x", "y"))
    codes = doors["legal"]
    shapes = codes.map(ground.shapes)
    claimed = np.array(shapes.where(shapes.notna(), codes.str[:5].map(ground.shapes)), dtype=object)
    claims = ClaimedPoints(x, y, SPEC.crs, claimed, np.full((len(doors), 2), np.nan))
    check_points(file, claims, ground.city)
    lon, lat = to_degrees(SPEC.crs, x, y)
    placed = doors.assign(
        lon=lon.round(DECIMALS), lat=lat.round(DECIMALS), accuracy_m=SPEC.accuracy_m
    )
    stray = stray_points(claims, placed["lon"], placed["lat"])
    return placed[~stray], int(stray.sum())


def _lots_at_doors(
    lots: Sequence[Mapping[str, str]], doors: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Return the point of each lot row, that of its building; and how many buildings have none."""
    points = doors[list(COLUMNS[1:])].itertuples(index=False)
    at = dict(zip(_buildings(doors), points, strict=True))
    rows = pd.DataFrame(lots, columns=["legal", "hill", "lot", "lot_sub", *_BUILDING])
    known = [
        (key, *at[building])
        for key, building in zip(_lot_keys(rows), _buildings(rows), strict=True)
        if building in at
    ]
    return pd.DataFrame(known, columns=list(COLUMNS)), len(rows) - len(known)


_BUILDING: Final = ("road_code", "below", "main", "sub")


def _buildings(rows: pd.DataFrame) -> list[tuple[str, str, int, int]]:
    """Return what identifies a road name address, whatever zeros its numbers begin with."""
    columns = (rows["road_code"], rows["below"], rows["main"], rows["sub"])
    return [
        (road, below or "0", int(main), int(number or 0))
        for road, below, main, number in zip(*columns, strict=True)
    ]


def _road_keys(doors: pd.DataFrame) -> list[str]:
    columns = (doors["legal"].str[:5], doors["street"], doors["below"], doors["main"], doors["sub"])
    return [
        road_key(
            gu,
            replace(
                _NO_ROAD,
                street="".join(street.split()),
                number=int(main),
                sub=int(number or 0),
                below=below == "1",
            ),
        )
        for gu, street, below, main, number in zip(*columns, strict=True)
    ]


def _lot_keys(lots: pd.DataFrame) -> list[str]:
    columns = (lots["legal"], lots["lot"], lots["lot_sub"], lots["hill"])
    return [
        lot_key(legal, LotAddress("", int(lot or 0), int(number or 0), hill == "1"))
        for legal, lot, number, hill in zip(*columns, strict=True)
    ]


def _before(loaded: LoadedData, ground: GeocodingReference) -> pd.DataFrame:
    table = loaded.references.tables.get(ADDRESSES, pd.DataFrame(columns=list(COLUMNS)))
    return table[table["key"].str[:5].isin(ground.area)].set_index("key")


def _of_other_gu(loaded: LoadedData, ground: GeocodingReference) -> pd.DataFrame:
    table = loaded.references.tables.get(ADDRESSES, pd.DataFrame(columns=list(COLUMNS)))
    return table[~table["key"].str[:5].isin(ground.area)]


def _check_shrunk(before: pd.DataFrame, table: pd.DataFrame) -> None:
    if len(table) < SHRUNK * len(before):
        raise ShrunkError(
            f"addresses: the files hold {len(table):,} addresses, {len(before):,} were loaded: "
            "load the whole file (전체분) and not its changes (변동분), or first take out what is "
            "there (`atlas forget addresses`)"
        )


def _account(rows: AddressRows, points: _Points, before: pd.DataFrame) -> Account:
    """Account for all rows: each gives a point, joins that of its address, or is set aside."""
    now = points.table.set_index("key")
    known = now.index.isin(before.index)
    old = before.reindex(now.index)
    same = known & (old == now).all(axis=1).to_numpy()
    return Account(
        read=rows.read,
        new=int((~known).sum()),
        changed=int((known & ~same).sum()),
        unchanged=int(same.sum()),
        merged=points.merged,
        outside=rows.outside,
        set_aside=sum((rows.rejects + points.rejects).values()),
    )


def _receipt(files: Sequence[Path], table: pd.DataFrame) -> dict[str, Any]:
    names = sorted(path.name for path in files)
    return {
        "source_id": SPEC.id,
        "source": SPEC.public(),
        "files": names,
        "release": max(map(release_of, names)),
        "rows": len(table),
        "sha256": {path.name: _sha256(path) for path in sorted(files) if path.is_file()},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _placed_again(
    loaded: LoadedData, ground: GeocodingReference
) -> tuple[LoadedData, dict[str, int]]:
    """Place the rows of registers that have no point of their own, and count those at a door."""
    moved: dict[str, int] = {}
    for name, register in loaded.registers.items():
        frame = locate_again(register.frame, ground)
        loaded = loaded.with_register(replace(register, frame=frame))
        moved[name] = int((frame["located_by"] == "address-point").sum())
    return loaded, moved
