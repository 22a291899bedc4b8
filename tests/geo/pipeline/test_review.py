"""Pairs to a workbook, answers back, and businesses merged or parted as staff say."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from published import copy_current
from python_calamine import CalamineWorkbook
from shelf import parsed_records, rows, source

from geo.core.errors import BadParameterError
from geo.pipeline.build import publish_all
from geo.pipeline.ingest import prepare
from geo.pipeline.registers.decision_rows import DecisionError
from geo.pipeline.registers.removal import remove_source
from geo.pipeline.review import prepare_decisions, write_review
from geo.snapshot.history import DECISIONS_FILE, undo_load
from geo.snapshot.reader import open_current

PLAIN = {"address_road": None}
# 71.4 of 100 alike (two businesses), and 80 of 100 (one): either is near to the 75 of one trade.
MINE = [
    {"key": "a", "name_ko": "가나다라마바사", **PLAIN},
    {"key": "b", "name_ko": "하늘빛별달", "x": 126.7925, "y": 37.3297, **PLAIN},
]
THEIRS = [
    {"key": "a", "name_ko": "가나다라마자차", **PLAIN},
    {"key": "b", "name_ko": "하늘빛별해", "x": 126.7925, "y": 37.3297, **PLAIN},
]


def load(home: Path, data: Path, name: str, records: list[dict], release: str = "202606") -> None:
    file = f"{name}_{release}.csv"
    given = source(parsed_records(rows(*records), file), id=name)
    publish_all(prepare(given, [], "ansan", (data, home)).composed, home, lambda _: None)


@pytest.fixture(scope="module")
def two_lists(data, module_home) -> Path:
    load(module_home, data, "mine", MINE)
    load(module_home, data, "theirs", THEIRS)
    return module_home


@pytest.fixture
def lists(home, two_lists) -> Path:
    """A home of the test with both lists."""
    copy_current(two_lists, home)
    return home


@pytest.fixture(scope="module")
def written_review(data, two_lists, tmp_path_factory) -> Path:
    workbook = tmp_path_factory.mktemp("review") / "review.xlsx"
    write_review(workbook, (data, two_lists))
    return workbook


@pytest.fixture
def review(written_review, tmp_path) -> Path:
    """The workbook of the two lists, in a folder of the test."""
    return Path(shutil.copy(written_review, tmp_path))


def cells_of(workbook: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).to_python()


def answered(workbook: Path, *answers: str, gone: str = "-") -> Path:
    """Fill in the answers as a spreadsheet program does, and return the new file.

    `gone` is an id that becomes one that no list has.
    """
    header, *pairs = cells_of(workbook)
    place = header.index("answer")
    to = workbook.with_name("answered.xlsx")
    with xlsxwriter.Workbook(to) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for number, (cells, answer) in enumerate(zip(pairs, answers, strict=True), start=1):
            sheet.write_row(number, 0, [f"{cell}2" if cell == gone else cell for cell in cells])
            sheet.write(number, place, answer)
    return to


def decide(home: Path, data: Path, file: Path):
    done = prepare_decisions([file], (data, home))
    publish_all(done.composed, home, lambda _: None)
    return done


def listed(home: Path) -> dict[str, list[str]]:
    """Names of the businesses of the two lists, with the lists that each is in."""
    layer = open_current(home).layers["businesses"]
    rows = layer.records(np.arange(layer.count), ["name_ko", "registers"])
    ours = [row for row in rows if {"mine", "theirs"} & set(row["registers"] or ())]
    return {row["name_ko"]: sorted(row["registers"]) for row in ours}


BEFORE = {
    "가나다라마바사": ["mine"], "가나다라마자차": ["theirs"], "하늘빛별달": ["mine", "theirs"],
}  # fmt: skip
AFTER = {
    "가나다라마바사": ["mine", "theirs"], "하늘빛별달": ["mine"], "하늘빛별해": ["theirs"],
}  # fmt: skip


ONE_JOINED = {"가나다라마바사": ["mine", "theirs"], "하늘빛별달": ["mine", "theirs"]}


def test_the_workbook_asks_about_both_pairs(review, two_lists):
    header, *pairs = cells_of(review)
    shown = [dict(zip(header, cells, strict=True)) for cells in pairs]
    assert [(item["name_ko_1"], item["name_ko_2"], item["now"]) for item in shown] == [
        ("가나다라마바사", "가나다라마자차", "two businesses"),
        ("하늘빛별달", "하늘빛별해", "one business"),
    ]
    assert {item["answer"] for item in shown} == {""}
    assert listed(two_lists) == BEFORE


def test_a_review_is_a_workbook(data, two_lists, tmp_path):
    with pytest.raises(BadParameterError, match=r"a name ending in \.xlsx"):
        write_review(tmp_path / "review.csv", (data, two_lists))


def test_answers_hold_over_a_newer_release_until_they_are_taken_back(data, lists, review):
    done = decide(lists, data, answered(review, "같음", "not same"))
    assert (done.account.read, done.account.new, done.account.set_aside) == (2, 2, 0)
    assert done.details["answer"] == {"same": 1, "not same": 1}
    assert listed(lists) == AFTER
    again = review.with_name("again.xlsx")
    write_review(again, (data, lists))
    assert len(cells_of(again)) == 1  # what is decided is not asked about again

    load(lists, data, "theirs", [*THEIRS, {"key": "c", "name_ko": "새집", **PLAIN}], "202607")
    assert listed(lists) == AFTER | {"새집": ["theirs"]}

    done = decide(lists, data, answered(review, "same", "unsure"))
    assert (done.account.unchanged, done.account.changed) == (1, 1)
    assert listed(lists) == ONE_JOINED | {"새집": ["theirs"]}
    undo_load(lists)
    assert listed(lists) == AFTER | {"새집": ["theirs"]}

    remove_source("decisions", (data, lists))
    assert not list(lists.glob(f"snapshots/*/{DECISIONS_FILE}"))  # nor in snapshots before
    assert listed(lists) == BEFORE | {"새집": ["theirs"]}


def test_rows_that_decide_nothing_are_set_aside_with_the_reason(data, lists, review, tmp_path):
    some = answered(review, "unsure", "same", gone="theirs-b").rename(tmp_path / "some.xlsx")
    done = prepare_decisions([some, answered(review, "", "")], (data, lists))
    assert (done.account.read, done.account.new, done.account.set_aside) == (4, 0, 4)
    assert list(done.rejects.itertuples(index=False, name=None)) == [
        ("some.xlsx", 1, "unsure, and nobody has decided before", ""),
        ("some.xlsx", 2, "in no list any more: theirs-b2 of theirs", ""),
        ("answered.xlsx", 1, "no answer", ""),
        ("answered.xlsx", 2, "no answer", ""),
    ]


def test_an_answer_that_is_none_changes_nothing(data, lists, review):
    with pytest.raises(DecisionError, match=r"answered\.xlsx row 3: answer 'yes' is not allowed"):
        prepare_decisions([answered(review, "same", "yes")], (data, lists))
    assert listed(lists) == BEFORE
