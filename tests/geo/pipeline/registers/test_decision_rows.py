"""Answers of staff are read as typed, and refused with their row where they cannot hold."""

import csv
import re

import pytest

from geo.core.errors import GeoError
from geo.pipeline.registers.decision_rows import DecisionError, check_answers, read_answers
from geo.pipeline.registers.decisions import KEY

AB = ("permits", "a", "semas", "b")
BC = ("semas", "b", "osm", "c")
AC = ("permits", "a", "osm", "c")


@pytest.fixture
def answers(tmp_path):
    """Read answers out of a file of these rows: the answer, then the pair."""

    def read(*rows, header=("answer", *KEY)):
        file = tmp_path / "review.csv"
        with file.open("w", encoding="utf-8", newline="") as to:
            csv.writer(to).writerows([header, *((answer, *pair) for answer, pair in rows)])
        return read_answers([file])

    return read


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("same", "same"),
        (" Not  Same ", "not same"),
        ("UNSURE", "unsure"),
        ("같음", "same"),
        ("다름 ", "not same"),
        ("모름", "unsure"),
        ("", ""),
    ],
)
def test_an_answer_is_known_whatever_its_case_spaces_and_language(answers, typed, answer):
    [row] = answers((typed, AB))
    assert (row.answer, row.pair, row.where) == (answer, AB, "review.csv row 2")


def test_the_sides_of_a_pair_may_change_places(answers):
    [row] = answers(("same", ("semas", "b", "permits", "a")))
    assert row.pair == AB


def test_another_word_is_refused_with_its_row_and_what_is_allowed(answers):
    with pytest.raises(
        DecisionError, match=r"review\.csv row 3: answer 'maybe' is not allowed"
    ) as no:
        answers(("same", AB), ("maybe", BC))
    assert "same, not same, unsure, 같음, 다름, 모름, or nothing" in str(no.value)


def test_a_file_that_is_no_review_is_refused(answers):
    with pytest.raises(GeoError, match=re.escape("has no column register_2, id_2")):
        answers(("same", ("permits", "a")), header=("answer", *KEY[:2]))


def test_two_answers_to_one_pair_are_refused_with_both_rows(answers):
    given = answers(("same", AB), ("not same", AB))
    with pytest.raises(DecisionError, match=r"row 3: answer 'not same', but review.csv row 2"):
        check_answers(given, {})


def test_a_business_beside_itself_is_refused(answers):
    with pytest.raises(DecisionError, match="row 2: 'a' on both sides"):
        check_answers(answers(("same", (*AB[:2], *AB[:2]))), {})


def test_answers_that_contradict_each_other_over_a_third_row_are_refused(answers):
    given = answers(("same", AB), ("not same", AC), ("same", BC))
    with pytest.raises(DecisionError) as no:
        check_answers(given, {})
    told = str(no.value)
    assert told.startswith("review.csv row 3: answer 'not same' to a and c")
    assert "the same by review.csv row 2, review.csv row 4" in told


def test_earlier_answers_count_unless_they_are_replaced(answers):
    before = {AB: "same", BC: "same"}
    with pytest.raises(DecisionError, match="the same by an answer given before"):
        check_answers(answers(("not same", AC)), before)
    replaced = answers(("not same", AC), ("unsure", BC))
    assert {pair: row.answer for pair, row in check_answers(replaced, before).items()} == {
        AC: "not same", BC: "unsure",
    }  # fmt: skip
