"""A release against what was there: what is new, changed, gone."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import rows

from geo.pipeline.registers.register import Register, ShrunkError, difference, no_changes


def placed(*changes: dict) -> pd.DataFrame:
    frame = rows(*changes)
    return frame.assign(
        lon=frame["x"],
        lat=frame["y"],
        accuracy_m=30.0,
        located_by="register",
        area_code="",
        file="f",
    ).set_index("list-" + frame["key"])


def register(*changes: dict) -> Register:
    about = {"files": {}, "complete": False}
    return Register("list", about, placed(*changes), pd.DataFrame(), no_changes())


def kinds(found) -> list[tuple[str, str]]:
    return list(zip(found.changes["kind"], found.changes["id"], strict=True))


def test_a_first_load_is_all_new_and_no_change():
    found = difference(None, placed({}, {}))
    assert (list(found.new), len(found.changes)) == (["list-k1", "list-k2"], 0)


def test_the_same_rows_again_change_nothing():
    found = difference(register({}, {}), placed({}, {}))
    assert (len(found.new), len(found.changed), list(found.unchanged)) == (
        0, 0, ["list-k1", "list-k2"],
    )  # fmt: skip
    assert found.changes.empty


@pytest.mark.parametrize(
    ("change", "kind", "before", "after"),
    [
        ({"name_ko": "타슈켄트"}, "renamed", "사마르칸트", "타슈켄트"),
        (
            {"x": 126.791588},
            "moved",
            "경기도 안산시 단원구 다문화길 18",
            "경기도 안산시 단원구 다문화길 18",
        ),
        (
            {"address_road": "다문화길 24"},
            "moved",
            "경기도 안산시 단원구 다문화길 18",
            "다문화길 24",
        ),
        (
            {"status": "closed", "closed_on": "2026-01-02"},
            "closed",
            "경기도 안산시 단원구 다문화길 18",
            "2026-01-02",
        ),
        ({"phone": "031-480-1234"}, "other", None, None),
    ],
)
def test_a_change_is_named_by_its_kind(change, kind, before, after):
    (entry,) = difference(register({}), placed(change)).changes.to_dict("records")
    assert (entry["id"], entry["kind"]) == ("list-k1", kind)
    told = [None if pd.isna(entry[name]) else entry[name] for name in ("before", "after")]
    assert told == [before, after]


@pytest.mark.parametrize(
    ("opened", "closed", "release", "kinds_listed"),
    [
        ("2019-04-01", "2021-06-30", "2025-12", []),  # both long ago: history, no change
        ("2019-04-01", "2026-02-01", "2025-12", ["closed"]),
        ("2026-01-05", "2026-02-01", "2025-12", ["closed", "opened"]),
        ("2019-04-01", "2025-12-31", "2025-12", []),  # in the month of the release before
        ("2019-04-01", "2025-12-31", "2025-12-30", ["closed"]),
        (None, None, "2025-12", []),
        ("2026-01-05", "2026-02-01", "", []),  # nobody knows what was before
    ],
)
def test_a_row_first_listed_as_closed_counts_by_its_licence_dates(
    opened, closed, release, kinds_listed
):
    before = register({})
    before.about["release"] = release
    gone = {"key": "k2", "status": "closed", "opened_on": opened, "closed_on": closed}
    found = difference(before, placed({}, gone))
    assert kinds(found) == [(kind, "list-k2") for kind in kinds_listed]


def test_an_open_row_listed_for_the_first_time_is_opened():
    found = difference(register({}), placed({}, {"key": "k2", "opened_on": "2009-01-01"}))
    assert kinds(found) == [("opened", "list-k2")]


def test_a_row_can_be_renamed_and_moved_at_once():
    found = difference(register({}), placed({"name_ko": "타슈켄트", "x": 126.791588}))
    assert kinds(found) == [("moved", "list-k1"), ("renamed", "list-k1")]


def test_a_point_read_better_by_a_few_metres_has_not_moved():
    found = difference(register({}), placed({"x": 126.790598}))
    assert kinds(found) == [("other", "list-k1")]


def test_what_a_newer_release_of_the_part_no_longer_names_has_closed():
    found = difference(register({}, {}, {}), placed({}, {}))
    assert kinds(found) == [("closed", "list-k3")]
    assert list(found.frame.index) == ["list-k1", "list-k2"]


def test_other_parts_of_the_register_stay():
    other = {"key": "b1", "part": "11"}
    found = difference(register({}, other), placed({}))
    assert (list(found.frame.index), kinds(found)) == (["list-b1", "list-k1"], [])


def test_a_row_that_had_closed_before_does_not_close_again():
    found = difference(register({}, {"status": "closed"}), placed({}))
    assert kinds(found) == []


def test_a_release_that_drops_most_rows_is_refused():
    with pytest.raises(
        ShrunkError, match=r"11 of 20 rows known before are missing.*atlas forget list"
    ):
        difference(register(*[{}] * 20), placed(*[{}] * 9))


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["keep", "drop", "rename"]), min_size=1, max_size=12),
    st.integers(0, 5),
)
def test_every_row_of_a_release_is_new_changed_or_unchanged(fates, added):
    before = register(*[{}] * len(fates))
    release = [
        {"key": f"k{n}", "name_ko": "다른" if fate == "rename" else "사마르칸트"}
        for n, fate in enumerate(fates, start=1)
        if fate != "drop"
    ] + [{"key": f"n{n}"} for n in range(added)]
    if not release:
        return
    found = difference(before, placed(*release))
    assert (len(found.new), len(found.changed), len(found.unchanged)) == (
        added, fates.count("rename"), fates.count("keep"),
    )  # fmt: skip
    assert len(found.frame) == len(release)
