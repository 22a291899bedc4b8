"""Addresses taken apart, and found by measuring along a street."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.core.errors import SourceChangedError
from geo.pipeline.geocoding.road_address import (
    AddressPoint,
    NotLocated,
    RoadAddress,
    Street,
    geocode_address,
    parse_address,
    streets_by_name,
)

EARTH = Geod(ellps="WGS84")
START = (127.0, 37.3)  # on the central meridian of EPSG:5186, where north is up


def point(metres_north: float, metres_east: float = 0.0) -> tuple[float, float]:
    lon, lat, _ = EARTH.fwd(*START, 0, metres_north)
    lon, lat, _ = EARTH.fwd(lon, lat, 90, metres_east)
    return lon, lat


def vertex(street: str, number: int, at: tuple[float, float], rmse: str = "") -> dict[str, str]:
    lon, lat = map(str, at)
    return {
        "street_ko": street,
        "building_no": str(number),
        "lon": lon,
        "lat": lat,
        "fit_rmse_m": rmse,
    }


def due_north(rmse: str = "") -> dict[str, Street]:
    """곧은길: number n stands n × 10 m north of the start, up to number 20."""
    return streets_by_name(
        [vertex("곧은길", 20, point(200), rmse), vertex("곧은길", 0, point(0), rmse)]
    )


def offset_m(found: AddressPoint, north: float, east: float) -> float:
    return float(EARTH.inv(found.lon, found.lat, *point(north, east))[2])


def found(number: int, streets: dict[str, Street] | None = None, *, sub: int = 0) -> AddressPoint:
    at = geocode_address(RoadAddress("곧은길", number, sub, ""), streets or due_north())
    assert isinstance(at, AddressPoint)
    return at


@pytest.mark.parametrize(
    ("text", "street", "number", "sub", "detail"),
    [
        ("다문화길 18", "다문화길", 18, 0, ""),
        ("경기도 안산시 단원구 다문화1길 33-1", "다문화1길", 33, 1, ""),
        ("다문화1길33", "다문화1길", 33, 0, ""),
        ("다문화1길33-1", "다문화1길", 33, 1, ""),
        ("다문화길 13 - 1", "다문화길", 13, 1, ""),
        ("중앙대로 453 2층", "중앙대로", 453, 0, "2층"),
        ("다문화2길 28, 지하 1층", "다문화2길", 28, 0, "지하 1층"),
        ("원곡로 23, 2-3층", "원곡로", 23, 0, "2-3층"),
        ("화랑로 33,101호·102호", "화랑로", 33, 0, "101호·102호"),
        ("다문화길 18 (원곡동)", "다문화길", 18, 0, ""),
        ("다문화길 18(원곡동, 세종빌딩), 4층", "다문화길", 18, 0, "4층"),
        ("부부로1길 19", "부부로1길", 19, 0, ""),
        ("원본로1길 20-14", "원본로1길", 20, 14, ""),
        ("석호공원로4길 76-8", "석호공원로4길", 76, 8, ""),
        ("광덕1로 12", "광덕1로", 12, 0, ""),
        ("중앙대로453번길 5", "중앙대로453번길", 5, 0, ""),
        ("  다문화길   18  ", "다문화길", 18, 0, ""),
    ],
)
def test_an_address_is_taken_apart(text, street, number, sub, detail):
    assert parse_address(text) == RoadAddress(street, number, sub, detail)


@pytest.mark.parametrize("text", ["", "원곡동 795", "다문화길", "부부로1길", "중앙대로 123456"])
def test_text_without_a_road_and_number_is_no_address(text):
    refused = parse_address(text)
    assert isinstance(refused, NotLocated)
    assert repr(text) in refused.reason


def test_a_spaced_out_side_street_is_not_cut_to_its_last_syllables():
    assert parse_address("중앙대로 453번길 5") == RoadAddress("중앙대로453번길", 5, 0, "")
    assert parse_address("부부로 1길 19") == RoadAddress("부부로1길", 19, 0, "")


@pytest.mark.parametrize(
    ("detail", "floor"),
    [
        ("", None),
        ("101호", None),
        ("세중빌딩", None),
        ("1층", 1),
        ("2 층", 2),
        ("10층", 10),
        ("2-3층", 2),
        ("세중빌딩 2층", 2),
        ("지하 1층", -1),
        ("지하1층", -1),
        ("지1층", -1),
        ("B1층", -1),
        ("b1", -1),
        ("B2", -2),
    ],
)
def test_floors_are_counted_the_korean_way(detail, floor):
    assert RoadAddress("다문화길", 1, 0, detail).floor == floor


@pytest.mark.parametrize(
    ("detail", "floor"), [("101호 2층", 2), ("3동 4층", 4), ("1,2층", 1), ("12-3호, 4층", 4)]
)
def test_a_room_before_the_floor_is_passed_over(detail, floor):
    assert RoadAddress("다문화길", 1, 0, detail).floor == floor


@pytest.mark.parametrize(("detail", "floor"), [("B101호", None), ("안산단지 2층", 2)])
def test_a_letter_before_a_number_is_not_always_a_basement(detail, floor):
    assert RoadAddress("다문화길", 1, 0, detail).floor == floor


@given(st.text(max_size=40))
def test_any_text_can_be_parsed(text):
    assert isinstance(parse_address(text), RoadAddress | NotLocated)


@given(
    before=st.sampled_from(["", "단원구 ", "경기도 안산시 단원구 "]),
    stem=st.from_regex(r"[가-힣]{1,4}([1-9]\d?)?", fullmatch=True),
    kind=st.sampled_from(["길", "로", "대로"]),
    number=st.integers(1, 99_999),
    sub=st.integers(0, 9_999),
    detail=st.sampled_from(["", "2층", "지하 1층", "101호"]),
)
def test_an_address_written_out_is_read_back(before, stem, kind, number, sub, detail):
    door = f"{number}-{sub}" if sub else f"{number}"
    text = f"{before}{stem}{kind} {door}{', ' if detail else ''}{detail}"
    assert parse_address(text) == RoadAddress(f"{stem}{kind}", number, sub, detail)


def test_a_long_run_of_digits_takes_no_time():
    start = time.perf_counter()
    parse_address("가" + "1" * 24)
    assert time.perf_counter() - start < 0.1


def test_a_number_lies_as_far_along_as_it_says():
    # 100 numbers over 1,112.5 m: number 8 stands 89 m along the street.
    street = streets_by_name([vertex("곧은길", 0, point(0)), vertex("곧은길", 100, point(1112.5))])
    assert offset_m(found(8, street), 89, 5) < 0.2


def test_odd_numbers_stand_on_the_left():
    # Numbers rise northward, so left is west.
    assert offset_m(found(9), 90, -5) < 0.2


def test_even_numbers_stand_on_the_right():
    assert offset_m(found(10), 100, 5) < 0.2


def test_a_bend_is_followed():
    # North to number 10, then east: number 16 is 60 m past the corner, and right is south.
    bend = streets_by_name(
        [
            vertex("곧은길", 0, point(0)),
            vertex("곧은길", 10, point(100)),
            vertex("곧은길", 20, point(100, 100)),
        ]
    )
    assert offset_m(found(16, bend), 95, 60) < 0.2


def test_a_sub_number_lies_half_way_to_the_next_number_of_its_side():
    # 9-1 lies between 9 and 11, so 100 m along, on the odd side.
    assert offset_m(found(9, sub=1), 100, -5) < 0.2


def test_a_street_is_followed_up_to_50_m_past_its_last_number():
    assert offset_m(found(25), 250, -5) < 0.2


def test_a_number_too_far_past_the_end_is_refused_with_the_range():
    refused = geocode_address(RoadAddress("곧은길", 26, 0, ""), due_north())
    assert refused == NotLocated("곧은길 is drawn from 0 to 20, not to 26")


def test_a_number_too_far_before_the_start_is_refused():
    street = streets_by_name([vertex("곧은길", 31, point(0)), vertex("곧은길", 41, point(100))])
    assert isinstance(geocode_address(RoadAddress("곧은길", 25, 0, ""), street), NotLocated)
    assert offset_m(found(26, street), -50, 5) < 0.2


def test_an_unknown_street_is_refused_by_name():
    refused = geocode_address(RoadAddress("광덕대로", 151, 0, ""), due_north())
    assert refused == NotLocated("street 광덕대로 is not among the 1 drawn ones")


def test_a_side_street_is_not_its_main_street():
    streets = streets_by_name([vertex("부부로", 1, point(0)), vertex("부부로", 45, point(440))])
    address = parse_address("부부로1길 19")
    assert isinstance(address, RoadAddress)
    assert isinstance(geocode_address(address, streets), NotLocated)


@pytest.mark.parametrize(
    ("rmse", "number", "sub", "accuracy_m"),
    [
        ("0", 9, 0, 10),  # 2 × 5, the door
        ("12", 9, 0, 26),  # 2 × √(12² + 5²) = 2 × 13
        ("", 9, 0, 27),  # traced: 2 × √(12.5² + 5²) = 26.9
        ("0", 9, 1, 14),  # 2 × √(5² + 5²) = 14.1
        ("0", 22, 0, 22),  # 20 m past the end: 2 × √(5² + 10²) = 22.4
    ],
)
def test_accuracy_adds_up_what_is_not_known(rmse, number, sub, accuracy_m):
    assert found(number, due_north(rmse), sub=sub).accuracy_m == accuracy_m


def test_accuracy_grows_with_every_number_past_the_end():
    metres = [found(number).accuracy_m for number in (20, 21, 22, 23, 24, 25)]
    assert metres == sorted(set(metres))


# Kakao's published position of three buildings, as cited in tables/places.csv.
@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        ("중앙대로 443", 126.78879999313604, 37.32887984706607),
        ("다문화2길 28", 126.79105742129246, 37.33022819257265),
        ("다문화2길 3", 126.78963004383955, 37.32902188654761),
    ],
)
def test_known_buildings_lie_within_the_accuracy_given(gazetteer, text, lon, lat):
    at = geocode_address(parse_address(text), gazetteer.streets)
    assert isinstance(at, AddressPoint)
    assert EARTH.inv(at.lon, at.lat, lon, lat)[2] <= at.accuracy_m


@pytest.mark.parametrize("numbers", [(7,), (7, 7)])
def test_a_street_without_two_numbers_is_refused_when_read(numbers):
    with pytest.raises(SourceChangedError, match="곧은길"):
        streets_by_name([vertex("곧은길", number, point(k)) for k, number in enumerate(numbers)])
