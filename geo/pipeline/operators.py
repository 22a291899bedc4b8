"""What a snapshot holds of who runs businesses: tables for the public, tables and points for staff.

Nothing of the public part follows from who runs a single business, unless a table may tell it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import orjson
import pandas as pd

from geo.pipeline.disclosure.operator_listings import PROTECTED, FixedAreas, states_operators
from geo.pipeline.disclosure.rule import PUBLIC, STAFF
from geo.pipeline.disclosure.tables import tables
from geo.pipeline.registers.merge import TRUST
from geo.pipeline.registers.register import Register
from geo.snapshot.reader import OPERATORS, OPERATORS_STAFF, STAFF_LAYER
from geo.snapshot.schema.validate import conform
from geo.snapshot.staff_layer import StaffValues

_LAYER: Final = "businesses"


@dataclass(frozen=True)
class OperatorTables:
    """Who runs businesses, where a register says it.

    Attributes:
        files: the tables, and who runs which business for staff, by file name in the snapshot.
        about: what the manifest says: the protected properties by layer, and the register.
    """

    files: Mapping[str, bytes | StaffValues]
    about: Mapping[str, Any]


def protect_operators(
    registers: Mapping[str, Register],
    into: Mapping[str, str],
    layer: gpd.GeoDataFrame,
    ground: FixedAreas,
) -> OperatorTables | None:
    """Collect what is protected of these registers; None where none states operators.

    Tables are made of one register, the most trusted: two lists of the same people, each told
    for itself, would tell more than either.

    Args:
        registers: by id.
        into: for each row that went into another one, the id under which it stands now.
        layer: the businesses as the public gets them.
        ground: the fixed areas.
    """
    telling = [register for register in registers.values() if len(register.past)]
    if not telling:
        return None
    telling.sort(key=_trust)
    first = telling[0]
    files = {
        name: orjson.dumps({"rule": rule, "register": first.id, "rows": rows})
        for (name, rule), rows in zip(
            ((OPERATORS, "K5-R5"), (OPERATORS_STAFF, "K3")),
            tables(first.past, ground, (PUBLIC, STAFF)),
            strict=True,
        )
    }
    about = {"properties": {_LAYER: list(PROTECTED)}, "register": first.id}
    stated = StaffValues(_LAYER, _stated(layer, telling, into))
    return OperatorTables({**files, STAFF_LAYER: stated}, about)


def _trust(register: Register) -> tuple[int, str]:
    named = TRUST.index(register.id) if register.id in TRUST else TRUST.index("*")
    return named, register.id


def _stated(
    layer: gpd.GeoDataFrame, telling: list[Register], into: Mapping[str, str]
) -> pd.DataFrame:
    """Return what registers state of businesses that the public does not see."""
    filled = layer.copy()
    for register in telling:
        if not states_operators(register.frame):
            continue
        stated = register.frame[list(PROTECTED)].rename(index=lambda row: into.get(row, row))
        stated = stated[stated.index.isin(layer.index) & ~stated.index.duplicated()]
        for name in PROTECTED:
            known = stated[name].dropna()
            free = filled.loc[known.index, name].isna()
            filled.loc[known.index[free], name] = known[free]
    own = conform(_LAYER, gpd.GeoDataFrame(filled, geometry="geometry", crs=layer.crs))
    public = layer.loc[own.index]
    told = [own[name].notna() & public[name].isna() for name in PROTECTED]
    return pd.DataFrame(own.loc[told[0] | told[1], list(PROTECTED)])
