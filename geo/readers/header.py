"""The header of a table as offices write them: below a title and a unit, of one row or two."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from geo.readers.table import BETWEEN

HEAD_ROWS: Final = 30  # in which the header must be
_UNIT_OR_DATE: Final = re.compile(r"\(?\s*단위\s*[:：]|.*기준\s*\)?\s*$")


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Find the row that names the columns, below titles, units and dates.

    It is the first that fills more than one cell, and at least half as many as most rows do.

    Args:
        rows: the first rows of a table, up to `HEAD_ROWS`, blank ones left out.

    Returns:
        Its index; None where most rows fill one cell only, as in a note or a cover sheet.
    """
    usual = usual_width(rows)
    if usual < 2:
        return None
    for place, row in enumerate(rows):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 and 2 * len(filled) >= usual and not _is_unit_or_date(filled):
            return place
    return None


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most rows fill; of several such numbers, the largest."""
    counts = Counter(sum(bool(cell.strip()) for cell in row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _is_unit_or_date(filled: Sequence[str]) -> bool:
    """Check whether a row holds a title and a unit or date, as in 현황 | (단위: 명)."""
    return len(filled) == 2 and any(_UNIT_OR_DATE.match(cell.strip()) for cell in filled)


def is_second_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Check whether a row is the second row of a header, below merged cells of the first.

    Such a row is empty except below those cells, names columns that have no name yet, and holds no
    number.
    """
    over = _over(first)
    filled = [place for place, cell in enumerate(second) if cell.strip()]
    unnamed = [place for place in filled if not first[place].strip()]
    words = all(not any(sign.isdigit() for sign in second[place]) for place in filled)
    return bool(unnamed) and words and all(over[place] for place in filled)


def join_headers(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Join the names of both header rows, as in 종사자수/내국인."""
    return [
        BETWEEN.join(filter(None, (above or own.strip(), below.strip()))) if below.strip() else own
        for own, above, below in zip(first, _over(first), second, strict=True)
    ]


def _over(first: Sequence[str]) -> list[str]:
    """Return the merged cell above each column, "" where there is none."""
    names, last = [cell.strip() for cell in first], ""
    over = []
    for place, name in enumerate(names):
        last = name or last
        shared = not name or (place + 1 < len(names) and not names[place + 1])
        over.append(last if shared else "")
    return over
