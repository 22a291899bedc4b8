"""Agreement of two lists: counts worked by hand, intervals by the closed formula of Wilson."""

from math import sqrt

import pytest

from geo.snapshot.schema.claims import differing_claim, differing_values
from geo.statistics.list_agreement import list_agreement, share_estimate

LISTS = ("a", "b", "c")
MEMBERS = [["a", "b"], ["a", "b", "c"], ["a"], ["b"], ["a", "b"], ["b", "c"]]
CLAIMS = [
    ["name_ko: 가, 나 (주) (a), 다 (b)", "category: cafe (a), pub (b)", "class: 9 (b)"],
    ["name_ko: 가 (a), 가 (b), 나 (c)"],  # a and b state the same
    [],
    ["name (ne): नाम"],
    [],
    ["phone: 1 (b), 2 (b), 2 (c)"],  # b states two, one of them as c does
]
VALUES = [differing_values(claim, LISTS) for claim in CLAIMS]


def test_a_claim_is_read_as_it_was_written():
    written = differing_claim("name_ko", [("가, 나 (주)", "a"), ("다", "b")])
    assert written == CLAIMS[0][0]
    assert differing_values([written], LISTS) == {
        "name_ko": {"a": frozenset({"가, 나 (주)"}), "b": frozenset({"다"})}
    }


def test_two_lists_differ_only_where_they_themselves_do():
    found = list_agreement("a", "b", MEMBERS, VALUES)
    assert (found.both, found.only_left, found.only_right) == (3, 1, 2)
    assert found.differ == {"category": 1, "name_ko": 1}
    assert found.differ_in_any == 1
    assert list_agreement("a", "c", MEMBERS, VALUES).differ == {"name_ko": 1}


def test_a_value_in_common_is_no_difference():
    found = list_agreement("b", "c", MEMBERS, VALUES)
    assert (found.both, found.differ) == (2, {"name_ko": 1})


@pytest.mark.parametrize(("count", "n"), [(14, 238), (0, 10), (10, 10)])
def test_the_interval_is_that_of_wilson(count, n):
    z, p = 1.959963984540054, count / n
    low, high = (
        (p + z * z / (2 * n) + sign * z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)))
        / (1 + z * z / n)
        for sign in (-1, 1)
    )
    found = share_estimate(count, n)
    assert found.value == p
    assert (found.low, found.high) == pytest.approx((max(0, low), min(1, high)), abs=1e-12)


def test_nothing_in_common_has_no_share():
    assert share_estimate(0, 0).value is None
