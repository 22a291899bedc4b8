"""Headers of two rows, as workbooks have them: one cell over several columns, their names below."""

from collections.abc import Sequence

from geo.readers.table import BETWEEN


def is_second_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether a row names columns that a cell of the row above stands over.

    Such a row is empty but below those cells, fills columns that have no name yet, and holds no
    number.
    """
    over = _over(first)
    filled = [place for place, cell in enumerate(second) if cell.strip()]
    unnamed = [place for place in filled if not first[place].strip()]
    words = all(not any(sign.isdigit() for sign in second[place]) for place in filled)
    return bool(unnamed) and words and all(over[place] for place in filled)


def joined_header(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """The names of both rows, such as 종사자수/내국인."""
    return [
        f"{above.strip()}{BETWEEN}{below.strip()}" if below.strip() else own
        for own, above, below in zip(first, _over(first), second, strict=True)
    ]


def _over(first: Sequence[str]) -> list[str]:
    """The cell that stands over each column together with others, "" where none does."""
    names, last = [cell.strip() for cell in first], ""
    over = []
    for place, name in enumerate(names):
        last = name or last
        shared = not name or (place + 1 < len(names) and not names[place + 1])
        over.append(last if shared else "")
    return over
