"""What a snapshot holds of who runs businesses: tables for the public, tables and points for staff.

Nothing of the public part follows from who runs a single business, unless a table may tell it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import orjson
import pandas as pd

from geo.pipeline.disclosure.operator_listings import PROTECTED, FixedAreas, states_operators
from geo.pipeline.disclosure.rule import PUBLIC, STAFF
from geo.pipeline.disclosure.tables import tables
from geo.pipeline.registers.merge import TRUST
from geo.pipeline.registers.register import Register
from geo.snapshot.layer_writer import write_layer
from geo.snapshot.reader import OPERATORS, OPERATORS_STAFF, STAFF_LAYER
from geo.snapshot.schema.validate import conform

_LAYER: Final = "businesses"


@dataclass(frozen=True)
class OperatorTables:
    """Who runs businesses, where a register says it.

    Attributes:
        files: the tables, by file name in the snapshot.
        about: what the manifest says: the protected properties by layer, and the register.
        layer: the businesses with what is protected; for staff.
    """

    files: Mapping[str, bytes]
    about: Mapping[str, Any]
    layer: gpd.GeoDataFrame


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
    return OperatorTables(files, about, conform(_LAYER, _with_operators(layer, telling, into)))


def write_staff_layer(operators: OperatorTables, folder: Path) -> dict[str, Path]:
    """Write the files of the layer for staff, by file name in the snapshot."""
    folder.mkdir(parents=True, exist_ok=True)
    write_layer(_LAYER, operators.layer, folder)
    return {
        STAFF_LAYER + path.name.removeprefix(_LAYER): path
        for path in sorted(folder.glob(f"{_LAYER}.*"))
        if path.suffix in (".arrow", ".features")
    }


def _trust(register: Register) -> tuple[int, str]:
    named = TRUST.index(register.id) if register.id in TRUST else TRUST.index("*")
    return named, register.id


def _with_operators(
    layer: gpd.GeoDataFrame, telling: list[Register], into: Mapping[str, str]
) -> gpd.GeoDataFrame:
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
    return gpd.GeoDataFrame(pd.DataFrame(filled), geometry="geometry", crs=layer.crs)
