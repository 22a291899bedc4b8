"""Tables as files of their publishers: CP949, workbooks, GeoJSON with points and polygons."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from by_hand import ABOUT

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.mapping import Mapping, load_mapping
from geo.pipeline.adapters.records import ParsedRecords
from geo.pipeline.adapters.table import parse_register
from geo.readers import open_tables

MAPPING = {
    **ABOUT,
    "crs": "EPSG:4326",
    "columns": {"name_ko": ["상호"], "address": ["주소"]},
    "constants": {"category": "restaurant"},
}
SHOP = {"상호": "연변식당", "주소": "안산시 단원구 다문화길 18"}
SURVEY = Path(__file__).parents[3] / "data/table/survey-cp949.csv"


def check_survey(path: Path) -> None:
    """Four shops: run by a Chinese, a Korean and an Uzbek; the sector of the last is not known."""
    (one,) = open_tables([path])
    (found,) = parse_register(one, load_mapping("city-survey"))
    told = found.frame[["name_ko", "category", "operator_nationality", "foreign_run", "phone"]]
    assert [["" if pd.isna(cell) else cell for cell in row] for row in told.to_numpy()] == [
        ["연변식당", "restaurant", "cn", True, "031-481-1234"],
        ["안산슈퍼", "grocery", "kr", False, ""],
        ["사마르칸트", "restaurant", "uz", True, ""],
    ]
    assert found.frame["verified_on"].tolist() == ["2025-10-03", "2025-10-03", "2025-10-04"]
    assert found.rejects["row"].tolist() == [4]
    assert found.dropped == {"종사자수": 4, "대표자명": 4}
    kept = found.frame.astype("str").to_csv() + found.rejects.to_csv()
    assert not any(name in kept for name in ("홍길동", "김철수", "이영희", "박영수", "010-"))


def test_a_survey_in_cp949_is_read():
    check_survey(SURVEY)


def test_a_survey_as_a_workbook_is_read(tmp_path):
    rows = [line.split(",") for line in SURVEY.read_bytes().decode("cp949").splitlines()]
    path = tmp_path / "상권조사.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("2025")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    check_survey(path)


POINT = {"type": "Point", "coordinates": [126.79, 37.33]}
# A square of 0.01 degree, without its upper right quarter: its middle is its corner.
ANGLE = [
    [126.79, 37.33], [126.80, 37.33], [126.80, 37.335], [126.795, 37.335], [126.795, 37.34],
    [126.79, 37.34], [126.79, 37.33],
]  # fmt: skip
# Two edges cross at (126.795, 37.335).
BOW = [[126.79, 37.33], [126.80, 37.34], [126.80, 37.33], [126.79, 37.34], [126.79, 37.33]]


@pytest.fixture
def drawn(tmp_path):
    """A GeoJSON file of shops with these geometries, read by a mapping."""

    def read(*geometries: Any, said: str = "", **changes: Any) -> ParsedRecords:
        features = [
            {"type": "Feature", "id": f"a{number}", "properties": SHOP, "geometry": geometry}
            for number, geometry in enumerate(geometries)
        ]
        member = {"crs": {"type": "name", "properties": {"name": said}}} if said else {}
        path = tmp_path / "shops.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | member))
        (one,) = open_tables([path])
        (found,) = parse_register(one, Mapping.model_validate(MAPPING | changes))
        return found

    return read


def test_a_point_of_geojson_is_taken_as_it_is(drawn):
    found = drawn(POINT, crs="")
    assert found.frame[["x", "y"]].iloc[0].tolist() == [126.79, 37.33]
    assert found.crs == "EPSG:4326"


def test_a_polygon_gives_a_point_inside(drawn):
    found = drawn({"type": "Polygon", "coordinates": [ANGLE]})
    x, y = found.frame[["x", "y"]].iloc[0]
    assert 126.79 < x < 126.80 and 37.33 < y < 37.34
    assert not (x > 126.795 and y > 37.335)


def test_a_self_crossing_polygon_is_set_aside_with_the_place(drawn):
    found = drawn(POINT, {"type": "Polygon", "coordinates": [BOW]})
    assert found.rejects["row"].tolist() == [2]
    assert found.rejects["reason"].item() == (
        "its geometry is invalid: Self-intersection[126.795 37.335]"
    )


@pytest.mark.parametrize(
    "geometry", [{}, {"type": "Point"}, {"type": "Point", "coordinates": ["x"]}]
)
def test_an_unreadable_geometry_sets_its_row_aside(drawn, geometry):
    found = drawn(POINT, geometry)
    assert found.rejects["reason"].tolist() == ["its geometry cannot be read"]


def test_a_feature_without_geometry_has_its_address_left(drawn):
    found = drawn(None)
    assert found.frame[["x", "y"]].isna().all(axis=None)
    assert found.frame["address_road"].notna().all()


@pytest.mark.parametrize("crs", ["EPSG:4326", "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84"])
def test_names_of_longitude_and_latitude_mean_the_same(drawn, crs):
    found = drawn(POINT, said=crs)
    assert found.crs == "EPSG:4326"


def test_a_file_and_a_mapping_of_different_systems_are_refused(drawn):
    with pytest.raises(SourceChangedError, match=r"it is in EPSG:5179, mapping shops says EPSG:4"):
        drawn(POINT, said="EPSG:5179")


def test_the_id_of_a_feature_may_be_its_key(drawn):
    found = drawn(POINT, POINT, key=["_id"])
    assert found.frame["key"].tolist() == ["a0", "a1"]
