"""What goes wrong with Korean data, in metres and codes as they were measured once by hand.

Each trap that a reader of files must notice has its test beside that reader; these are the facts
which those tests rest on.
"""

from datetime import date

import pandas as pd
import pytest
from pyproj import CRS, Geod, Transformer

from geo.pipeline.geocoding.point_checks import NO_SHIFT, to_degrees
from geo.pipeline.refdata.codes import codes_on

DOOR = 126.790588, 37.329698  # 다문화길 18
ANSAN = (126.5, 37.1, 127.0, 37.45)
KOREA = (124.0, 33.0, 132.0, 39.0)
# Seven numbers of a datum shift: of old Korean scripts, and EPSG's with their signs as printed.
LEGACY = "-115.80,474.99,674.11,1.16,-2.31,-1.63,6.43"
UNTURNED = "-145.907,505.034,685.756,-1.162,2.347,1.592,6.342"


def inside(box: tuple[float, ...], lon: float, lat: float) -> bool:
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def at_the_door(crs: str) -> tuple[float, float]:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*DOOR)


@pytest.mark.parametrize(
    ("crs", "east", "north"),
    [
        ("EPSG:5174", 181_700, 425_000),
        ("EPSG:5181", 181_700, 425_000),
        ("EPSG:5186", 181_700, 525_000),
        ("EPSG:5179", 937_000, 1_926_000),
    ],
)
def test_numbers_at_ansan_tell_the_systems_apart(crs, east, north):
    assert at_the_door(crs) == pytest.approx((east, north), abs=1_000)


@pytest.mark.parametrize(
    ("read_as", "metres"),
    [
        ("EPSG:5174", 0.01),
        (f"{NO_SHIFT} +towgs84={LEGACY}", 0.05),
        (f"{NO_SHIFT} +towgs84={UNTURNED}", 16),
        ("EPSG:2097", 256),
        ("EPSG:5181", 313),
        (NO_SHIFT, 364),
        ("EPSG:5186", 100_300),
    ],
)
def test_how_far_off_korean_1985_lies_when_it_is_read_as_something_else(read_as, metres):
    lon, lat = Transformer.from_crs(CRS(read_as), "EPSG:4326", always_xy=True).transform(
        *at_the_door("EPSG:5174")
    )
    away = Geod(ellps="WGS84").inv(*DOOR, lon, lat)[2]
    assert away == pytest.approx(metres, rel=0.02, abs=0.01)


def test_korean_1985_is_read_by_the_operation_that_needs_no_grid():
    lon, lat = to_degrees("EPSG:5174", *at_the_door("EPSG:5174"))
    assert Geod(ellps="WGS84").inv(*DOOR, lon, lat)[2] < 0.01
    transformer = Transformer.from_crs("EPSG:5174", "EPSG:4326", always_xy=True)
    assert "Korean 1985 to WGS 84 (1)" in transformer.description


@pytest.mark.parametrize("crs", ["EPSG:5174", "EPSG:5181"])
def test_easting_given_as_northing_stays_in_korea_and_leaves_ansan(crs):
    lat, lon = Transformer.from_crs(crs, "EPSG:4326").transform(*at_the_door(crs))
    assert (lat, lon) == pytest.approx((35.1, 129.5), abs=0.05)
    assert inside(KOREA, lon, lat) and not inside(ANSAN, lon, lat)


def test_eight_dong_have_new_codes_since_july_2017(data):
    codes = pd.read_csv(data / "tables/dong_codes.csv", dtype=str)
    before, since = (
        set(codes_on(codes, day)["dong_code"]) for day in (date(2017, 6, 30), date(2017, 7, 1))
    )
    names = codes.set_index("dong_code")["name_ko"]
    assert {code: names[code] for code in since - before} == {
        "4127152500": "사동",
        "4127153200": "사이동",
        "4127153700": "해양동",
        "4127352500": "고잔동",
        "4127353200": "중앙동",
        "4127354500": "원곡동",
        "4127355500": "백운동",
        "4127356500": "신길동",
    }
    assert {names[code] for code in before - since} == {
        "사1동", "사2동", "사3동", "고잔1동", "고잔2동", "원곡본동", "원곡1동", "원곡2동",
    }  # fmt: skip
    assert len(since) == 25
