"""Account of the rows of a file: read, broken, or with undecodable characters."""

from typing import Final

from geo.readers.errors import BrokenRowsError, EmptyFileError, TextEncodingError
from geo.readers.row_positions import RowPositions
from geo.readers.table import BrokenRow

MAX_BROKEN: Final = 100_000
MAX_BROKEN_TEXT: Final = 32_000_000  # characters kept of broken rows, all together
MAX_FOREIGN: Final = 10_000
FOREIGN_SHARE: Final = 0.01  # one odd row of a hundred may be chance; more is a second file


class RowAccount:
    """Counts of the rows of one file.

    Attributes:
        name: the file.
        read: rows read so far.
        broken: those of them that could not be read.
        undecoded: numbers of rows kept though some bytes are not text in the file's encoding.
        positions: where the rows stand in a spreadsheet.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.read = 0
        self.broken: list[BrokenRow] = []
        self.undecoded: list[int] = []
        self.positions = RowPositions()
        self._text = 0
        self._foreign: list[int] = []

    def skip(self, count: int) -> None:
        """Note rows of the spreadsheet that hold no data: titles, the header, blank rows."""
        self.positions.place(self.read + 1, self.positions.of(self.read + 1) + count)

    def keep_at(self, position: int) -> int:
        """Count one more readable row, which stands in a given row of the spreadsheet."""
        self.positions.place(self.read + 1, position)
        return self.keep()

    def keep(self, count: int = 1) -> int:
        """Count more readable rows, and return the number of the first of them."""
        first = self.read + 1
        self.read += count
        return first

    def set_aside(self, reason: str, text: str) -> None:
        """Set aside one more row, which cannot be read.

        Raises:
            BrokenRowsError: there are so many that the file must be something else.
        """
        self.read += 1
        self.broken.append(BrokenRow(self.read, reason, text))
        self._text += len(text)
        if len(self.broken) > MAX_BROKEN or self._text > MAX_BROKEN_TEXT:
            self._refuse(f"{len(self.broken):,} of the first {self.read:,} rows cannot be read")

    def note_foreign(self) -> None:
        """Note that the next row is not in the file's encoding but in another that was allowed.

        Raises:
            TextEncodingError: there are many such rows.
        """
        self._foreign.append(self.read + 1)
        if len(self._foreign) > MAX_FOREIGN:
            self._refuse_mixture()

    def close(self) -> None:
        """Check what was read, at the end of the file.

        Raises:
            EmptyFileError: no row.
            BrokenRowsError: every row is broken.
            TextEncodingError: more than one row of a hundred is in another encoding.
        """
        if not self.read:
            raise EmptyFileError(self.name, "holds a header and no row", "download it again")
        if len(self._foreign) > FOREIGN_SHARE * self.read:
            self._refuse_mixture()
        if len(self.broken) == self.read:
            self._refuse(f"none of its {self.read:,} rows can be read")

    def _refuse(self, problem: str) -> None:
        first = self.broken[0]
        raise BrokenRowsError(
            self.name,
            f"{problem}, the first is row {first.row}, which {first.reason}",
            "correct the file or download it again",
            row=first.row,
        )

    def _refuse_mixture(self) -> None:
        raise TextEncodingError(
            self.name,
            f"mixes encodings: {len(self._foreign):,} of {self.read:,} rows are in another one, "
            f"the first is row {self._foreign[0]}",
            "take the files it was put together from, or save it anew as UTF-8",
            row=self._foreign[0],
        )
