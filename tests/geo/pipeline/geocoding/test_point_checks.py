"""A file read in the wrong system is refused, and the likely cause is named."""

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Transformer

from geo.pipeline.geocoding import point_checks
from geo.pipeline.geocoding.point_checks import (
    NO_SHIFT,
    NORTHING_FIRST,
    ClaimedPoints,
    ImplausibleError,
    check_points,
    stray_points,
    to_degrees,
    to_metres,
)

# A square kilometre of Ansan in EPSG:5186, and 25 doors in it.
STEPS = np.array([50.0, 275.0, 500.0, 725.0, 950.0])
EAST, NORTH = (item.ravel() for item in np.meshgrid(181_000 + STEPS, 525_000 + STEPS))
SQUARE = shapely.box(181_000, 525_000, 182_000, 526_000)
CITY = shapely.box(165_000, 505_000, 195_000, 540_000)


def read(
    crs: str, x: np.ndarray, y: np.ndarray, *, doors: bool = False, claimed: bool = True
) -> ClaimedPoints:
    areas = np.full(len(x), SQUARE if claimed else None, dtype=object)
    known = np.column_stack([EAST, NORTH]) if doors else np.full((len(x), 2), np.nan)
    return ClaimedPoints(x, y, crs, areas, known)


def in_system(crs: str) -> tuple[np.ndarray, np.ndarray]:
    return Transformer.from_crs("EPSG:5186", CRS(crs), always_xy=True).transform(EAST, NORTH)


def never(_: str) -> None:
    raise AssertionError("other systems were tried")


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5174", "EPSG:5181", "EPSG:5186", "EPSG:5179"])
def test_a_file_read_in_its_own_system_is_accepted_and_in_no_other(crs, monkeypatch):
    monkeypatch.setattr(point_checks, "_causes", never)
    check_points("shops.csv", read(crs, *in_system(crs), doors=True), CITY)


@pytest.mark.parametrize("doors", [True, False])
@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("EPSG:5174", "EPSG:5186"),  # 100 km north
        ("EPSG:5174", "EPSG:5181"),  # 313 m
        ("EPSG:5181", "EPSG:5186"),  # 100 km, the false northing alone
        ("EPSG:5186", "EPSG:5181"),
        ("EPSG:5174", "EPSG:4326"),
        ("EPSG:4326", "EPSG:5174"),  # degrees in metres
        ("EPSG:4326", "EPSG:3857"),
        ("EPSG:5186", "EPSG:5179"),
    ],
)
def test_another_system_is_named(declared, real, doors):
    with pytest.raises(ImplausibleError, match=f"likely cause: the coordinates are {real}"):
        check_points("shops.csv", read(declared, *in_system(real), doors=doors), CITY)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5174"])
def test_swapped_axes_are_named(crs):
    x, y = in_system(crs)
    with pytest.raises(ImplausibleError, match=r"shops\.csv: 100 % .* the axes are swapped"):
        check_points("shops.csv", read(crs, y, x), CITY)


def test_swapped_axes_are_named_without_any_claim_of_the_rows():
    lon, lat = in_system("EPSG:4326")
    with pytest.raises(ImplausibleError, match="the axes are swapped"):
        check_points("shops.csv", read("EPSG:4326", lat, lon, claimed=False), CITY)


def test_a_missing_datum_shift_is_named():
    # What a script without towgs84 makes of EPSG:5174: degrees that lie 364 m off.
    x, y = in_system("EPSG:5174")
    lon, lat = Transformer.from_crs(CRS(NO_SHIFT), "EPSG:4326", always_xy=True).transform(x, y)
    with pytest.raises(ImplausibleError, match="a datum shift is missing"):
        check_points("shops.csv", read("EPSG:4326", lon, lat, doors=True), CITY)


@pytest.mark.parametrize(("wrong", "metres"), [("EPSG:5181", 313), ("EPSG:2097", 256)])
def test_degrees_made_by_a_wrong_system_are_named(wrong, metres):
    x, y = in_system("EPSG:5174")
    lon, lat = to_degrees(wrong, x, y)
    away = np.hypot(*(np.array(to_metres("EPSG:4326", lon, lat)) - [EAST, NORTH]))
    assert away == pytest.approx(metres, abs=2)
    message = f"wrong CRS: EPSG:5174 was turned into degrees as {wrong}"
    with pytest.raises(ImplausibleError, match=message):
        check_points("shops.csv", read("EPSG:4326", lon, lat, doors=True), CITY)


@pytest.mark.parametrize("crs", NORTHING_FIRST)
def test_degrees_made_northing_first_are_named(crs):
    lat, lon = Transformer.from_crs(crs, "EPSG:4326").transform(*in_system(crs))
    with pytest.raises(ImplausibleError, match=f"{crs} was turned into degrees northing first"):
        check_points("shops.csv", read("EPSG:4326", lon, lat), CITY)


def test_most_points_astray_stop_the_file_even_without_a_known_cause():
    lon, lat = to_degrees("EPSG:5186", EAST[::-1] + 9_000, NORTH + 7_000)
    with pytest.raises(ImplausibleError, match="no usual cause explains it; nothing was loaded"):
        check_points("shops.csv", read("EPSG:4326", lon, lat), CITY)


def test_points_of_another_city_are_no_fault_of_the_file():
    lon, lat = to_degrees("EPSG:5186", EAST + 40_000, NORTH + 60_000)
    check_points("shops.csv", read("EPSG:4326", lon, lat, claimed=False), CITY)


def test_a_stray_point_is_one_far_from_its_door_or_its_area():
    lon, lat = to_degrees("EPSG:5186", EAST, NORTH)
    said = read("EPSG:4326", lon, lat, doors=True)
    assert not stray_points(said, pd.Series(lon), pd.Series(lat)).any()
    moved = lon.copy()
    moved[3] += 0.01  # about 885 m
    assert np.flatnonzero(stray_points(said, pd.Series(moved), pd.Series(lat))).tolist() == [3]


def test_rows_that_say_nothing_are_never_stray():
    lon, lat = to_degrees("EPSG:5186", EAST + 40_000, NORTH)
    said = read("EPSG:4326", lon, lat, claimed=False)
    assert not stray_points(said, pd.Series(lon), pd.Series(lat)).any()


def test_korean_1985_is_shifted_by_proj_s_own_operation():
    # Round trip within 1 cm, and 364 m from what leaving the shift out gives (FIELD: measured).
    x, y = in_system("EPSG:5174")
    east, north = to_metres("EPSG:5174", x, y)
    assert np.hypot(east - EAST, north - NORTH).max() < 0.02
    wrong = np.hypot(*(np.array(to_metres(NO_SHIFT, x, y)) - [EAST, NORTH]))
    assert wrong == pytest.approx(364, abs=3)
