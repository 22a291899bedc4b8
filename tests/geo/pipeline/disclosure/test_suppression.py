"""Disclosure control, attacked: what an intruder can work out from everything that is told."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.pipeline.disclosure.rule import PUBLIC, STAFF, Area, Cell, Rule, share_band
from geo.pipeline.disclosure.suppression import protect

OFF = Rule(threshold=0, base=1, width=0, denominator=1)
MANY = 60  # businesses in each atom, where it does not matter


def areas(**atoms):
    return [Area(name, tuple(held)) for name, held in atoms.items()]


def told(counts, where, **more):
    counts = np.array(counts)
    return protect(where, [counts], [np.full(len(counts), MANY)], **more)[0]


PAIR = areas(a=[0], b=[1], total=[0, 1])


@pytest.mark.parametrize(
    ("count", "cell"),
    [
        (0, Cell("hidden", None, "protected")),  # none at all tells of each that it is not
        (1, Cell("hidden", None, "protected")),
        (4, Cell("hidden", None, "protected")),
        (5, Cell("shown", 5)),
        (7, Cell("shown", 5)),
        (8, Cell("shown", 10)),
        (12, Cell("shown", 10)),
    ],
)
def test_small_counts_are_hidden_and_others_rounded(count, cell):
    assert told([count], areas(a=[0]))["a"] == cell


def test_hidden_zero_and_missing_are_three_things():
    where = areas(empty=[0], small=[1])
    first, second = protect(where, [np.array([0, 2]), None], [np.array([0, 50]), np.array([0, 50])])
    assert first == {"empty": Cell("zero", 0, "none"), "small": Cell("hidden", None, "protected")}
    assert second == {name: Cell("missing", None, "not-collected") for name in first}


def test_a_count_that_a_known_total_gives_away_takes_another_with_it():
    # 12 is told as 10, so it is 8 to 12; of a known total of 15 that leaves 3 to 7.
    found = told([12, 3], PAIR, known=[{"total": 15}])
    assert found["a"].state == found["b"].state == "hidden"


def test_a_total_that_is_rounded_itself_gives_nothing_away():
    # 8 to 12 of 13 to 17 leaves 1 to 9.
    found = told([12, 3], PAIR)
    assert (found["a"], found["b"].state, found["total"]) == (
        Cell("shown", 10),
        "hidden",
        Cell("shown", 15),
    )


def test_two_shown_areas_do_not_name_the_one_shop_between_them():
    # A zone of 899 shops, 287 foreign-run, in a dong of 900, 288 foreign-run. Told as 285 and 290
    # they are 283 to 287 and 288 to 292: so the one shop outside the zone is foreign-run.
    where = areas(zone=[0], dong=[0, 1], elsewhere=[2])
    counts, whole = np.array([287, 1, 30]), np.array([899, 1, 121])
    for known in ([], [{"zone": 287}]):
        cells = protect(where, [counts], [whole], known=known)[0]
        assert {cells["zone"].value, cells["dong"].value} != {285, 290}
        assert "hidden" in {cells["zone"].state, cells["dong"].state}
        assert cells["elsewhere"] == Cell("shown", 30)


@pytest.mark.parametrize("rest", [0, 30])
def test_all_of_a_dong_and_one_group_do_not_name_the_few_others(rest):
    # All foreign-run of a dong but one are of one group. Of 31 and 30, told as 30 and 30, at most 4
    # are not of the group; so it is where the rest of the dong has 30 shops, 10 of them of it.
    where = areas(all_dong=[0, 1, 2, 3], all_zone=[0, 1], group_dong=[0, 2], elsewhere=[4, 5])
    counts = np.array([30, 1, 10 if rest else 0, 0, 15, 15])
    whole, place = np.array([60, rest, 90]), np.array([0, 0, 1, 1, 2, 2])
    cells = protect(where, [counts], [whole], place=place)[0]
    assert cells["group_dong"].state == "hidden" or cells["all_dong"].state == "hidden"
    assert cells["elsewhere"] == Cell("shown", 30)


def test_all_of_an_area_and_one_group_of_it_are_told_where_the_others_are_many():
    # 30 of 60 are foreign-run, 20 of them of one group: the other 10 are 6 to 14.
    where = areas(all_dong=[0, 1], group_dong=[0])
    cells = protect(where, [np.array([20, 10])], [np.array([60])], place=np.array([0, 0]))[0]
    assert [cell.value for cell in cells.values()] == [30, 20]


def test_an_area_that_is_foreign_run_throughout_is_hidden():
    assert protect(areas(a=[0]), [np.array([5])], [np.array([5])])[0]["a"].state == "hidden"


def test_five_that_open_all_foreign_run_do_not_turn_a_value_over():
    where, there = areas(a=[0, 1]), np.array([40, 5])
    years = protect(where, [np.array([12, 0]), np.array([12, 5])], [np.array([40, 0]), there])
    assert years[1]["a"].state == "hidden"  # 8 to 12, then 13 to 17: at least one of the five


def test_what_is_hidden_once_is_hidden_in_every_year():
    where, whole = areas(a=[0], b=[1]), np.array([MANY, MANY])
    years = protect(where, [np.array([3, 30]), np.array([6, 4])], [whole, whole])
    assert [{name: cell.state for name, cell in year.items()} for year in years] == [
        {"a": "hidden", "b": "hidden"}
    ] * 2


def test_one_business_more_never_turns_a_value_over():
    where, whole = areas(a=[0]), np.array([MANY])
    years = protect(where, [np.array([n]) for n in (7, 8, 11, 12, 13)], [whole] * 5)
    assert [year["a"].value for year in years] == [5, 5, 5, 10, 10]
    assert [year["a"].around for year in years] == [(5, 7), (5, 11), (5, 11), (8, 12), (5, 16)]


def test_a_year_without_counts_is_passed_over():
    where, whole = areas(a=[0]), np.array([MANY])
    years = protect(where, [np.array([7]), None, np.array([8])], [whole] * 3)
    assert [year["a"].value for year in years] == [5, None, 5]


def test_staff_see_exact_counts_from_three_on():
    found = told([2, 3, 17], areas(a=[0], b=[1], c=[2]), rule=STAFF)
    assert [cell.value for cell in found.values()] == [None, 3, 17]


@pytest.mark.parametrize(
    ("cell", "whole", "band"),
    [
        (Cell("shown", 10, None, (8, 12)), 40, (0.2, 0.3)),
        (Cell("shown", 5, None, (5, 7)), 20, (0.25, 0.35)),
        (Cell("shown", 5, None, (5, 7)), 19, None),  # of fewer than 20
        (Cell("hidden", None, "protected"), 400, None),
        (Cell("zero", 0, "none"), 0, None),
    ],
)
def test_shares_are_bands_of_enough(cell, whole, band):
    assert share_band(cell, whole) == (None if band is None else pytest.approx(band))


# --- The intruder: every table that fits what is told, counted out one by one. ---


def possible(where, cells, whole, rule, known):
    """For each area the counts it may have, given all that is told; by trying everything."""
    found = {area.id: set() for area in where}
    for guess in product(*(range(most + 1) for most in whole)):
        sums = {area.id: sum(guess[atom] for atom in area.atoms) for area in where}
        if any(sums[name] != value for name, value in known.items()):
            continue
        if all(fits(cells[name], count, rule) for name, count in sums.items()):
            for name, count in sums.items():
                found[name].add(count)
    return found


HIDDEN = Cell("hidden", None, "protected")


def fits(cell, count, rule):
    if cell.state != "shown":
        return True
    return (
        count >= rule.threshold
        and rule.base * ((count + rule.base // 2) // rule.base) == cell.value
    )


TABLES = [
    areas(a=[0], b=[1], c=[2], total=[0, 1, 2]),
    areas(a=[0, 1], b=[1, 2], all=[0, 1, 2]),  # areas that overlap
    areas(a=[0], ab=[0, 1], abc=[0, 1, 2]),  # one in the other
]
ATOMS = st.tuples(*[st.integers(0, 14)] * 3)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TABLES), ATOMS, st.booleans())
def test_the_intruder_cannot_narrow_a_hidden_count_down(where, counts, total_known):
    whole = np.full(3, 14)
    last = where[-1].id
    known = {last: sum(counts)} if total_known else {}
    cells = protect(where, [np.array(counts)], [whole], known=[known])[0]
    guesses = possible(where, cells, whole.tolist(), PUBLIC, known)
    for name, cell in cells.items():
        if cell.state == "hidden":
            # What is known elsewhere is out already.
            before = possible(where, dict.fromkeys(cells, HIDDEN), whole.tolist(), PUBLIC, known)
            least = min(6, max(before[name]) - min(before[name]))
            assert max(guesses[name]) - min(guesses[name]) >= least


def test_the_intruder_succeeds_where_the_control_is_off():
    where, counts, whole = TABLES[0], (12, 3, 9), [14, 14, 14]
    cells = protect(where, [np.array(counts)], [np.array(whole)], rule=OFF)[0]
    guesses = possible(where, cells, whole, OFF, {})
    assert [guesses[name] for name in "abc"] == [{12}, {3}, {9}]


def test_without_secondary_suppression_the_intruder_would_succeed():
    alone = Rule(threshold=5, base=5, width=0, denominator=20)
    counts, whole, known = (12, 3), [14, 14], {"total": 15}
    cells = protect(PAIR, [np.array(counts)], [np.array(whole)], rule=alone, known=[known])[0]
    assert len(possible(PAIR, cells, whole, alone, known)["b"]) <= 5


def test_rounded_margins_of_many_areas_do_not_add_up_to_a_hidden_count():
    random = np.random.default_rng(3)
    where = [Area(f"dong:{n}", (n,)) for n in range(25)] + [Area("city", tuple(range(25)))]
    counts = random.poisson(random.choice([1, 6, 30], 25))
    cells = told(counts.tolist(), where, known=[{"city": int(counts.sum())}])
    hidden = [n for n in range(25) if cells[f"dong:{n}"].state == "hidden"]
    assert hidden
    shown = sum(cells[f"dong:{n}"].value for n in range(25) if n not in hidden)
    # Differencing the known total leaves the hidden ones together give or take 2 for each shown.
    assert 2 * (25 - len(hidden)) * 2 >= 6 or len(hidden) > 1
    assert abs(counts.sum() - shown - counts[hidden].sum()) <= 2 * (25 - len(hidden))
