"""The open businesses of the release of a register before the one that is in force."""

from pathlib import Path
from typing import Any, Final

import pandas as pd

from geo.core.vocab import CUISINE, HALAL, HALAL_FOOD, KITCHENS

KINDS: Final = "kinds"  # column of the kinds of a business beyond its category
_GRADES: Final = tuple(grade for grade in HALAL if grade != "unknown")
_TEXTS: Final = ("part", "category", "located_by")
_PLACE: Final = ("lon", "lat")


def no_earlier() -> pd.DataFrame:
    """Return the rows of a register that was loaded once."""
    texts = {name: pd.Series(dtype="str") for name in (*_TEXTS, KINDS)}
    return pd.DataFrame({**texts, **{name: pd.Series(dtype="float64") for name in _PLACE}})


def open_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Select part, category, further kinds and place of the open businesses of a release.

    Args:
        frame: placed records, indexed by feature id.
    """
    rows = frame[frame["status"] == "open"]
    pairs = zip(rows["halal"], rows["cuisine"], strict=True)
    kinds = [_kinds(halal, cuisine) for halal, cuisine in pairs]
    columns = {name: rows[name] for name in (*_TEXTS, *_PLACE)}
    return pd.DataFrame({**columns, KINDS: pd.Series(kinds, index=rows.index, dtype="str")})


def _kinds(halal: Any, cuisine: Any) -> str:
    """Write the kinds of a business beyond its category, between vertical bars."""
    kitchens = [] if cuisine is None else [code for code in KITCHENS if code in tuple(cuisine)]
    food = [HALAL_FOOD] if halal in _GRADES else []
    return "|".join([*food, *(f"{CUISINE}{code}" for code in kitchens)])


def earlier_file(name: str) -> str:
    """Name the file of a snapshot that holds them for a register."""
    return f"earlier-{name}.parquet"


def read_earlier(folder: Path, name: str) -> pd.DataFrame:
    """Read them of the snapshot in a folder; none in snapshots that do not keep them."""
    file = folder / earlier_file(name)
    return pd.read_parquet(file).set_index("id") if file.exists() else no_earlier()
