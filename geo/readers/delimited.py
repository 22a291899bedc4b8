"""CSV, TXT and TSV to batches: plain blocks by pyarrow, the others row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv

from geo.readers.errors import TooLongError
from geo.readers.input_files import InputFile
from geo.readers.kinds import BOM
from geo.readers.row_account import RowAccount
from geo.readers.rows import (
    count_rows,
    has_blank_lines,
    has_regular_quotes,
    parse_record,
    split_lines,
    whole_rows,
)
from geo.readers.sniff import Head, decodes
from geo.readers.table import record_batch, record_batches

BLOCK: Final = 8_000_000  # bytes; also more than any row may have
_BLANK: Final = ("\n", "\r\n", "\r")


def read_delimited(part: InputFile, head: Head, ledger: RowAccount) -> Iterator[pa.RecordBatch]:
    """Read the rows of a text file.

    Raises:
        InputFileError: a row has no end, too many are broken or in another encoding, or the file
            cannot be read to its end.
    """
    with part.open() as stream:
        above = stream.read(head.start).removeprefix(BOM)
        ledger.skip(count_rows(above, head.delimiter))
        buffer, ended, half_break = b"", False, False
        while not ended:
            data = stream.read(BLOCK)
            ended = len(data) < BLOCK
            buffer += data
            if half_break:  # the line feed of a break whose carriage return ended the last block
                buffer = buffer.removeprefix(b"\n")
            cut = len(buffer) if ended else whole_rows(buffer)
            if not cut and not ended:
                raise _length_error(ledger)
            block = _Block(head, ledger, buffer[:cut], final=ended or cut > 2 * BLOCK)
            yield from block.batches()
            half_break = not block.rest and buffer[:cut].endswith(b"\r")
            buffer = block.rest + buffer[cut:]
    ledger.close()


@dataclass
class _Block:
    """A stretch of a file that ends in a line break, or with the file.

    Attributes:
        final: a row that seems to go on after the block does not.
        rest: the beginning of a row that goes on after the block; known once it is read.
    """

    head: Head
    ledger: RowAccount
    data: bytes
    final: bool
    rest: bytes = b""

    def batches(self) -> Iterator[pa.RecordBatch]:
        table = self._at_once()
        if table is None:
            yield from record_batches(self.head.header, self._row_by_row())
        elif len(table):
            first = self.ledger.keep(len(table))
            numbers = pa.array(np.arange(first, first + len(table), dtype=np.int64))
            columns = [column.combine_chunks() for column in table.columns]
            yield record_batch(columns, self.head.header, numbers)
            self.ledger.skip(self._blank_at_end())

    def _blank_at_end(self) -> int:
        rows = self.data.rstrip(b"\r\n")
        return max(0, len(split_lines(self.data[len(rows) :])) - 1)

    def _at_once(self) -> pa.Table | None:
        """Parse the block as a whole; None if it is irregular or holds blank lines or no row."""
        if b"\0" in self.data or not has_regular_quotes(self.data, self.head.delimiter):
            return None
        if has_blank_lines(self.data):  # the rows after them stand lower in a spreadsheet
            return None
        try:
            text = self.data
            if self.head.codec == "utf-8":
                pa.scalar(text, pa.binary()).cast(pa.string())  # as a whole, not cell by cell
            else:
                text = self.data.decode(self.head.codec).encode()
            return _parse(text, self.head)
        except (UnicodeDecodeError, pa.ArrowInvalid):
            return None

    def _row_by_row(self) -> Iterator[tuple[int, list[str]]]:
        """Yield number and cells of each readable row; set the others aside in the account."""
        raw = split_lines(self.data)
        lines = [line.decode(self.head.codec, "replace") for line in raw]
        width, at = len(self.head.header), 0
        while at < len(lines):
            if lines[at] in _BLANK:
                self.ledger.skip(1)
                at += 1
                continue
            row = parse_record(lines, at, self.head.delimiter, width=width, ended=self.final)
            if row is None:
                self.rest = b"".join(raw[at:])
                return
            end = at + row.lines
            text = "".join(lines[at:end]).rstrip("\r\n")
            damaged = "\ufffd" in text and self._undecodable(b"".join(raw[at:end]))
            problem = _problem(text, row.cells, width)
            if problem:
                self.ledger.set_aside(problem, text)
            else:
                number = self.ledger.keep()
                if damaged:
                    self.ledger.undecoded.append(number)
                yield number, row.cells
            at = end

    def _undecodable(self, row: bytes) -> bool:
        """Check whether a row is not text in the file's encoding; note Korean in another."""
        if decodes(row, self.head.codec):
            return False
        if any(_is_korean(row, encoding) for encoding in self.head.others):
            self.ledger.note_foreign()
        return True


def _parse(text: bytes, head: Head) -> pa.Table:
    """Parse the rows of a text in UTF-8."""
    # A single block: row groups would not be cut at line breaks inside cells.
    reading = pyarrow.csv.ReadOptions(
        column_names=head.header, block_size=len(text) + 1, use_threads=False
    )
    parsing = pyarrow.csv.ParseOptions(delimiter=head.delimiter, newlines_in_values=True)
    as_text = pyarrow.csv.ConvertOptions(
        check_utf8=False, column_types=dict.fromkeys(head.header, pa.string())
    )
    return pyarrow.csv.read_csv(pa.py_buffer(text), reading, parsing, as_text)


def _problem(text: str, cells: list[str], width: int) -> str:
    if len(cells) != width:
        return f"has {len(cells):,} instead of {width:,} cells"
    if "\0" in text:
        return "holds NUL characters"
    return ""


def _is_korean(row: bytes, encoding: str) -> bool:
    """Check whether bytes decode in an encoding and are mostly Hangul beyond ASCII."""
    if not decodes(row, encoding):
        return False
    beyond = [letter for letter in row.decode(encoding) if letter > "\x7f"]
    # UTF-8 read as CP949, or the other way round, gives rare Chinese characters if anything.
    return sum("가" <= letter <= "힣" for letter in beyond) * 2 > len(beyond)


def _length_error(ledger: RowAccount) -> TooLongError:
    row = ledger.read + 1
    return TooLongError(
        ledger.name,
        f"row {row} is longer than {BLOCK:,} bytes",
        "check that rows end in line breaks, or download it again",
        row=row,
    )
