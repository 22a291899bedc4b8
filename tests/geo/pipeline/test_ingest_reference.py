"""Official outlines and tables of residents, from files in the publishers' formats."""

import json
from collections import Counter
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from published import copy_current, new_home
from shapely.affinity import translate

from geo.core.errors import BadParameterError, SourceChangedError
from geo.pipeline.build import publish_all
from geo.pipeline.ingest_reference import prepare_outlines, prepare_residents
from geo.pipeline.load_account import Account
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.snapshot.reader import open_current

DONG = {"4127354500": ("단원구", "원곡동"), "4127355500": ("단원구", "백운동")}


TOLD = (2024, "registered foreigners")


def take_into(home: Path, data: Path, prepare, *given) -> Account:
    """Publish what was prepared."""
    done = prepare(*given, (data, home))
    publish_all(done.composed, home, lambda _: None)
    return done.account


@pytest.fixture
def taken(data, home):
    return partial(take_into, home, data)


@pytest.fixture(scope="module")
def admdongkor(data, tmp_path_factory) -> Path:
    """The dong of 2020 as admdongkor's GeoJSON has them, with one dong of another city."""
    dong = gpd.read_file(data / "shapes" / "dong_2020.geojson")
    rows = gpd.GeoDataFrame(
        {"adm_cd2": dong["dong_code"], "adm_nm": "경기도 안산시 " + dong["name_ko"]},
        geometry=dong.geometry,
        crs=dong.crs,
    )
    far = rows.iloc[:1].assign(adm_cd2="1111051500", adm_nm="서울특별시 종로구 청운효자동")
    far = far.set_geometry([translate(far.geometry.iloc[0], 0.2, 0.3)])
    path = tmp_path_factory.mktemp("outlines") / "HangJeongDong_ver20260101.geojson"
    pd.concat([rows, far]).to_file(path, driver="GeoJSON")
    return path


@pytest.fixture(scope="module")
def residents(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("residents") / "등록외국인_202412.csv"
    table = pd.DataFrame(
        {
            "시군구": ["안산시 단원구", "안산시 단원구", "시흥시"],
            "행정동": ["원곡동", "백운동", "정왕1동"],
            "등록외국인": ["20,248", "7,001", "15,000"],
        }
    )
    table.to_csv(path, index=False, encoding="cp949")
    return path


@pytest.fixture(scope="module")
def counted_home(data, module_home, residents) -> tuple[Path, Account]:
    """A home with registered foreigners, loaded once, and what the load said."""
    return module_home, take_into(module_home, data, prepare_residents, [residents], TOLD)


@pytest.fixture(scope="module")
def outlined(data, counted_home, tmp_path_factory, admdongkor) -> tuple[Path, Account]:
    """A home with official outlines beside them, loaded once, and what the load said."""
    counted = (counted_home[0] / "current").resolve()
    home = new_home(tmp_path_factory.mktemp("outlined"), counted)
    return home, take_into(home, data, prepare_outlines, [admdongkor], "dong")


def counted(account) -> dict[str, int]:
    return {name: count for name, count in vars(account).items() if count}


def test_official_dong_take_the_place_of_those_of_the_census(outlined):
    home, account = outlined
    assert counted(account) == {"read": 26, "new": 25, "outside": 1}
    dong = open_current(home).layers["dong"]
    (row,) = dong.records(
        [dong.row_of("4127354500")], ["source", "accuracy_m", "name_en", "source_date"]
    )
    assert row == {
        "source": "official", "accuracy_m": 5.0, "name_en": "Wongok-dong",
        "source_date": "2026-01-01",
    }  # fmt: skip
    gu = open_current(home).layers["gu"]
    assert set(gu.columns["source"].to_pylist()) == {"official"}
    assert "juso.go.kr" in open_current(home).manifest["sources"]["official"]["attribution"]


def test_the_same_outlines_twice_change_nothing(outlined, taken, home, admdongkor):
    copy_current(outlined[0], home)
    before = (home / "current").resolve()
    assert counted(taken(prepare_outlines, [admdongkor], "dong")) == {
        "read": 26, "unchanged": 25, "outside": 1,
    }  # fmt: skip
    assert (home / "current").resolve() == before


def test_residents_of_the_census_stay_on_the_dong_of_the_census(outlined):
    layer = open_current(outlined[0]).layers["residents"]
    assert Counter(layer.columns["source"].to_pylist()) == {"census": 75, "residents": 2}


def test_an_official_outline_of_the_zone_replaces_the_one_in_force(published, data, tmp_path):
    zone = gpd.read_file(data / "shapes" / "zone.geojson").set_index("id").loc[["zone-2023"]]
    drawn = gpd.GeoDataFrame(geometry=zone.to_crs(5186).buffer(2).to_crs(4326))
    drawn.to_file(tmp_path / "zone.geojson", driver="GeoJSON")
    places = (data, published.folder.parents[1])
    done = prepare_outlines([tmp_path / "zone.geojson"], "zone", places)
    assert counted(done.account) == {"read": 1, "new": 1}
    found = done.composed.layers["zone"].loc[["zone-2009", "zone-2023"]]
    assert list(found["provenance"]) == ["approximate", "observed"]
    assert found["area_m2"].iloc[1] > zone["published_area_m2"].iloc[0]


def test_an_unknown_layer_is_refused(data, home, admdongkor):
    with pytest.raises(BadParameterError, match="layer='gu' is not allowed; allowed: dong, zone"):
        prepare_outlines([admdongkor], "gu", (data, home))


def test_residents_of_another_definition_stand_beside_the_census(counted_home):
    home, account = counted_home
    assert counted(account) == {"read": 3, "new": 2, "outside": 1}
    layer = open_current(home).layers["residents"]
    assert layer.count == 75 + 2
    (row,) = layer.records(
        [layer.row_of("4127354500-2024-registered-foreigners")],
        ["foreign", "total", "definition", "source", "name_en", "foreign_share"],
    )
    assert row == {
        "foreign": 20248,
        "total": None,
        "definition": "registered foreigners",
        "source": "residents",
        "name_en": "Wongok-dong",
        "foreign_share": None,
    }


def test_the_maps_draw_the_census_only(counted_home, published):
    before = json.loads((published.folder / "manifest.json").read_bytes())
    assert open_current(counted_home[0]).manifest["classes"] == before["classes"]


def test_a_table_loaded_again_changes_what_differs(counted_home, data, residents, tmp_path):
    home, _ = counted_home
    again = prepare_residents([residents], TOLD, (data, home))
    assert counted(again.account) == {"read": 3, "unchanged": 2, "outside": 1}
    text = residents.read_text("cp949").replace("7,001", "7,002")
    corrected = tmp_path / residents.name
    corrected.write_text(text, "cp949")
    newer = prepare_residents([corrected], TOLD, (data, home))
    assert counted(newer.account) == {
        "read": 3, "changed": 1, "unchanged": 1, "outside": 1,
    }  # fmt: skip


def test_a_census_that_is_there_is_not_loaded_twice(data, home, residents):
    with pytest.raises(SourceChangedError, match=r"has the census of \[2020\] already"):
        prepare_residents([residents], (2020, "census"), (data, home))


def test_what_was_loaded_can_be_forgotten(outlined):
    left, rows = load_from_snapshot(outlined[0]).without("residents")
    assert (rows, set(left.references.tables)) == (2, {"dong"})
