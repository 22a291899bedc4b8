"""The open businesses of the release of a register before the one that is in force."""

from pathlib import Path
from typing import Final

import pandas as pd

_TEXTS: Final = ("part", "category", "located_by")
_PLACE: Final = ("lon", "lat")


def no_earlier() -> pd.DataFrame:
    """Return the rows of a register that was loaded once."""
    texts = {name: pd.Series(dtype="str") for name in _TEXTS}
    return pd.DataFrame({**texts, **{name: pd.Series(dtype="float64") for name in _PLACE}})


def open_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Select part, category and place of the open businesses of a release.

    Args:
        frame: placed records, indexed by feature id.
    """
    return frame.loc[frame["status"] == "open", [*_TEXTS, *_PLACE]]


def earlier_file(name: str) -> str:
    """Name the file of a snapshot that holds them for a register."""
    return f"earlier-{name}.parquet"


def read_earlier(folder: Path, name: str) -> pd.DataFrame:
    """Read them of the snapshot in a folder; none in snapshots that do not keep them."""
    file = folder / earlier_file(name)
    return pd.read_parquet(file).set_index("id") if file.exists() else no_earlier()
