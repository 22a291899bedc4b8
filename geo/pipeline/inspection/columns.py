"""Columns of a table: what kind of cells they hold, samples, and how often each value occurs."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pandas as pd

from geo.readers.normalize.dates import iso_dates
from geo.readers.normalize.names import clean
from geo.readers.normalize.spellings import country_codes, fold_spelling, parse_numbers
from geo.readers.table import GEOMETRY, ROW, Table

SAMPLES: Final = 3
FEW: Final = 60  # so many distinct values are a list of choices
MOST: Final = 0.9  # of the filled cells are of the kind
_TELEPHONE: Final = re.compile(r"\+?[\d\s().~/-]*\d{2,4}[-.)\s]\d{3,4}[-.\s]\d{4}.*")
_ADDRESS: Final = re.compile(
    r".*[가-힣0-9](?:로|길)\s*(?:지하\s*)?\d.*|.*[가-힣](?:동|리|가)\s*\d.*"
)
_LON: Final = (124.0, 132.0)
_LAT: Final = (33.0, 39.0)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        header: its name.
        kind: number, longitude, latitude, date, telephone, address, country, choice, text, empty.
        filled: cells that hold anything.
        values: distinct cells with their counts, the most frequent first.
    """

    header: str
    kind: str
    filled: int
    values: Counter[str]

    @property
    def samples(self) -> tuple[str, ...]:
        """The first values of it."""
        return tuple(islice(self.values, SAMPLES))


def read_cells(table: Table) -> pd.DataFrame:
    """Read a table to its end, as clean text; null where a cell is empty."""
    batches = [batch.to_pandas() for batch in table.batches]
    raw = pd.concat(batches, ignore_index=True) if batches else pd.DataFrame(columns=table.header)
    return pd.DataFrame(
        {
            name: clean(raw[name].astype("str"))
            for name in raw.columns
            if name not in (ROW, GEOMETRY)
        }
    )


def describe_columns(cells: pd.DataFrame) -> list[Column]:
    """Describe the columns of a table in their order."""
    return [_describe(str(header), cells[header].dropna()) for header in cells.columns]


def _describe(header: str, texts: pd.Series) -> Column:
    counts = Counter(dict(texts.value_counts().items()))
    values = Counter({str(value): count for value, count in counts.most_common()})
    return Column(header, _kind(texts, values), len(texts), values)


def _kind(texts: pd.Series, values: Counter[str]) -> str:
    if not values:
        return "empty"
    numbers = parse_numbers(texts)
    if numbers.notna().mean() >= MOST and not _are_days(texts, tuple(values)):
        return _kind_of_number(numbers.dropna())
    for kind, fits in _KINDS:
        if sum(count for value, count in values.items() if fits(value)) >= MOST * len(texts):
            return kind
    if iso_dates(texts).notna().mean() >= MOST:
        return "date"
    return "choice" if len(values) <= FEW and len(values) * 2 <= len(texts) else "text"


def _kind_of_number(numbers: pd.Series) -> str:
    for kind, (low, high) in (("longitude", _LON), ("latitude", _LAT)):
        between = numbers.between(low, high)
        if between.mean() >= MOST and (numbers % 1 != 0).any():
            return kind
    return "number"


def _are_days(texts: pd.Series, values: Sequence[str]) -> bool:
    """Check whether numbers are days written together: 20180302."""
    together = all(re.fullmatch(r"(19|20)\d{6}", value) for value in values)
    return together and bool(iso_dates(texts).notna().mean() >= MOST)


def _is_country(value: str) -> bool:
    return fold_spelling(value) in country_codes()


_KINDS: Final = (
    ("telephone", _TELEPHONE.fullmatch),
    ("address", _ADDRESS.fullmatch),
    ("country", _is_country),
)
