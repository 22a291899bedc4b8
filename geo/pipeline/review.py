"""Pairs near to a decision out as a workbook, and the answers in again.

Nothing is published here; `geo.pipeline.build.publish_all` publishes the answers, in one step.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geo.core.atomic_file import atomic_file
from geo.core.errors import BadParameterError
from geo.core.formula import escape_formula
from geo.pipeline.areas import read_areas
from geo.pipeline.build import compose_snapshot
from geo.pipeline.ingest import IngestResult
from geo.pipeline.load_account import Account
from geo.pipeline.points import gazetteer_of, own_lists
from geo.pipeline.registers.businesses import list_rows
from geo.pipeline.registers.decision_rows import Answer, Pair, check_answers, read_answers
from geo.pipeline.registers.decisions import (
    ANSWERS,
    COLUMNS,
    KEY,
    KOREAN,
    UNSURE,
    decisions_of,
)
from geo.pipeline.registers.loaded_data import LoadedData, load_from_snapshot
from geo.pipeline.registers.near_pairs import ABOUT, near_pairs
from geo.pipeline.written_table import check_table_file, write_table

HEADER: Final = ("answer", *ABOUT, *KEY)
NO_ANSWER: Final = "no answer"
STILL_UNSURE: Final = "unsure, and nobody has decided before"
GONE: Final = "in no list any more"
REPEATED: Final = "a row before it has the same pair and answer"
_Step = Callable[[str], None]


def write_review(to: Path, places: tuple[Path, Path]) -> pd.DataFrame:
    """Write the pairs that are near to a decision to a workbook with a column for the answer.

    Args:
        to: .xlsx file.
        places: the project's `data` folder, and where snapshots live.

    Returns:
        The pairs.

    Raises:
        BadParameterError: the file has another ending, or cannot be written.
    """
    check_table_file("write", to)
    if to.suffix.lower() != ".xlsx":
        raise BadParameterError("write", str(to), "a name ending in .xlsx")
    loaded = load_from_snapshot(places[1])
    pairs = near_pairs(_rows(places[0], loaded), decisions_of(loaded.decisions))
    rows = [
        [escape_formula(cell) if isinstance(cell, str) else float(cell) for cell in row]
        for row in pairs.assign(answer="")[list(HEADER)].itertuples(index=False)
    ]
    with atomic_file(to) as file:
        write_table(HEADER, rows, file, ".xlsx", {"answer": (*ANSWERS, *KOREAN)})
    return pairs


def prepare_decisions(
    files: Sequence[Path], places: tuple[Path, Path], on_step: _Step = lambda _: None
) -> IngestResult:
    """Prepare the answers to a review: each replaces the answer given before to its pair.

    `unsure` takes an earlier answer back; a row without an answer changes nothing. Rows that
    decide nothing are set aside, also those of which a business is in no list any more.

    Args:
        files: workbooks of `write_review`, answered.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.

    Raises:
        GeoError: an answer is none of the allowed, or answers contradict each other; nothing has
            changed.
    """
    data, home = places
    loaded = load_from_snapshot(home)
    on_step("reading answers")
    rows = read_answers(files)
    before = _by_pair(loaded.decisions)
    listed = _rows(data, loaded)["register"].astype(str)
    rejects, taken = _sorted_out(
        rows, before, set(zip(listed, listed.index.astype(str), strict=True))
    )
    latest = check_answers(taken, before)
    loaded = loaded.with_decisions(_together(before, latest))
    details = {
        "answer": Counter(row.answer for row in latest.values()),
        "set aside because": Counter(rejects["reason"]),
    }
    account = _account(len(rows), before, latest, len(rejects))
    return IngestResult(account, compose_snapshot(data, loaded, on_step), details, rejects=rejects)


def _sorted_out(
    rows: Sequence[Answer], before: Mapping[Pair, str], listed: set[tuple[str, str]]
) -> tuple[pd.DataFrame, list[Answer]]:
    """Part the rows that decide nothing, with the reason, from those that do."""
    aside: list[tuple[str, int, str, str]] = []
    taken: dict[tuple[Pair, str], Answer] = {}
    for row in rows:
        if reason := _reason(row, before, listed, taken):
            aside.append((row.file, row.row, reason, ""))
        else:
            taken[row.pair, row.answer] = row
    return pd.DataFrame(aside, columns=["file", "row", "reason", "text"]), list(taken.values())


def _reason(
    row: Answer, before: Mapping[Pair, str], listed: set[tuple[str, str]], taken: Collection[Any]
) -> str:
    """Return why a row decides nothing; "" where it does."""
    if not row.answer:
        return NO_ANSWER
    gone = [side for side in (row.pair[:2], row.pair[2:]) if side not in listed]
    if gone:
        return f"{GONE}: {', '.join(f'{name} of {register}' for register, name in gone)}"
    if row.answer == UNSURE and row.pair not in before:
        return STILL_UNSURE
    return REPEATED if (row.pair, row.answer) in taken else ""


def _account(
    read: int, before: Mapping[Pair, str], latest: Mapping[Pair, Answer], aside: int
) -> Account:
    new = sum(pair not in before for pair in latest)
    unchanged = sum(before.get(pair) == row.answer for pair, row in latest.items())
    changed = len(latest) - new - unchanged
    return Account(read, new, changed, unchanged, merged=0, outside=0, set_aside=aside)


def _rows(data: Path, loaded: LoadedData) -> gpd.GeoDataFrame:
    areas = read_areas(data, loaded.references)
    return list_rows(own_lists(data, areas, gazetteer_of(data, areas, loaded)), loaded.registers)


def _by_pair(decisions: pd.DataFrame) -> dict[Pair, str]:
    pairs = decisions[list(KEY)].itertuples(index=False, name=None)
    return dict(zip(pairs, decisions["answer"], strict=True))


def _together(before: Mapping[Pair, str], latest: Mapping[Pair, Answer]) -> pd.DataFrame:
    """Return the decisions of before and now, a row for each pair that is decided."""
    every = {**before, **{pair: row.answer for pair, row in latest.items()}}
    rows = [(*pair, answer) for pair, answer in sorted(every.items()) if answer != UNSURE]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")
