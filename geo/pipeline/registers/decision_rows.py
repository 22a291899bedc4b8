"""Answers of staff to a review, read from its workbook and checked before any is taken."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from geo.core.errors import GeoError
from geo.pipeline.registers.decisions import ANSWERS, KEY, KOREAN, NOT_SAME, SAME, UNSURE
from geo.readers import Table, open_tables
from geo.readers.errors import HeaderError
from geo.readers.table import ROW

REVIEW: Final = "a pair that `atlas review` wrote"
EARLIER: Final = "an answer given before"
Pair = tuple[str, str, str, str]


class DecisionError(GeoError):
    """A row of a review cannot be taken; the message names the row, the value and the allowed."""


class Answer(NamedTuple):
    """A row of a review.

    Attributes:
        file: that it is in.
        row: of the data, counted from 1.
        where: file and row, as a spreadsheet program counts it.
        pair: register and id of either side, the smaller id first.
        answer: one of `ANSWERS`; "" where there is none.
    """

    file: str
    row: int
    where: str
    pair: Pair
    answer: str


def read_answers(files: Sequence[Path]) -> list[Answer]:
    """Read the rows of reviews.

    Raises:
        GeoError: a file is no review, or an answer is none of the allowed.
    """
    return [row for table in open_tables(files) for row in _rows_of(table)]


def _rows_of(table: Table) -> Iterator[Answer]:
    lacking = [name for name in ("answer", *KEY) if name not in table.header]
    if lacking:
        raise HeaderError(
            table.name, f"has no column {', '.join(lacking)}", "answer a file of `atlas review`"
        )
    for batch in table.batches:
        for cells in batch.to_pylist():
            row = int(cells[ROW])
            where = f"{table.name} row {table.positions.of(row)}"
            yield Answer(table.name, row, where, _pair(cells), _answer(cells["answer"], where))
    for broken in table.broken:
        where = f"{table.name} row {table.positions.of(broken.row)}"
        raise DecisionError(f"{where}: {broken.reason}; allowed: {REVIEW}")


def _pair(cells: Mapping[str, str]) -> Pair:
    """Return register and id of either side, the smaller id first."""
    sides = ((cells[KEY[at]].strip(), cells[KEY[at + 1]].strip()) for at in (0, 2))
    first, second = sorted(sides, key=lambda side: side[1])
    return (*first, *second)


def _answer(typed: str, where: str) -> str:
    """Return the answer that was typed, whatever its case, spaces and language.

    Raises:
        DecisionError: it is none of the allowed.
    """
    plain = " ".join(typed.split()).casefold()
    answer = KOREAN.get(plain, plain)
    if answer and answer not in ANSWERS:
        allowed = ", ".join((*ANSWERS, *KOREAN))
        raise DecisionError(
            f"{where}: answer {typed!r} is not allowed; allowed: {allowed}, or nothing"
        )
    return answer


def check_answers(answers: Sequence[Answer], before: Mapping[Pair, str]) -> dict[Pair, Answer]:
    """Check that answers agree, and return one for each pair.

    Args:
        answers: of `read_answers`, without the empty ones.
        before: the decisions so far; an answer to the same pair replaces the earlier one.

    Raises:
        DecisionError: answers contradict each other or those of before.
    """
    latest: dict[Pair, Answer] = {}
    for row in answers:
        if row.pair[1] == row.pair[3]:
            raise DecisionError(f"{row.where}: {row.pair[1]!r} on both sides; allowed: {REVIEW}")
        first = latest.setdefault(row.pair, row)
        if first.answer != row.answer:
            raise DecisionError(
                f"{row.where}: answer {row.answer!r}, but {first.where} answers {first.answer!r} "
                "to the same pair; allowed: one answer to a pair"
            )
    earlier = {pair: Answer("", 0, EARLIER, pair, answer) for pair, answer in before.items()}
    _check_chains((earlier | latest).values())
    return latest


def _check_chains(rows: Collection[Answer]) -> None:
    """Check that no two rows are the same by a chain of answers and not the same by another."""
    joined: dict[str, list[Answer]] = {}
    for row in rows:
        if row.answer == SAME:
            joined.setdefault(row.pair[1], []).append(row)
            joined.setdefault(row.pair[3], []).append(row)
    for row in rows:
        chain = _chain(joined, row.pair[1], row.pair[3]) if row.answer == NOT_SAME else []
        if chain:
            by = ", ".join(link.where for link in chain)
            raise DecisionError(
                f"{row.where}: answer {NOT_SAME!r} to {row.pair[1]} and {row.pair[3]}, which are "
                f"the same by {by}; allowed: {SAME}, {UNSURE}, or change the others"
            )


def _chain(joined: Mapping[str, Sequence[Answer]], start: str, end: str) -> list[Answer]:
    """Return the answers that lead from one id to another by "same"; none where nothing does."""
    ways: dict[str, list[Answer]] = {start: []}
    ahead = [start]
    while ahead and end not in ways:
        here = ahead.pop(0)
        for link in joined.get(here, ()):
            there = link.pair[3] if link.pair[1] == here else link.pair[1]
            if there not in ways:
                ways[there] = [*ways[here], link]
                ahead.append(there)
    return ways.get(end, [])
