"""Points in dong, zone and food street, on two squares that share an edge."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo.core.crs import MEASURE
from geo.core.errors import PlacementError
from geo.pipeline.geocoding.area_join import dong_code, dong_of, inside, main_dong, nearest_dong

WEST, EAST = "4127354500", "4127355500"


@pytest.fixture
def dong() -> gpd.GeoDataFrame:
    """Two squares of 100 m, side by side."""
    return gpd.GeoDataFrame(
        index=[WEST, EAST], geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100)], crs=MEASURE
    )


def points(*places: tuple[float, float], **columns: object) -> gpd.GeoDataFrame:
    names = [f"shop-{k}" for k in range(len(places))]
    return gpd.GeoDataFrame(columns, index=names, geometry=list(map(Point, places)), crs=MEASURE)


def area(west: float, east: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(index=["legal"], geometry=[box(west, 0, east, 100)], crs=MEASURE)


def test_a_point_gets_the_dong_it_lies_in(dong):
    codes = dong_of(points((150, 50), (50, 50)), dong)
    assert codes.to_dict() == {"shop-0": EAST, "shop-1": WEST}


def test_a_point_in_no_dong_is_named(dong):
    with pytest.raises(PlacementError, match=r"in no dong: \['shop-1'\] \(1 in all\)"):
        dong_of(points((50, 50), (50, 101)), dong)


def test_a_point_on_the_edge_of_two_dong_is_named_with_both(dong):
    with pytest.raises(PlacementError, match=rf"in two dong: \['shop-0'\].*{WEST}.*{EAST}"):
        dong_of(points((100, 50)), dong)


def test_a_point_on_the_outer_edge_belongs_to_its_dong(dong):
    assert dong_of(points((0, 50)), dong).item() == WEST


def test_a_point_of_a_register_gets_the_dong_it_lies_in_or_the_nearest(dong):
    inside_east, on_the_edge, off_the_west, as_far_from_both = (
        (150, 50),
        (100, 50),
        (-5, 50),
        (100, 130),
    )
    codes = nearest_dong(points(inside_east, on_the_edge, off_the_west, as_far_from_both), dong)
    assert codes.to_dict() == {"shop-0": EAST, "shop-1": WEST, "shop-2": WEST, "shop-3": WEST}


def test_of_several_dong_at_one_point_the_smallest_code_counts_whatever_their_order(dong):
    codes = nearest_dong(points((100, 50), (100, 130)), dong.iloc[::-1])
    assert codes.to_dict() == {"shop-0": WEST, "shop-1": WEST}


def test_the_dong_of_no_points_are_none(dong):
    assert nearest_dong(points(), dong).empty


@pytest.mark.parametrize(
    ("located_by", "area_code", "want"),
    [
        ("street-number", "", WEST),  # where it lies
        ("simulated", "", WEST),
        ("legal-dong", "inside-east", EAST),  # not where its stand-in point lies
        ("legal-dong", "shared", None),
        ("gu", "", None),
    ],
)
def test_a_dong_is_given_only_where_it_is_known(dong, located_by, area_code, want):
    shop = points((50, 50), located_by=located_by, area_code=area_code)
    code = dong_code(shop, dong, {"inside-east": EAST}).item()
    assert code == want if want else pd.isna(code)


@pytest.mark.parametrize(
    ("west", "east", "want"),
    [
        (10, 90, {"legal": WEST}),
        (0.5, 100.5, {"legal": WEST}),  # 99.5 % in the west
        (2, 102, {}),  # 98 %
        (50, 150, {}),  # 원곡동 is such a legal dong
    ],
)
def test_a_legal_dong_names_the_dong_that_holds_nearly_all_of_it(dong, west, east, want):
    assert main_dong(area(west, east), dong) == want


def test_legal_wongok_names_no_dong(areas):
    named = main_dong(areas.legal_dong, areas.frame("dong"))
    assert "4127310800" not in named


def test_legal_dong_of_one_dong_are_found(areas):
    # 월피동 is one dong in both systems; 행정동 초지동 holds the legal 초지동 and 성곡동.
    named = main_dong(areas.legal_dong, areas.frame("dong"))
    assert named["4127110900"] == "4127158000"
    assert named["4127310400"] == named["4127310700"] == "4127357000"


@pytest.fixture
def around() -> gpd.GeoDataFrame:
    """Neighbourhoods 100 m wide: one begins 10 m inside the area, one 10 m behind it."""
    shapes = [box(90, 0, 190, 100), box(110, 0, 210, 100)]
    return gpd.GeoDataFrame(index=["reaching", "beyond"], geometry=shapes, crs=MEASURE)


@pytest.mark.parametrize(
    ("x", "located_by", "area_code", "want"),
    [
        (50, "street-number", "", True),
        (150, "street-number", "", False),
        (50, "simulated", "", True),
        (150, "legal-dong", "reaching", None),  # its stand-in point says nothing
        (50, "legal-dong", "reaching", None),
        (150, "gu", "beyond", False),  # all of its neighbourhood lies outside
    ],
)
def test_inside_is_unknown_where_the_neighbourhood_reaches_in(
    around, x, located_by, area_code, want
):
    shop = points((x, 50), located_by=located_by, area_code=area_code)
    found = inside(shop, area(0, 100), around).item()
    assert pd.isna(found) if want is None else found == want


def test_the_points_given_are_left_as_they_were(dong, around):
    shop = points((50, 50), located_by="gu", area_code="", accuracy_m=9.0)
    before = shop.copy()
    dong_code(shop, dong, {})
    inside(shop, area(0, 100), around)
    pd.testing.assert_frame_equal(shop, before)
