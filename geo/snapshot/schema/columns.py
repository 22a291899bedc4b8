"""Columns of a layer's contract: types with their checks, and what they mean."""

import re
import sys
from collections.abc import Sequence
from datetime import date

import pandera.pandas as pa


def text(
    description: str,
    *,
    allowed: Sequence[str] = (),
    pattern: str | None = None,
    nullable: bool = False,
) -> pa.Column:
    """Define a column of text, of a closed list or a pattern if given."""
    re.compile(pattern or "")  # a mistake is one of the declaration, not of the first row
    checks = [pa.Check.isin(list(allowed)) if allowed else pa.Check.str_length(min_value=1)]
    if pattern:
        checks.append(pa.Check(lambda texts: texts.str.fullmatch(pattern), error=pattern))
    return pa.Column(str, checks, description=description, nullable=nullable, title="string")


def day(description: str, *, nullable: bool = False) -> pa.Column:
    """Define a column of days, months or years (ISO 8601)."""
    # A day, a month or a year: a date is never made more exact than its source.
    check = pa.Check(_is_date, element_wise=True, error="a day, a month or a year")
    return pa.Column(str, check, description=description, nullable=nullable, title="date")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return len(text) in (4, 7, 10)


def number(
    description: str, *, high: float = sys.float_info.max, nullable: bool = False
) -> pa.Column:
    """Define a column of numbers from zero on."""
    checks = [pa.Check.ge(0), pa.Check.le(high)]  # JSON has no infinity
    return pa.Column(float, checks, description=description, nullable=nullable, title="number")


def count(description: str, *, nullable: bool = False) -> pa.Column:
    """Define a column of whole numbers from zero on."""
    checks = [pa.Check.ge(0)]
    return pa.Column("Int64", checks, description=description, nullable=nullable, title="integer")


def truth(description: str, *, nullable: bool = False) -> pa.Column:
    """Define a column of true and false."""
    return pa.Column("boolean", description=description, nullable=nullable, title="boolean")


def with_title(column: pa.Column, name: str) -> pa.Column:
    """Give a column a title for people, in both languages."""
    column.metadata = {"name": name}
    return column


def text_list(description: str, *, pattern: str) -> pa.Column:
    """Define a column of lists of texts that match a pattern."""
    re.compile(pattern)
    member = pa.Check(
        lambda values: values.map(lambda members: _all_match(members, pattern)),
        error=f"members must match {pattern}",
    )
    return pa.Column(object, member, description=description, title="list")


def _all_match(values: Sequence[str], pattern: str) -> bool:
    return all(re.fullmatch(pattern, value) for value in values)
