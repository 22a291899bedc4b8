"""Rows of a spreadsheet: where the data rows of a file stand, counted as a program shows them."""

from bisect import bisect_right


class RowPositions:
    """Converts the number of a data row to the row that a spreadsheet program shows beside it.

    A program counts titles, header rows and blank rows too, and a row over several lines once.
    """

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._shifts: list[int] = []

    def place(self, row: int, position: int) -> None:
        """Note where a data row stands; those after it follow without a gap.

        Args:
            row: its number, 1-based; larger than those noted before.
            position: the row of the spreadsheet, 1-based.
        """
        if position - row != self._shift(row):
            self._rows.append(row)
            self._shifts.append(position - row)

    def of(self, row: int) -> int:
        """Return the row of the spreadsheet that a data row stands in."""
        return row + self._shift(row)

    def _shift(self, row: int) -> int:
        known = bisect_right(self._rows, row)
        return self._shifts[known - 1] if known else 0
