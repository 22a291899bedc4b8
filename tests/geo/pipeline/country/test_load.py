"""A register of the whole country: beyond the city, the dong are those of a plain join."""

import csv
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import survey
from city_counts import EVERY
from published import copy_current

from geo.core.errors import BadParameterError
from geo.pipeline.adapters.records import records
from geo.pipeline.build import build, publish_all
from geo.pipeline.country.joins import country_dong
from geo.pipeline.country.load import Spool
from geo.pipeline.country.rows import NO_DONG, NO_POINT, STRAY, TWICE
from geo.pipeline.ingest import prepare
from geo.pipeline.load_account import Account
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.pipeline.registers.register import ShrunkError
from geo.snapshot import partition
from geo.snapshot.publish import verify
from geo.snapshot.reader import open_current

HEADER = "상가업소번호 상호명 상권업종소분류코드 업종 시군구코드 행정동코드 도로명주소 경도 위도"
CITY = ("41271", "41273")


@pytest.fixture(scope="module")
def korea() -> gpd.GeoDataFrame:
    return country_dong()


@pytest.fixture(scope="module")
def shops(korea) -> list[list[str]]:
    """600 shops at random places of 200 dong all over Korea, in no order."""
    random = np.random.default_rng(41273)
    chosen = korea.iloc[random.choice(len(korea), 200, replace=False)].to_crs(5179)
    points = chosen.sample_points(3, rng=random).explode().to_crs(4326)
    rows = [
        [
            f"MA{n:06d}",
            f"가게 {n}",
            "I20601",
            "여관",
            code[:5],
            code,
            f"어느길 {n}",
            f"{at.x:.7f}",
            f"{at.y:.7f}",
        ]
        for n, (code, at) in enumerate(points.items())
    ]
    rows = [row for row in rows if row[4] not in CITY]
    return [rows[k] for k in random.permutation(len(rows))]


# One shop of the city, so that there is something to place there.
HERE = [
    "MA900001", "안산 가게", "I20601", "여관", "41273", "4127354500",
    "안산시 단원구 다문화길 18", "", "",
]  # fmt: skip


def load_into(home: Path, data: Path, rows: list[list[str]]) -> Account:
    done = prepared(data, home, "all", HERE, *rows)
    publish_all(done.composed, home, lambda _: None)
    return done.account


@pytest.fixture
def load(data, home):
    return partial(load_into, home, data)


@pytest.fixture(scope="module")
def first(data, module_home, shops) -> tuple[Path, Account]:
    """A home with the shops of the country, loaded once, and what the load said."""
    return module_home, load_into(module_home, data, shops)


@pytest.fixture
def country(home, first):
    """The shops of the country are loaded into the home of the test."""
    copy_current(first[0], home)


SIHEUNG = [
    "MB1",
    "시흥 가게",
    "I20601",
    "여관",
    "41390",
    "",
    "시흥시 시청로 20",
    "126.8031",
    "37.3800",
]
BUCHEON = [
    "MB2",
    "부천 가게",
    "I20601",
    "여관",
    "41190",
    "",
    "부천시 길주로 210",
    "126.7660",
    "37.5034",
]


def prepared(data: Path, home: Path, area: str, *rows: list[str]):
    file = home / "상가정보_202606.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([HEADER.split(), *rows])
    return prepare(source_of("semas", None), [file], area, (data, home))


def test_another_city_is_loaded_by_its_code_and_says_nothing_of_ansan(data, home):
    done = prepared(data, home, "41390", SIHEUNG, BUCHEON)
    assert counted(done.account) == {"read": 2, "new": 1, "outside": 1}
    publish_all(done.composed, home, lambda _: None)
    assert list(beyond(home)["gu_code"]) == ["41390"]
    register = load_from_snapshot(home).registers["semas"]
    assert register.covers == ()
    assert open_current(home).manifest["zone"]["simulated"] > 0
    again = prepared(data, home, "41390", SIHEUNG, BUCHEON).account
    assert counted(again) == {"read": 2, "unchanged": 1, "outside": 1}
    verify((home / "current").resolve())


def test_the_rows_of_ansan_in_the_file_are_loaded_beside_the_other_city(data, home):
    done = prepared(data, home, "41390", HERE, SIHEUNG, BUCHEON)
    assert counted(done.account) == {"read": 3, "new": 2, "outside": 1}


def test_the_whole_country_without_a_row_of_ansan_is_refused_with_the_remedy(data, home):
    with pytest.raises(BadParameterError, match=r"none of 2 rows is of it.*--area 41390"):
        prepared(data, home, "all", SIHEUNG, BUCHEON)


def test_a_city_that_the_files_do_not_hold_is_named(data, home):
    with pytest.raises(BadParameterError, match=r"area='41570'.*none of 1 rows"):
        prepared(data, home, "41570", SIHEUNG)


def counted(account) -> dict[str, int]:
    return {name: count for name, count in vars(account).items() if count}


def beyond(home: Path) -> gpd.GeoDataFrame:
    every = gpd.read_parquet(home / "current" / "businesses.parquet")
    return every[~every["gu_code"].isin(CITY)]


def test_the_dong_of_every_row_is_that_of_a_plain_join(first, korea, shops):
    home, account = first
    assert counted(account) == {"read": len(shops) + 1, "new": len(shops) + 1}
    found = beyond(home)
    areas = korea.to_crs(4326)[["geometry"]]
    plain = found[["geometry"]].sjoin(areas, predicate="intersects")["dong_code"]
    assert found["dong_code"].to_dict() == plain.groupby(level=0).min().to_dict()
    assert (found["gu_code"] == found["dong_code"].str[:5]).all()


def test_rows_of_the_country_are_served_beside_the_city(first, shops):
    snapshot = open_current(first[0])
    layer = snapshot.layers["businesses"]
    ids = layer.columns["id"].to_pylist()
    assert ids == sorted(ids)
    assert (
        layer.count
        == snapshot.manifest["layers"]["businesses"]["count"]
        == EVERY + len(shops) + 1 - 1
    )
    row = layer.row_of(f"semas-{shops[0][0]}")
    facts = layer.records([row], ["name_ko", "gu_code", "in_zone", "source", "source_date"])[0]
    assert facts == {
        "name_ko": shops[0][1], "gu_code": shops[0][4], "in_zone": False, "source": "semas",
        "source_date": "2026-06",
    }  # fmt: skip
    west, south, east, north = snapshot.manifest["layers"]["businesses"]["bbox"]
    assert east - west > 3
    assert north - south > 3


def test_the_city_is_as_it_would_be_alone(first):
    zone = open_current(first[0]).manifest["zone"]
    assert zone["businesses"] == 1411


def test_the_same_country_twice_changes_nothing(load, home, shops, country):
    folder = (home / "current").resolve()
    assert counted(load(shops)) == {"read": len(shops) + 1, "unchanged": len(shops) + 1}
    assert (home / "current").resolve() == folder
    assert verify(folder)["businesses"] == EVERY + len(shops)
    assert not list(home.glob(".scratch*"))


def test_a_build_keeps_the_country_and_no_layer_tells_in_which_order_rows_came(
    data, load, home, shops, first
):
    load(shops[::-1])
    folder = build(data, home).folder
    ends = ("arrow", "features", "parquet")
    names = ["beyond-semas.parquet", *(f"businesses.{end}" for end in ends)]
    for name in names:
        assert (folder / name).read_bytes() == (first[0] / "current" / name).read_bytes()
    left, _ = load_from_snapshot(home).without("semas")
    assert left.beyond is None


def test_a_newer_release_counts_what_is_new_and_changed(data, home, shops, country):
    renamed = [[*shops[0][:1], "새 이름", *shops[0][2:]], *shops[1:-1]]
    renamed.append(["MA800000", *shops[-1][1:]])
    assert counted(prepared(data, home, "all", HERE, *renamed).account) == {
        "read": len(shops) + 1, "new": 1, "changed": 1, "unchanged": len(shops) - 1,
    }  # fmt: skip


def test_a_release_that_lost_the_country_is_refused(load, shops, country):
    with pytest.raises(ShrunkError, match="rows known before are missing from the new files"):
        load(shops[:100])


def test_rows_that_cannot_be_used_are_set_aside_with_a_reason(load, home, shops):
    sea = ["MA700000", "바다", *shops[0][2:7], "125.0", "36.0"]
    seoul = [
        "MA700001",
        "먼 곳",
        *shops[0][2:4],
        "26110",
        "2611051000",
        "길 1",
        "126.978",
        "37.5665",
    ]
    blank = ["MA700002", "주소만", *shops[0][2:7], "", ""]
    twin = [shops[0][0], "다른 이름", *shops[0][2:]]
    account = load([*shops, sea, seoul, blank, twin])
    assert account.set_aside == 5  # both rows of the id that appears twice
    rows = pd.read_parquet(home / "current" / "quarantine.parquet")
    assert set(rows["reason"]) == {
        NO_DONG, STRAY, TWICE, "no coordinates, and addresses are known in Ansan only",
    }  # fmt: skip
    assert len(shops) - 1 == len(beyond(home))


def test_rows_of_a_file_that_is_read_in_batches_are_set_aside(tmp_path):
    spool = Spool("semas", "2026-06", tmp_path)
    for number in (1, 2):
        known = {"key": [f"MA{number}"], "row": [number], "gu_code": ["41390"]}
        spool.add("a.csv", records(**known, name_ko=["시흥"], x=[126.8], y=[np.nan]))
    assert spool.finish(None).rejects.to_dict("list") == {
        "row": [1, 2], "reason": [NO_POINT] * 2, "text": ["시흥; "] * 2, "file": ["a.csv"] * 2,
    }  # fmt: skip


def test_other_registers_have_no_country(data, home):
    with pytest.raises(BadParameterError, match="area='all' is not allowed"):
        prepare(source_of("permits", None), [home], "all", (data, home))


def test_the_dong_of_korea_have_codes_of_their_own(korea):
    assert len(korea) == 3501
    assert korea.index.is_unique
    assert korea.index.str.fullmatch(r"\d{10}").all()


@pytest.mark.parametrize("most", [partition.PART_ROWS, 5_000])
def test_staff_see_who_runs_a_business_beside_the_country(
    data, home, shops, country, monkeypatch, most
):
    monkeypatch.setattr(partition, "PART_ROWS", most)
    surveyed = survey.shops(home, of=40)
    survey.load(home, data, surveyed)
    snapshot = open_current(home)
    public, staff = (held.layers["businesses"] for held in (snapshot, snapshot.staff))
    assert staff.count == public.count > len(shops)
    run = [set(layer.select({"foreign_run": (True,)})) for layer in (public, staff)]
    told = staff.records(sorted(run[1] - run[0]), ["name_ko", "operator_nationality"])
    assert {row["name_ko"]: row["operator_nationality"] for row in told} == {
        row["name_ko"]: row["operator_nationality"] for row in surveyed if row["foreign_run"]
    }
    verify((home / "current").resolve())
