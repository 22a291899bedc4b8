"""Where permits say that a business is: systems of coordinates, gu, masked addresses."""

from dataclasses import replace

import pandas as pd
import pytest
from permit_rows import SHOP, one, only, shops, table

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.permits import parse_register


def test_degrees_stay_degrees():
    found = shops({"좌표정보(X)": "126.7945", "좌표정보(Y)": "37.3301"}, {})
    assert (found.crs, found.frame["x"].iloc[0]) == ("EPSG:4326", 126.7945)


def test_columns_named_longitude_and_latitude_hold_degrees():
    row = {k: v for k, v in SHOP.items() if not k.startswith("좌표")}
    found = only(parse_register(table(row | {"경도": "126.7945", "위도": "37.3301"})))
    assert (found.crs, found.frame["y"].tolist()) == ("EPSG:4326", [37.3301])
    with pytest.raises(SourceChangedError, match="degrees"):
        only(parse_register(table(row | {"경도": "181700", "위도": "425100"})))


def test_a_file_that_mixes_degrees_and_metres_is_refused():
    degrees = {"좌표정보(X)": "126.7945", "좌표정보(Y)": "37.3301"}
    with pytest.raises(SourceChangedError, match=r"degrees .* metres"):
        shops({"좌표정보(X)": "181700", "좌표정보(Y)": "425100"}, degrees)


def test_batches_that_differ_in_their_system_are_refused():
    first = table(SHOP | {"좌표정보(X)": "181700", "좌표정보(Y)": "425100"})
    second = table(SHOP | {"좌표정보(X)": "126.7945", "좌표정보(Y)": "37.3301"})
    both = (batch for item in (first, second) for batch in item.batches)
    with pytest.raises(SourceChangedError, match=r"degrees .* metres"):
        list(parse_register(replace(first, batches=both)))


@pytest.mark.parametrize(
    ("x", "y"),
    [("", ""), ("0", "0"), ("1", "1"), ("nan", "inf"), ("없음", "425100"), ("181700", "")],
)
def test_coordinates_that_are_none_are_null(x, y):
    found = one(**{"좌표정보(X)": x, "좌표정보(Y)": y})
    assert pd.isna(found["x"])
    assert pd.isna(found["y"])


def test_coordinates_with_commas_are_read():
    found = one(**{"좌표정보(X)": "181,700.5", "좌표정보(Y)": " 425,100.25 "})
    assert (found["x"], found["y"]) == (181700.5, 425100.25)


@pytest.mark.parametrize(
    ("road", "jibun", "authority", "gu"),
    [
        ("경기도 안산시 단원구 다문화길 12", "", "3930000", "41273"),
        ("", "경기도 안산시 상록구 일동 100", "3930000", "41271"),
        ("경기도 안산시 다문화길 12", "경기도 안산시 단원구 원곡동 795", "3930000", "41273"),
        ("경기 안산시 단원구 다문화길 12", "", "3930000", "41273"),
        ("경기도 안산시 원곡동 795", "", "3930000", None),
        ("경기도 시흥시 정왕동 1", "", "4010000", "41390"),
        ("서울특별시 종로구 권농동 158-1", "", "3000000", "11000"),
        ("", "", "4010000", "41390"),
        ("", "", "3930000", None),  # Ansan: of which gu?
    ],
)
def test_the_gu_that_a_row_claims(road, jibun, authority, gu):
    found = one(도로명주소=road, 지번주소=jibun, 개방자치단체코드=authority)["gu_code"]
    assert (None if pd.isna(found) else found) == gu


def test_masked_words_of_addresses_are_left_out():
    found = one(도로명주소="경기도 안산시 단원구 다문화길 ***", 지번주소="경기도 안산시 ***-* ***")
    assert found["address_road"] == "경기도 안산시 단원구 다문화길"
    assert found["address_jibun"] == "경기도 안산시"
