"""The businesses of the lists in `data/` and of every register loaded, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.core.frames import list_column
from geo.core.source import Exclusion, SourceFeatures
from geo.pipeline.adapters.catalogue import COPIES
from geo.pipeline.registers.decisions import NONE, Decisions
from geo.pipeline.registers.merge import MergedBusinesses, merge_registers
from geo.pipeline.registers.register import Register
from geo.pipeline.registers.superseded_copies import match_copy

_KEPT: Final = (
    "name_ko", "name_en", "category", "cuisine", "halal_basis", "address_detail", "phone",
    "opened_on", "verified_on", "status", "closed_on", "accuracy_m", "located_by", "area_code",
    "gu_code",
)  # fmt: skip
CLOSED: Final = "closed"
CLOSED_ELSEWHERE: Final = "closed, says another list"
GONE: Final = "not in the newer release of its register"
# The layer has the gu in a column of its own, and pages write city and gu in front.
_CITY: Final = r"^(?:경기도?\s+)?안산시\s+(?:(?:단원구|상록구)\s+)?"


def combine_registers(
    own: Sequence[SourceFeatures],
    registers: Mapping[str, Register],
    decisions: Decisions = NONE,
) -> tuple[tuple[SourceFeatures, ...], Mapping[str, str]]:
    """Merge the lists of `data/` and the registers into one list of businesses.

    Who runs a business, and of which nationality, are protected: a register may hold them, the
    layer never does.

    Args:
        own: the lists of `data/`, without dong and zone; `same_as` is the id of a row of another
            one that is the same business, null where none is known.
        registers: what has been loaded, by id.
        decisions: what staff decided on pairs of rows.

    Returns:
        One reading per list, holding the businesses that bear its id; and for each row that went
        into another one the id of that one.
    """
    by_register, before = _rows_by_register(own, registers)
    done = merge_registers(gpd.GeoDataFrame(pd.concat(by_register.values())), decisions)
    all_features = tuple(
        _features_of(name, rows_of_list, done, before.get(name))
        for name, rows_of_list in by_register.items()
    )
    return all_features, done.into


def list_rows(own: Sequence[SourceFeatures], registers: Mapping[str, Register]) -> gpd.GeoDataFrame:
    """List the rows of the lists of `data/` and of the registers, before they are merged.

    Args:
        own: as for `combine_registers`.
        registers: the same.
    """
    return gpd.GeoDataFrame(pd.concat(_rows_by_register(own, registers)[0].values()))


def _rows_by_register(
    own: Sequence[SourceFeatures], registers: Mapping[str, Register]
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, SourceFeatures]]:
    """Return the rows of each list, and what the lists of `data/` gave."""
    rows = {name: _rows(register) for name, register in sorted(registers.items())}
    before = {features.source: _with_gone(features, rows, registers) for features in own}
    return {name: _listed(features) for name, features in before.items()} | rows, before


def _with_gone(
    own: SourceFeatures, rows: dict[str, gpd.GeoDataFrame], registers: Mapping[str, Register]
) -> SourceFeatures:
    """Drop from a list what a newer release of its register lacks; mark what is the same."""
    original = next((name for name, copy in COPIES.items() if copy == own.source), None)
    if original not in rows:
        return own
    copies = match_copy(own.frame, rows[original], _release(registers[original], ""))
    rows[original] = rows[original].assign(same_as=copies.same.reindex(rows[original].index))
    if copies.gone.empty:
        return own
    rejects = (*own.exclusions, Exclusion(GONE, tuple(copies.gone)))
    return replace(own, frame=own.frame.drop(index=copies.gone), exclusions=rejects)


def _listed(own: SourceFeatures) -> gpd.GeoDataFrame:
    """Convert a list of `data/` to rows of a register."""
    same_as = own.frame.get("same_as", np.nan)
    return own.frame.assign(
        register=own.source,
        unit=own.source,
        status="open",
        closed_on=np.nan,
        same_as=same_as,
        lot=np.nan,
    )


def _features_of(
    name: str, rows: gpd.GeoDataFrame, done: MergedBusinesses, before: SourceFeatures | None
) -> SourceFeatures:
    mine = rows.index
    ended = tuple(mine[rows["status"] == "closed"])
    contradicted = tuple(sorted(_among(done.closed, mine)))
    rejects = [
        Exclusion(reason, ids)
        for reason, ids in ((CLOSED, ended), (CLOSED_ELSEWHERE, contradicted))
        if ids
    ]
    return SourceFeatures(
        "businesses",
        name,
        done.frame[mine.get_indexer(done.frame.index) >= 0],
        before.read if before else len(mine),
        (*(before.exclusions if before else ()), *rejects),
        len(_among(done.into, mine)),
    )


def _among(ids: Mapping[str, str], index: pd.Index) -> list[str]:
    """Return the ids that are in an index."""
    asked = pd.Index(list(ids), dtype=index.dtype)
    return [str(name) for name in asked[index.get_indexer(asked) >= 0]]


def _rows(register: Register) -> gpd.GeoDataFrame:
    frame = register.frame
    return gpd.GeoDataFrame(
        frame[list(_KEPT)].assign(
            register=register.id,
            unit=register.id + " " + frame["part"].fillna(""),
            halal=frame["halal"].fillna("unknown"),
            address=frame["address_road"]
            .fillna(frame["address_jibun"])
            .str.replace(_CITY, "", regex=True),
            foreign_run=pd.array([pd.NA] * len(frame), dtype="boolean"),
            operator_nationality=np.nan,
            **dict.fromkeys(("floor", "opening_hours", "note", "research_note"), np.nan),
            for_visitors=True,
            registers=list_column(frame.index, register.id),
            claims=frame["claims"] if "claims" in frame else list_column(frame.index),
            provenance="observed",
            same_as=np.nan,
            lot=frame["address_jibun"],
            source=register.id,
            source_date=frame["updated_on"].fillna(_release(register, np.nan)),
        ),
        geometry=gpd.points_from_xy(frame["lon"], frame["lat"]),
        crs=STORE,
    )


def _release(register: Register, unknown: Any) -> Any:
    return register.about.get("release") or unknown
