"""What a permit is for, and whether it is in force, by the tables of permits.toml."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.core.source import load_spec

SPEC: Final = load_spec(__file__, "permits")
_GROUPS: Final = ("group", "no_business", "renamed")
_AREAS: Final = "식품|건강|문화|생활|동물|자원환경|기타"


def kinds(file: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the kind of permit of every row.

    Args:
        file: name of the file, which tells the permit since 2026.
        cells: columns by what they hold, as the right of [lookup.columns].

    Returns:
        `group` (개방서비스), `code` (업태, null where none), `trade` (its plain spelling),
        `category`, and `unknown`: the tables lack the group or the trade.

    Raises:
        SourceChangedError: neither column nor file name tells the permit.
    """
    group = _groups(file, column(cells, "group"))
    code = column(cells, "trade").fillna(column(cells, "hygiene"))
    trade = map_distinct(code, plain)
    category = map_distinct(group, SPEC.lookup["group"].get)
    unknown = category.isna() & ~group.isin(SPEC.lookup["no_business"])
    for permit, name in SPEC.lookup["trades"].items():
        known = map_distinct(trade.where(group == permit), SPEC.lookup[name].get)
        unknown |= (group == permit) & trade.notna() & known.isna()
        category = known.fillna(category)
    return pd.DataFrame(
        {
            "group": group,
            "code": code,
            "trade": trade,
            "category": category.fillna("other-service"),
            "unknown": unknown,
        }
    )


def _groups(file: str, written: pd.Series) -> pd.Series:
    group = map_distinct(written, plain)
    if group.isna().any():
        group = group.fillna(_group_of(file))
    return map_distinct(group, lambda kind: SPEC.lookup["renamed"].get(kind, kind))


def _group_of(file: str) -> str:
    """Return the permit named by a file name such as 식품_일반음식점_경기안산시.csv.

    Raises:
        SourceChangedError: it tells none.
    """
    path, _, sheet = unicodedata.normalize("NFC", file).partition("#")
    stem = re.sub(r"\s*\(\d+\)$", "", PurePosixPath(path).stem)  # a second download: "… (1)"
    steps = [plain(step) for step in (*stem.split("_"), sheet)]
    runs = ["".join(steps[i:j]) for i in range(len(steps)) for j in range(i + 1, len(steps) + 1)]
    known = [run for run in runs if any(run in SPEC.lookup[name] for name in _GROUPS)]
    if known:
        return max(known, key=len)
    new = re.search(rf"(?:^|_)(?:{_AREAS})_([^_]+)", stem)
    if new is None:
        raise SourceChangedError(
            f"{file}: neither a column 개방서비스명 nor the file name says which permit it is "
            "about: name it as it was published, such as 식품_일반음식점.csv"
        )
    return plain(new[1])


def status(cells: pd.DataFrame) -> pd.Series:
    """Return open or closed; null where neither the status nor its detail is known."""
    table = SPEC.lookup["status"]
    named = map_distinct(column(cells, "status"), table.get)
    coded = map_distinct(whole(column(cells, "status_code")), table.get)
    detail = map_distinct(column(cells, "detail"), SPEC.lookup["detail"].get)
    return named.fillna(coded).fillna(detail).mask(detail == "closed", "closed")


def column(cells: pd.DataFrame, role: str) -> pd.Series:
    """Return a column, null where the file does not have it."""
    return cells[role] if role in cells else pd.Series(np.nan, index=cells.index, dtype="str")


def whole(codes: pd.Series) -> pd.Series:
    """Remove the ".0" that a spreadsheet appends to codes."""
    return codes.str.removesuffix(".0")


def plain(text: str) -> str:
    """Normalise a spelling: no blanks, underscores and capitals."""
    return re.sub(r"[\s_]+", "", text).casefold()


def map_distinct(texts: pd.Series, find: Callable[[str], str | None]) -> pd.Series:
    """Map every text by a function, called once for each distinct text."""
    places, different = pd.factorize(texts)
    values = pd.Series([find(text) for text in different], dtype="str")
    return values.reindex(places).set_axis(texts.index)
