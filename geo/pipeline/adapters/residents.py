"""Foreign residents by dong, from the tables of the Ministries and of the city."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.core.source import read_shapes, read_table
from geo.pipeline.adapters.resident_rows import COUNTS, GU, SPEC, rows_of
from geo.readers.normalize.spellings import fold_spelling
from geo.readers.table import ROW, Table

_WHOLE_DAY: Final = "2020-12-31"  # the form of one; a year or month is taken at its end


class ResidentsError(SourceChangedError):
    """A table is by other areas than the dong of its year, or its parts are not its total."""


@dataclass(frozen=True)
class Residents:
    """What a table says of the residents of the dong of Ansan.

    Attributes:
        frame: one row per dong and year: `dong_code`, `name_ko`, `year`, `as_of` (ISO date, month
            or year), `total`, `domestic`, `foreign`, `male` and `female` (of the foreigners),
            `definition`; counts that the table does not give are null.
        rejects: rows not used: `row`, `reason`, `text`.
        read: rows of the table that could be read.
        used: rows that went into `frame`; a dong may need three, one for each sex.
        outside: rows of other cities; read = used + outside + len(rejects).
        hidden: counts that the publisher withholds; they are in no row of `frame`.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame
    read: int
    used: int
    outside: int
    hidden: int


@dataclass(frozen=True)
class Areas:
    """The areas that rows may name.

    Attributes:
        codes: dong with their dates: `dong_code`, `name_ko`, `gu_code`, `valid_from`, `valid_to`.
        legal: names of the legal dong (법정동).
    """

    codes: pd.DataFrame
    legal: frozenset[str]


def known_areas(data: Path) -> Areas:
    """Read the dong of Ansan, past and present, from the project's `data` folder."""
    legal = read_shapes(data, SPEC, "shapes/legal_dong.geojson")
    return Areas(
        read_table(data, SPEC, "tables/dong_codes.csv").replace("", np.nan),
        frozenset(legal["name_ko"]),
    )


def read_residents(
    table: Table, areas: Areas, *, year: int | None = None, definition: str = ""
) -> Residents:
    """Read the residents of every dong that a table names.

    Args:
        table: one row per dong, per dong and sex, or per dong with a column for each year.
        areas: what dong there are.
        year: of the table, where it has no column for it.
        definition: who counts as foreign, where no column says it; a key of `[lookup.definition]`.

    Raises:
        SourceChangedError: a column is missing, or year or definition are not known.
        ResidentsError: rows name legal dong or dong of another time, or sums differ.
    """
    raw = pd.concat([batch.to_pandas() for batch in table.batches], ignore_index=True)
    cells = rows_of(table, raw, year, definition)
    totals = cells[cells["kind"] == "total"].assign(reason="a total, which its rows add up to")
    named = _coded(table.name, cells[cells["kind"] == "dong"], areas)
    _check_totals(table.name, named, totals)
    matched = named[named["reason"].isna()]
    frame = _by_dong(table.name, matched)
    _check_parts(table.name, frame)
    left = pd.concat([totals, named[named["reason"].notna()]])
    return Residents(
        frame=frame,
        rejects=_rejects(raw, left[~left[ROW].isin(matched[ROW])]),
        read=len(raw),
        used=matched[ROW].nunique(),
        outside=cells.loc[cells["kind"] == "outside", ROW].nunique(),
        hidden=int(named["hidden"].sum()),
    )


def _coded(file: str, rows: pd.DataFrame, areas: Areas) -> pd.DataFrame:
    """Add the `dong_code` of every row, or the `reason` why it has none.

    Raises:
        ResidentsError: rows name legal dong, or dong that had ended or not begun.
    """
    parts = [_coded_on(file, part, areas, str(day)) for day, part in rows.groupby("as_of")]
    if not parts:
        raise ResidentsError(f"{file}: no row names a dong of Ansan")
    named = pd.concat(parts).sort_index()
    counted = named[["foreign", "male", "female"]].notna().any(axis="columns")
    without = named["hidden"].map({True: "its count is hidden: below 5", False: "it has no count"})
    return named.assign(reason=named["reason"].mask(named["reason"].isna() & ~counted, without))


def _coded_on(file: str, rows: pd.DataFrame, areas: Areas, as_of: str) -> pd.DataFrame:
    day = as_of + _WHOLE_DAY[len(as_of) :]
    there = areas.codes[(areas.codes["valid_from"] <= day) & ~(areas.codes["valid_to"] <= day)]
    by_name = dict(zip(there["name_ko"], there["dong_code"], strict=True))
    short = rows["code"].where(rows["code"].str.len() != 8, rows["code"] + "00")
    by_code = short.where(short.isin(there["dong_code"]))
    code = rows["name"].map(by_name).astype("str").where(rows["name"] != "", by_code)
    unknown = rows["name"][code.isna()].unique()
    for name in unknown:
        _refuse_name(file, str(name), as_of, areas)
    reason = pd.Series(np.nan, index=rows.index, dtype="str").mask(
        code.isna(), "it names no dong of Ansan"
    )
    differs = code.notna() & short.notna() & (short != code)
    return rows.assign(
        dong_code=code, reason=reason.mask(differs, "its code and its name are of two areas")
    )


def gu_by_dong(data: Path) -> dict[str, str]:
    """Map names of dong (행정동) of any time since 2002 to their gu; names of both left out."""
    codes = read_table(data, SPEC, "tables/dong_codes.csv").replace("", np.nan)
    known = codes.dropna(subset="gu_code").groupby("name_ko")["gu_code"]
    return {str(name): gus.iloc[0] for name, gus in known if gus.nunique() == 1}


def _refuse_name(file: str, name: str, as_of: str, areas: Areas) -> None:
    """Stop at a name that shows the table to use other areas than the dong of its time."""
    successor = SPEC.lookup["successor"].get(name)
    # Codes without a gu ended in 2002; dong of that time bore names that are legal dong today.
    since = areas.codes[areas.codes["gu_code"].notna()]
    ever = since.loc[since["name_ko"] == name, "valid_from"]
    if successor and as_of >= "2017-07":
        raise ResidentsError(
            f"{file}: {name} ended on 2017-07-01 and became {successor}, but the row is of "
            f"{as_of}: correct the year, or take a table by the dong of that time"
        )
    if name in areas.legal and ever.empty:
        raise ResidentsError(
            f"{file}: {name} is a legal dong (법정동): take the table by administrative dong "
            "(행정동)"
        )
    if not ever.empty:
        raise ResidentsError(
            f"{file}: there was no {name} in {as_of}, only since {ever.max()}: correct the year"
        )


def _check_totals(file: str, named: pd.DataFrame, totals: pd.DataFrame) -> None:
    """Stop unless every total is the sum of its rows.

    Raises:
        ResidentsError: one differs.
    """
    gu = named["dong_code"].fillna(named["code"]).str[:5].fillna(named["scope"])
    for total in totals.to_dict("records"):
        same = (named["as_of"] == total["as_of"]) & (
            named["sex"].fillna("") == ("" if pd.isna(total["sex"]) else total["sex"])
        )
        scopes = {"city": [same], "some": [same, *(same & (gu == code) for code in GU.values())]}
        within = scopes.get(total["scope"], [same & (gu == total["scope"])])
        for name in COUNTS:
            _check_total(file, total, name, [named.loc[code, name] for code in within])


def _check_total(file: str, total: Mapping[Any, Any], name: str, parts: list[pd.Series]) -> None:
    """Check one figure of a total; a suppressed part may be anything from 0 to 4."""
    if pd.isna(total[name]):
        return
    sums = [
        (int(numbers.sum()), int(numbers.sum()) + 4 * int(numbers.isna().sum()))
        for numbers in parts
    ]
    if not any(low <= total[name] <= high for low, high in sums):
        raise ResidentsError(
            f"{file}: row {total[ROW]} gives {total[name]:,} as total ({name}, {total['as_of']}), "
            f"its dong add up to {sums[0][0]:,}: rows are missing or appear twice"
        )


def _by_dong(file: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Reshape to one row per dong and date, sexes side by side.

    Raises:
        ResidentsError: a dong appears twice, or a year has several dates.
    """
    sexes = {fold_spelling(spelling): name for spelling, name in SPEC.lookup["sex"].items()}
    column = rows["sex"].map(lambda text: sexes.get(fold_spelling(text), "?"), na_action="ignore")
    column = column.astype("str").fillna("foreign")
    key = ["dong_code", "as_of"]
    twice = rows[pd.concat([rows[key], column.rename("sex")], axis=1).duplicated()]
    if len(twice):
        raise ResidentsError(f"{file}: {twice['name'].iloc[0]} appears twice: keep one of its rows")
    whole = rows[column == "foreign"].set_index(key)
    frame = whole if len(whole) else rows.drop_duplicates(key).set_index(key).assign(foreign=np.nan)
    for sex in ("male", "female"):
        part = rows[column == sex].set_index(key)["foreign"]
        frame = frame.assign(**{sex: frame[sex].fillna(part) if len(part) else frame[sex]})
    frame = frame.assign(foreign=frame["foreign"].fillna(frame["male"] + frame["female"]))
    return _finished(file, frame.reset_index())


def _finished(file: str, frame: pd.DataFrame) -> pd.DataFrame:
    year = frame["as_of"].str[:4].astype("int64")
    several = frame.groupby(year)["as_of"].unique()
    mixed = several[several.map(len) > 1]
    if len(mixed):
        days = ", ".join(sorted(mixed.iloc[0]))
        raise ResidentsError(
            f"{file}: {mixed.index[0]} has several dates ({days}): keep one of them"
        )
    named = frame.assign(year=year, name_ko=frame["name"])
    columns = ["dong_code", "name_ko", "year", "as_of", *COUNTS, "definition"]
    typed = named[columns].astype(dict.fromkeys(COUNTS, "Int64"))
    return typed.sort_values(["year", "dong_code"], ignore_index=True)


def _check_parts(file: str, frame: pd.DataFrame) -> None:
    """Stop where the parts of a dong do not add up to it.

    Raises:
        ResidentsError: names the first such dong.
    """
    census_like = frame["definition"] != SPEC.lookup["definition"]["외국인주민"]
    rules = {
        # Naturalised people count as foreign and as domestic in the Ministry's table.
        "domestic + foreign is not total": census_like
        & (frame["domestic"] + frame["foreign"] != frame["total"]),
        "male + female is not foreign": frame["male"] + frame["female"] != frame["foreign"],
        "foreign is more than total": frame["foreign"] > frame["total"],
    }
    for what, wrong in rules.items():
        wrong_rows = frame[wrong.fillna(value=False).astype(bool)]
        if len(wrong_rows):
            where = wrong_rows.iloc[0]
            raise ResidentsError(f"{file}: {what} in {where['name_ko']} ({where['as_of']})")


def _rejects(raw: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are not used, each once, with their original cells."""
    once = left.drop_duplicates(ROW).sort_values(ROW)
    rows = raw.set_index(ROW).loc[once[ROW]]
    text = [
        "; ".join(f"{name}={cell}" for name, cell in row.items()) for row in rows.to_dict("records")
    ]
    return pd.DataFrame(
        {"row": once[ROW].to_numpy(), "reason": once["reason"].to_numpy(), "text": text}
    )
