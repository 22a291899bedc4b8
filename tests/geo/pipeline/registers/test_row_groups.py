"""Rows become one business pair by pair; what a unit or staff keep apart stays so."""

import pytest

from geo.pipeline.registers.row_groups import Groups

UNITS = ["permits", "semas", "osm", "semas"]


@pytest.mark.parametrize(
    ("joins", "expected"),
    [
        ([], [0, 1, 2, 3]),
        ([(0, 1)], [0, 0, 2, 3]),
        ([(1, 2), (0, 2)], [0, 0, 0, 3]),
        ([(0, 1), (0, 3)], [0, 0, 2, 3]),  # semas names a business once
        ([(1, 3)], [0, 1, 2, 3]),
    ],
)
def test_a_group_holds_one_row_of_a_unit(joins, expected):
    groups = Groups(UNITS, [])
    for left, right in joins:
        groups.join(left, right)
    assert groups.label == expected


def test_staff_may_join_two_rows_of_a_unit():
    groups = Groups(UNITS, [])
    groups.join(1, 3, decided=True)
    groups.join(0, 3)
    assert groups.label == [0, 0, 2, 0]


def test_rows_that_staff_parted_are_not_joined_over_a_third():
    groups = Groups(UNITS, [(0, 2)])
    for left, right in [(0, 1), (1, 2)]:
        groups.join(left, right)
    assert groups.label == [0, 0, 2, 3]
