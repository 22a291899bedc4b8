"""Two releases of a register on the same units, worked by hand."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from shelf import rows

from geo.core.crs import STORE
from geo.core.vocab import CATEGORIES
from geo.pipeline.registers.earlier_rows import earlier_file, read_earlier
from geo.pipeline.registers.register import Register, difference, no_changes, tables
from geo.pipeline.registers.two_releases import count_releases, with_earlier

WEST, EAST = "4127354500", "4127153700"
DONG = gpd.GeoDataFrame(
    index=pd.Index([WEST, EAST], name="dong_code"),
    geometry=[box(126.78, 37.32, 126.80, 37.34), box(126.80, 37.32, 126.82, 37.34)],
    crs=STORE,
)
THERE = {"x": 126.81, "y": 37.33}  # in the east
FIRST = [
    {"key": "stays"},
    {"key": "closes"},
    {"key": "is gone"},
    {"key": "moves"},
    {"key": "is a café later", "category": "restaurant"},
    {"key": "is read better"},
    {"key": "was closed before", "status": "closed"},
]
SECOND = [
    {"key": "stays"},
    {"key": "closes", "status": "closed"},
    {"key": "moves", **THERE},
    {"key": "is a café later", "category": "cafe"},
    {"key": "is read better", "x": 126.790588 + 0.0002},  # 18 m: the same door
    {"key": "opens", **THERE},
]


def release(date: str, *changes: dict, covers=("41273", "41271"), **columns) -> Register:
    frame = rows(*changes).assign(
        lon=lambda one: one["x"], lat=lambda one: one["y"], accuracy_m=30.0, area_code="", file="f"
    )
    frame = frame.assign(located_by="register", **columns).set_index("list-" + frame["key"])
    aside = pd.DataFrame({"file": [], "row": [], "reason": [], "text": []})
    about = {"release": date, "covers": list(covers)}
    return Register("list", about, frame, aside, no_changes())


def after(first: Register, second: Register) -> Register:
    changes = difference(first, second.frame).changes
    return with_earlier(second, first, has_changed=not changes.empty)


def counted(register: Register, scale: str) -> dict:
    (found,) = count_releases({"list": register}, DONG)
    columns = found[scale]
    pairs = zip(columns["unit"], columns["category"], strict=True)
    figures = zip(columns["before"], columns["after"], columns["both"], strict=True)
    return dict(zip(pairs, figures, strict=True))


BOTH = after(release("2025-12", *FIRST), release("2026-06", *SECOND))


def test_open_businesses_are_counted_in_both_releases_and_those_that_stay():
    assert counted(BOTH, "dong") == {
        (WEST, "all"): (6, 3, 3),
        (WEST, "restaurant"): (6, 2, 2),
        (WEST, "cafe"): (0, 1, 0),
        (EAST, "all"): (0, 2, 0),
        (EAST, "restaurant"): (0, 2, 0),
    }
    assert counted(BOTH, "city")["city", "all"] == (6, 5, 4)  # who moved stays in the city
    (found,) = count_releases({"list": BOTH}, DONG)
    assert (found["before"], found["after"], found["n"]) == ("2025-12", "2026-06", 7)
    assert found["covered"] == [WEST, EAST]


def test_halal_food_and_kitchens_are_kinds_like_categories():
    """Of three, the first is halal in both and Uzbek later, the second halal before only."""
    first = (
        {"halal": "certified", "cuisine": ()},
        {"halal": "pork-free", "cuisine": ()},
        {"cuisine": ("kr", "vn")},
    )
    second = (
        {"halal": "certified", "cuisine": ("uz",)},
        {"halal": "unknown", "cuisine": ()},
        {"cuisine": ("vn",)},
    )
    found = counted(after(release("2025-12", *first), release("2026-06", *second)), "city")
    beyond = {kind: figures for (_, kind), figures in found.items() if kind not in CATEGORIES}
    assert beyond == {
        "all": (3, 3, 3), "halal": (2, 1, 1), "cuisine-uz": (0, 1, 0), "cuisine-vn": (1, 1, 1),
    }  # fmt: skip


def test_rows_kept_before_kinds_were_are_compared_by_category_alone():
    old = replace(BOTH, earlier=BOTH.earlier.drop(columns="kinds"))
    (found,) = count_releases({"list": old}, DONG)
    assert not found["beyond_category"]
    assert counted(old, "dong") == counted(BOTH, "dong")


def test_a_better_reading_of_a_door_moves_nobody_to_another_hexagon():
    numbers = [count for (_, kind), count in counted(BOTH, "hex").items() if kind == "all"]
    assert sum(both for *_, both in numbers) == 3
    assert sum(before for before, *_ in numbers) == 6


def test_a_first_load_has_no_earlier_release():
    first = release("2025-12", *FIRST)
    assert with_earlier(first, None, has_changed=True) is first
    assert count_releases({"list": first}, DONG) == []


def test_the_same_release_again_keeps_the_earlier_one():
    again = with_earlier(release("2026-06", *SECOND), BOTH, has_changed=False)
    assert counted(again, "dong") == counted(BOTH, "dong")
    assert again.about["earlier"]["release"] == "2025-12"


def test_a_part_that_only_one_release_has_is_not_compared():
    more = [*SECOND, {"key": "of another part", "part": "11"}]
    assert counted(after(release("2025-12", *FIRST), release("2026-06", *more)), "dong") == counted(
        BOTH, "dong"
    )


def test_an_area_that_only_one_release_covers_is_not_compared():
    first = release("2025-12", *FIRST, covers=["41273"])
    whole = after(first, release("2026-06", *SECOND))
    assert {unit for unit, _ in counted(whole, "dong")} == {WEST}
    assert counted(whole, "city")["city", "all"] == (6, 3, 3)
    (found,) = count_releases({"list": whole}, DONG)
    assert found["covered"] == [WEST]


def test_a_list_that_covers_nothing_is_compared_as_it_is():
    pair = [release(day, *rows_, covers=()) for day, rows_ in (("a", FIRST), ("b", SECOND))]
    assert counted(after(*pair), "dong") == counted(BOTH, "dong")
    (found,) = count_releases({"list": after(*pair)}, DONG)
    assert found["covered"] is None


def test_what_is_known_to_a_dong_only_is_left_out():
    vague = release("2026-06", *SECOND)
    frame = vague.frame.assign(located_by=["legal-dong", *["register"] * 5])
    (found,) = count_releases(
        {"list": after(release("2025-12", *FIRST), replace(vague, frame=frame))}, DONG
    )
    assert (found["without_point"], found["n"]) == ({"all": 1, "restaurant": 1}, 6)


@pytest.mark.parametrize(
    "register", [BOTH, after(release("a", {}), release("b", {"status": "closed"}))]
)
def test_a_snapshot_keeps_the_earlier_rows(register, tmp_path):
    tables({"list": register})[earlier_file("list")].to_parquet(tmp_path / earlier_file("list"))
    kept = read_earlier(tmp_path, "list")
    pd.testing.assert_frame_equal(kept, register.earlier, check_names=False)


def test_a_register_whose_only_business_closed_or_came_is_counted():
    closed = after(release("a", {}), release("b", {"status": "closed"}))
    came = after(release("a", {"status": "closed"}), release("b", {"status": "closed"}, {}))
    assert counted(closed, "city")["city", "all"] == (1, 0, 0)
    assert counted(came, "city")["city", "all"] == (0, 1, 0)


def test_a_snapshot_without_them_has_none(tmp_path):
    assert read_earlier(tmp_path, "list").empty
