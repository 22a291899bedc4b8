"""The businesses of the named places and of every register loaded, each once."""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import STORE
from geo.registers.merge import Merged, merge
from geo.registers.records import lists
from geo.registers.register import Register
from geo.sources.spec import Reading, SetAside

_KEPT: Final = (
    "name_ko", "name_en", "category", "cuisine", "halal_basis", "address_detail", "phone",
    "opened_on", "verified_on", "status", "closed_on", "accuracy_m", "located_by", "area_code",
    "gu_code",
)  # fmt: skip
CLOSED: Final = "closed"
CLOSED_ELSEWHERE: Final = "closed, says another list"
# The layer has the gu in a column of its own, and pages write city and gu in front.
_CITY: Final = r"^(?:경기도?\s+)?안산시\s+(?:(?:단원구|상록구)\s+)?"


def together(
    named: Reading, registers: Mapping[str, Register]
) -> tuple[tuple[Reading, ...], Mapping[str, str]]:
    """The named places and the registers, every business once.

    Who runs a business, and of which nationality, are protected: a register may hold them, the
    layer never does.

    Args:
        named: the places known by name, without dong and zone.
        registers: what has been loaded, by id.

    Returns:
        One reading per list, holding the businesses that bear its id; and for each row that went
        into another one the id of that one.
    """
    own = named.frame.assign(
        register=named.source, unit=named.source, status="open", closed_on=np.nan
    )
    lists = {named.source: own, **{name: _rows(one) for name, one in sorted(registers.items())}}
    done = merge(gpd.GeoDataFrame(pd.concat(lists.values())))
    readings = tuple(_reading(name, rows, done, named) for name, rows in lists.items())
    return readings, done.into


def _reading(name: str, rows: gpd.GeoDataFrame, done: Merged, named: Reading) -> Reading:
    mine = rows.index
    ended = tuple(mine[rows["status"] == "closed"])
    contradicted = tuple(sorted(set(mine) & done.closed.keys()))
    aside = [
        SetAside(reason, ids)
        for reason, ids in ((CLOSED, ended), (CLOSED_ELSEWHERE, contradicted))
        if ids
    ]
    before = named if name == named.source else None
    return Reading(
        "businesses",
        name,
        done.frame[done.frame.index.isin(mine)],
        before.read if before else len(mine),
        (*(before.set_aside if before else ()), *aside),
        sum(one in done.into for one in mine),
    )


def _rows(register: Register) -> gpd.GeoDataFrame:
    held = register.frame
    return gpd.GeoDataFrame(
        held[list(_KEPT)].assign(
            register=register.id,
            unit=register.id + " " + held["part"].fillna(""),
            halal=held["halal"].fillna("unknown"),
            address=held["address_road"]
            .fillna(held["address_jibun"])
            .str.replace(_CITY, "", regex=True),
            foreign_run=pd.array([pd.NA] * len(held), dtype="boolean"),
            operator_nationality=np.nan,
            status_note=np.nan,
            registers=lists(held.index, register.id),
            claims=lists(held.index),
            provenance="observed",
            source=register.id,
            source_date=held["updated_on"].fillna(_release(register)),
        ),
        geometry=gpd.points_from_xy(held["lon"], held["lat"]),
        crs=STORE,
    )


def _release(register: Register) -> Any:
    return register.about.get("release") or np.nan
