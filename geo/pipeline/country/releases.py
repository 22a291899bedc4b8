"""A release of a register of the country against the one before."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.pipeline.registers.register import SHRUNK, ShrunkError

_AT_ONCE: Final = 200_000  # rows
# Not compared: a new date alone is no change, and what is eaten follows from the category.
_PASSED_OVER: Final = ("id", "cuisine", "source_date")


def changes(release: Path, before: Path) -> tuple[int, int]:
    """Count the rows of a release that are new, and those that changed."""
    now, old = _fingerprints(release), _fingerprints(before)
    known = old.reindex(now.index)
    new = known.isna()
    return int(new.sum()), int((~new & (known != now)).sum())


def _fingerprints(path: Path) -> pd.Series:
    """Hash the content of each row, by id; nullable, so that no number loses digits."""
    ids, numbers = [], []
    file = pq.ParquetFile(path)
    names = [name for name in file.schema_arrow.names if name not in _PASSED_OVER]
    for batch in file.iter_batches(_AT_ONCE, columns=["id", *names]):
        texts = [batch[name].cast(pa.string()) for name in names]
        lines = pc.binary_join_element_wise(
            *texts, "\x1f", null_handling="replace", null_replacement=""
        )
        ids.append(batch["id"].to_pandas())
        numbers.append(pd.util.hash_array(lines.to_numpy(zero_copy_only=False)))
    index = pd.Index(pd.concat(ids)) if ids else pd.Index([], dtype="str")
    return pd.Series(np.concatenate([*numbers, np.array([], "uint64")]), index, dtype="UInt64")


def check_shrunk(name: str, still: int, before: int) -> None:
    """Refuse a release that lacks most of what was there.

    Args:
        name: of the register.
        still: how many rows known before it has.
        before: how many rows were known.

    Raises:
        ShrunkError: it does.
    """
    if still < SHRUNK * before:
        raise ShrunkError(
            f"{name}: {before - still:,} of {before:,} rows known before are missing from the new "
            "files; they are no newer release. Where that is meant, run "
            f"`atlas forget {name}` first"
        )
