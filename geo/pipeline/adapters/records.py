"""What every register source hands on: records of one shape, and the rows it could not use."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from geo.core.declarations import not_allowed
from geo.core.frames import list_column

# Column -> what it holds. Missing is null, never "" or 0. Nobody's own name is ever among them.
RECORD: Final = {
    "key": "id of the row in its register, unique there",
    "part": "which release of the register the row belongs to; a new release replaces that part",
    "row": "number of the data row in its file, from 1",
    "name_ko": "name in Korean, branch included",
    "name_en": "name in English or Latin letters",
    "category": "one of geo.core.vocab.CATEGORIES",
    "code": "the register's own category, as it wrote it",
    "cuisine": "tuple of countries (ISO 3166 alpha-2) or regions",
    "halal": "one of geo.core.vocab.HALAL",
    "halal_basis": "what the grade rests on, in English",
    "foreign_run": "run by a foreigner, where the register states it (protected)",
    "operator_nationality": "ISO 3166 alpha-2, where the register states it (protected)",
    "address_road": "road address (도로명주소)",
    "address_jibun": "lot address (지번주소)",
    "address_detail": "floor, room or building",
    "phone": "telephone; private mobile numbers are left out",
    "gu_code": "5-digit gu (시군구) the row claims; null where it says none",
    "dong_claimed": "10-digit administrative dong (행정동) the row claims",
    "legal_claimed": "10-digit legal dong (법정동) the row claims",
    "x": "easting or longitude as read",
    "y": "northing or latitude as read",
    "status": "open or closed",
    "opened_on": "day, month or year it opened",
    "closed_on": "day, month or year it closed",
    "verified_on": "day its existence was checked at the door",
    "claims": "tuple of what else the register says: names in other scripts, whose data it is",
    "updated_on": "day the register last touched the row; the later of two rows of one key counts",
}
TRUTHS: Final = ("foreign_run",)
NUMBERS: Final = ("x", "y")
LISTS: Final = ("cuisine", "claims")
PRIVATE: Final = (
    "operator_nationality",
    "foreign_run",
    "phone",
)  # never reported of rows set aside


@dataclass(frozen=True)
class ParsedRecords:
    """The records of one batch of one file.

    Attributes:
        file: name of the file, as people know it.
        frame: one row per usable row, columns as `RECORD`, in that order.
        rejects: rows that cannot be used: `row`, `reason`, `text` (the row as it stood).
        crs: reference system of `x` and `y`, such as "EPSG:5174"; "" where the file has none.
        codes: how often each category code of the register came to which category of the atlas.
        unknown: codes that the table of categories does not have, with their counts.
        decided: by which of its classes the register's category became one of the atlas, with
            counts of rows; empty where a register has one class only.
        dropped: filled cells of protected columns, by header; none of them was taken.
    """

    file: str
    frame: pd.DataFrame
    rejects: pd.DataFrame
    crs: str
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


def records(**columns: Any) -> pd.DataFrame:
    """Build a frame of records from the columns a source has; the others are null.

    Raises:
        DeclarationError: a column is not one of `RECORD`.
    """
    strange = sorted(columns.keys() - RECORD.keys())
    if strange:
        raise not_allowed("records", "column", strange[0], RECORD)
    filled = pd.DataFrame(columns)
    return pd.DataFrame(
        {name: _typed(name, filled.get(name), filled.index) for name in RECORD}, index=filled.index
    )


def no_rows() -> pd.DataFrame:
    """Return an empty frame of rows set aside."""
    return pd.DataFrame({"row": pd.Series(dtype="int64"), "reason": "", "text": ""})


def _typed(name: str, values: Any, index: pd.Index) -> pd.Series:
    if name == "row":
        return pd.Series(values, index=index).astype("int64")
    if name in TRUTHS:
        return pd.Series(values, index=index, dtype="boolean")
    if name in NUMBERS:
        return pd.Series(values, index=index, dtype="float64")
    if name in LISTS:
        return (
            list_column(index) if values is None else pd.Series(values, index=index, dtype=object)
        )
    column = pd.Series(values, index=index, dtype="str")
    return column.where(column.str.strip() != "")
