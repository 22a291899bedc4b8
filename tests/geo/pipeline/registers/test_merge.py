"""Merged records say who says what; what is closed is not shown as open."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from geo.core.crs import STORE
from geo.pipeline.registers.merge import merge_registers

ROW = {
    "register": "semas",
    "unit": "semas",
    "name_ko": "사마르칸트",
    "name_en": None,
    "category": "restaurant",
    "cuisine": ("uz",),
    "halal": "unknown",
    "halal_basis": None,
    "foreign_run": None,
    "operator_nationality": None,
    "address": "다문화길 18",
    "address_detail": None,
    "phone": None,
    "opened_on": None,
    "verified_on": None,
    "registers": (),
    "claims": (),
    "located_by": "register",
    "area_code": "",
    "gu_code": "41273",
    "floor": None,
    "opening_hours": None,
    "note": None,
    "research_note": None,
    "for_visitors": True,
    "same_as": None,
    "lot": None,
    "status": "open",
    "closed_on": None,
    "provenance": "observed",
    "source": "semas",
    "source_date": "2026-06",
    "accuracy_m": 30.0,
}
TEXT = [
    "name_ko", "name_en", "halal_basis", "operator_nationality", "address", "address_detail",
    "phone", "opened_on", "verified_on", "floor", "opening_hours", "note",
    "research_note", "closed_on", "source_date",
]  # fmt: skip


def table(**changes: dict) -> gpd.GeoDataFrame:
    """One row per keyword, which is its register; its id is `<register>-1`."""
    told = [
        {**ROW, "register": name, "unit": name, "source": name, "registers": (name,), **change}
        for name, change in changes.items()
    ]
    points = [Point(126.7893 + 0.0001 * item.pop("moved", 0), 37.33) for item in told]
    frame = gpd.GeoDataFrame(
        told, index=[f"{name}-1" for name in changes], geometry=points, crs=STORE
    )
    return frame.astype({**dict.fromkeys(TEXT, "str"), "foreign_run": "boolean"})


def one(**changes: dict):
    frame = merge_registers(table(**changes)).frame
    assert len(frame) == 1
    return frame.iloc[0]


def test_one_business_in_two_lists_stands_once_and_lists_both():
    done = merge_registers(table(semas={}, permits={}))
    assert list(done.frame.index) == ["permits-1"]
    assert done.into == {"semas-1": "permits-1"}
    assert done.frame.iloc[0]["registers"] == ("permits", "semas")
    assert done.frame.iloc[0]["source"] == "permits | semas"


def test_one_door_trade_and_telephone_join_names_of_two_scripts():
    phone = {"phone": "031-481-1234"}
    row = one(permits=phone, osm={"name_ko": "Самарканд", **phone})
    assert row["registers"] == ("permits", "osm")
    assert row["claims"] == ("name_ko: 사마르칸트 (permits), Самарканд (osm)",)


def test_the_id_stays_that_of_the_places_that_were_there_first():
    assert list(merge_registers(table(semas={}, places={}, permits={})).frame.index) == ["places-1"]


def test_differences_are_kept_with_who_says_them_and_nothing_is_averaged():
    row = one(semas={"category": "pub"}, permits={"category": "restaurant", "phone": "031-1"})
    assert (row["category"], row["phone"]) == ("restaurant", "031-1")
    assert row["claims"] == ("category: restaurant (permits), pub (semas)",)


def test_lists_that_agree_claim_nothing():
    assert one(semas={}, permits={})["claims"] == ()


def test_what_one_list_leaves_open_another_may_state():
    row = one(permits={}, osm={"halal": "self-declared", "halal_basis": "tag", "cuisine": ("kz",)})
    assert (row["halal"], row["halal_basis"]) == ("self-declared", "tag")
    assert row["cuisine"] == ("uz", "kz")


def test_the_best_position_is_taken_whole():
    row = one(semas={"accuracy_m": 50.0}, osm={"accuracy_m": 10.0, "moved": 1})
    assert (row["accuracy_m"], row.geometry.x) == (10.0, pytest.approx(126.7894))


def test_a_closed_row_is_not_published():
    assert merge_registers(
        table(permits={"status": "closed", "closed_on": "2024-01-05"})
    ).frame.empty


def test_a_row_that_another_list_saw_close_later_is_not_published():
    done = merge_registers(
        table(
            semas={"source_date": "2023-12"},
            permits={"status": "closed", "closed_on": "2024-01-05"},
        )
    )
    assert done.frame.empty
    assert done.closed == {"semas-1": "closed on 2024-01-05, says permits"}


def test_a_row_seen_after_another_list_closed_it_is_a_new_beginning():
    done = merge_registers(
        table(
            semas={"source_date": "2026-06"},
            permits={"status": "closed", "closed_on": "2024-01-05"},
        )
    )
    assert (list(done.frame.index), done.closed) == (["semas-1"], {})


def test_a_list_without_a_date_gives_way_to_a_closing():
    gone = {"status": "closed", "closed_on": "2024-01-05"}
    assert merge_registers(table(semas={"source_date": None}, permits=gone)).frame.empty


def test_a_neighbour_that_closed_closes_nobody_else():
    gone = {"status": "closed", "closed_on": "2026-07-05", "name_ko": "타슈켄트"}
    assert list(merge_registers(table(semas={}, permits=gone)).frame.index) == ["semas-1"]


def test_types_survive_a_merge():
    frame = merge_registers(table(semas={}, permits={})).frame
    assert frame["foreign_run"].dtype == "boolean"
    assert frame["accuracy_m"].dtype == np.float64


def test_several_licences_of_one_shop_are_one_business():
    twice = pd.concat(
        [
            table(permits={"unit": "permits 휴게음식점"}),
            table(permits={"unit": "permits 담배소매업"}),
        ]
    )
    done = merge_registers(gpd.GeoDataFrame(twice.set_axis(["permits-1", "permits-2"])))
    assert list(done.frame.index) == ["permits-1"]
    assert done.frame.iloc[0]["registers"] == ("permits",)


def test_food_of_unknown_kind_is_counted_and_visitors_are_not_sent_there():
    row = one(permits={"category": "food-unknown"})
    assert (row["category"], row["for_visitors"]) == ("food-unknown", False)


def test_a_list_that_knows_the_trade_decides_over_one_that_does_not():
    row = one(permits={"category": "food-unknown"}, semas={"category": "cafe"})
    assert (row["category"], row["for_visitors"]) == ("cafe", True)
    assert not any(claim.startswith("category") for claim in row["claims"])


def test_food_of_unknown_kind_is_no_other_trade_than_a_cafe_and_another_than_a_shop():
    alike = {"name_ko": "사마르칸트하나"}  # alike by 83 of 100: the trade decides
    food = table(
        permits={"category": "food-unknown", "address": None}, semas={"category": "cafe", **alike}
    )
    shop = table(
        permits={"category": "food-unknown", "address": None},
        semas={"category": "grocery", **alike},
    )
    assert [len(merge_registers(rows).frame) for rows in (food, shop)] == [1, 2]
