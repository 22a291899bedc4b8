"""Headers of two rows, as workbooks have them: one cell over several columns, their names below."""

from collections.abc import Sequence

from geo.readers.table import BETWEEN


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
        f"{above.strip()}{BETWEEN}{below.strip()}" if below.strip() else own
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
