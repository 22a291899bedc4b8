"""Staff are asked about pairs whose names, doors and trades do not agree, and about no others."""

import pytest
from compared_rows import table

from geo.pipeline.registers.decisions import NONE, Decisions
from geo.pipeline.registers.near_pairs import (
    ABOUT_ALIKE,
    ONE,
    ONE_DOOR,
    TWO,
    TWO_DOORS,
    near_pairs,
)

FIRST = {"id": "a", "name_ko": "가나다라마바사", "unit": "semas", "address": None}
DOOR = {"address": "다문화길 18"}


def asked(*changes: dict, decisions: Decisions = NONE):
    rows = table(*({"id": "b", "unit": "permits", **change} for change in changes))
    rows = rows.assign(register=rows["unit"], status="open")
    return near_pairs(rows, decisions)


@pytest.mark.parametrize(
    ("other", "at", "expected"),
    [
        ("가나다라마자차", None, [(ABOUT_ALIKE, TWO)]),  # 71.4: 5 of 7 letters, one trade
        ("가나다라마바차", None, []),  # 85.7: one business beyond doubt
        ("가나다자차카타", None, []),  # 42.9: two
        ("가나다자차카타", "다문화길 18", [(ONE_DOOR, TWO)]),
        ("가나다자차카타", "다문화길 20", []),
        ("가나다라마바사", "다문화길 20", [(TWO_DOORS, ONE)]),
        ("가나다라마바사", "다문화길 18", []),
    ],
)
def test_names_doors_and_trades_that_do_not_agree_are_asked_about(other, at, expected):
    first = {**FIRST, "address": "다문화길 18" if at else None}
    found = asked(first, {**FIRST, "id": "b", "unit": "permits", "name_ko": other, "address": at})
    assert list(zip(found["why"], found["now"], strict=True)) == expected


def test_a_shop_whose_twin_is_known_is_not_asked_about():
    neighbour = {**FIRST, **DOOR, "id": "b", "unit": "permits", "name_ko": "파하"}
    twin = {**FIRST, **DOOR, "id": "c", "unit": "permits"}
    assert list(asked({**FIRST, **DOOR}, neighbour)["id_2"]) == ["b"]
    assert asked({**FIRST, **DOOR}, neighbour, twin).empty


@pytest.mark.parametrize(
    "decisions", [Decisions(apart=(("a", "b"),)), Decisions(same=(("b", "a"),))]
)
def test_a_pair_that_staff_decided_is_not_asked_about_again(decisions):
    pair = {**FIRST, **DOOR}, {**FIRST, **DOOR, "id": "b", "unit": "permits", "name_ko": "파하"}
    assert len(asked(*pair)) == 1
    assert asked(*pair, decisions=decisions).empty


def test_the_nearest_comes_first_with_what_staff_need_to_decide():
    near = {**FIRST, "id": "b", "unit": "permits", "name_ko": "가나다라마자차"}
    door = {**FIRST, **DOOR, "id": "c", "unit": "osm", "name_ko": "파하"}
    other = {**FIRST, **DOOR, "id": "d", "unit": "permits", "name_ko": "거너더"}
    found = asked(FIRST, near, door, other)
    assert list(found["why"]) == [ABOUT_ALIKE, ONE_DOOR]
    first = found.iloc[0]
    assert [first[name] for name in ("register_1", "id_1", "register_2", "id_2")] == [
        "semas", "a", "permits", "b",
    ]  # fmt: skip
    assert (first["name_ko_1"], first["name_ko_2"]) == ("가나다라마바사", "가나다라마자차")
    assert (first["name_likeness"], first["distance_m"]) == (71.4, 0)
    assert (first["same_address"], first["same_category"]) == ("no", "yes")
