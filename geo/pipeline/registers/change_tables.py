"""What a snapshot holds of changes in registers: counts for the public, names for staff."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd

from geo.pipeline.registers.register import Register
from geo.pipeline.registers.turnover import KINDS, list_changes, plain, turnover
from geo.pipeline.registers.two_releases import count_releases
from geo.snapshot.reader import CHANGES, CHANGES_STAFF

_BY = ["register", "month", "dong_code"]


def change_tables(registers: Mapping[str, Register], dong: gpd.GeoDataFrame) -> dict[str, bytes]:
    """Encode the changes of registers, by file name in the snapshot; none without a register.

    Args:
        registers: what is loaded.
        dong: administrative dong, indexed by code, with `name_ko`.
    """
    if not registers:
        return {}
    listed = list_changes(registers, dong)
    found = [each for each in map(turnover, registers.values()) if each is not None]
    public = {
        "compared": sorted(name for name, each in registers.items() if len(each.changes)),
        "counts": count_changes(listed),
        "turnover": [plain(each) for each in found],
        "releases": count_releases(registers, dong),
    }
    return {
        CHANGES: orjson.dumps(public),
        CHANGES_STAFF: orjson.dumps({"names": listed.to_dict("records")}),
    }


def count_changes(listed: pd.DataFrame) -> list[dict[str, Any]]:
    """Count changes by register, month and dong, one column a kind.

    Args:
        listed: as `geo.pipeline.registers.turnover.list_changes` returns it.
    """
    counts = pd.crosstab([listed[name] for name in _BY], listed["kind"])
    whole = counts.reindex(columns=list(KINDS), fill_value=0).reset_index()
    return [{str(name): value for name, value in row.items()} for row in whole.to_dict("records")]
