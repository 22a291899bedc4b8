"""Columns of a layer's contract: types with their checks, and what they mean."""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Check:
    """What each value of a column must be.

    Attributes:
        rule: as an error words it.
        passes: returns a mask of the values that are so; of a series without missing values.
    """

    rule: str
    passes: Callable[[pd.Series], Any]


@dataclass(frozen=True)
class Column:
    """A column of a contract.

    Attributes:
        kind: string, date, number, integer, boolean or list.
        dtype: the pandas type, by name.
        description: what a value means.
        nullable: whether values may be missing.
        checks: what the others must be.
        allowed: the values of a closed list.
        title: a name for people, in both languages; empty where its own name is used.
    """

    kind: str
    dtype: Any
    description: str
    nullable: bool = False
    checks: tuple[Check, ...] = ()
    allowed: tuple[str, ...] = ()
    title: str = ""

    def mask_faults(self, values: pd.Series) -> dict[str, Any]:
        """Return, for each rule that some values break, a mask of these.

        Args:
            values: of the type of the column.
        """
        present = values.notna().to_numpy()
        faults = {} if self.nullable or present.all() else {"not_nullable": ~present}
        for check in self.checks:
            passed = np.asarray(check.passes(values[present]), dtype=bool)
            if not passed.all():
                broken = np.zeros(len(values), bool)
                broken[present] = ~passed
                faults[check.rule] = broken
        return faults


def text(
    description: str,
    *,
    allowed: Sequence[str] = (),
    pattern: str | None = None,
    nullable: bool = False,
) -> Column:
    """Define a column of text, of a closed list or a pattern if given."""
    re.compile(pattern or "")  # a mistake is one of the declaration, not of the first row
    checks = [
        Check(f"one of {', '.join(allowed)}", lambda texts: texts.isin(list(allowed)))
        if allowed
        else Check("not empty", lambda texts: texts != "")
    ]
    if pattern:
        checks.append(Check(pattern, lambda texts: texts.str.fullmatch(pattern)))
    return Column("string", "str", description, nullable, tuple(checks), tuple(allowed))


def day(description: str, *, nullable: bool = False) -> Column:
    """Define a column of days, months or years (ISO 8601)."""
    # A day, a month or a year: a date is never made more exact than its source.
    check = Check("a day, a month or a year", lambda texts: list(map(_is_date, texts)))
    return Column("date", "str", description, nullable, (check,))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return len(text) in (4, 7, 10)


def number(description: str, *, high: float = sys.float_info.max, nullable: bool = False) -> Column:
    """Define a column of numbers from zero on."""
    # JSON has no infinity.
    return Column("number", "float64", description, nullable, (_between(0, high),))


def count(description: str, *, nullable: bool = False) -> Column:
    """Define a column of whole numbers from zero on."""
    return Column("integer", "Int64", description, nullable, (_between(0, sys.maxsize),))


def year(description: str) -> Column:
    """Define a column of years."""
    return Column("integer", "Int64", description, checks=(_between(1990, 2100),))


def _between(low: int, high: float) -> Check:
    return Check(f"from {low} to {high:g}", lambda numbers: (numbers >= low) & (numbers <= high))


def truth(description: str, *, nullable: bool = False) -> Column:
    """Define a column of true and false."""
    return Column("boolean", "boolean", description, nullable)


def with_title(column: Column, title: str) -> Column:
    """Give a column a title for people, in both languages."""
    return replace(column, title=title)


def text_list(description: str, *, pattern: str) -> Column:
    """Define a column of lists of texts that match a pattern."""
    re.compile(pattern)
    check = Check(
        f"members must match {pattern}",
        lambda lists: [_all_match(members, pattern) for members in lists],
    )
    return Column("list", "object", description, checks=(check,))


def _all_match(members: object, pattern: str) -> bool:
    return isinstance(members, Sequence | np.ndarray) and all(
        isinstance(member, str) and re.fullmatch(pattern, member) for member in members
    )
