"""Rows of the register of shops, made by hand, and what the source makes of them."""

import pandas as pd
from by_hand import table

from geo.pipeline.adapters import semas
from geo.pipeline.adapters.records import ParsedRecords

# As the publisher orders them; `상가업소번호` and `지점명` have aliases in some releases.
HEADER = (
    "상가업소번호", "상호명", "지점명", "상권업종대분류코드", "상권업종대분류명",
    "상권업종중분류코드", "상권업종중분류명", "상권업종소분류코드", "상권업종소분류명",
    "표준산업분류코드", "표준산업분류명", "시도코드", "시도명", "시군구코드", "시군구명",
    "행정동코드", "행정동명", "법정동코드", "법정동명", "지번코드", "대지구분코드", "대지구분명",
    "지번본번지", "지번부번지", "지번주소", "도로명코드", "도로명", "건물본번지", "건물부번지",
    "건물관리번호", "건물명", "도로명주소", "구우편번호", "신우편번호", "동정보", "층정보",
    "호정보", "경도", "위도",
)  # fmt: skip
SHOP = {
    "상가업소번호": "MA010120220800000001",
    "상호명": "원곡쌀국수",
    "상권업종대분류코드": "I2",
    "상권업종대분류명": "음식",
    "상권업종중분류코드": "I205",
    "상권업종중분류명": "동남아시아",
    "상권업종소분류코드": "I20501",
    "상권업종소분류명": "베트남식 전문",
    "시도코드": "41",
    "시군구코드": "41273",
    "행정동코드": "4127354500",
    "법정동코드": "4127310800",
    "지번주소": "경기도 안산시 단원구 원곡동 795-3",
    "도로명주소": "경기도 안산시 단원구 다문화1길 12",
    "경도": "126.7905",
    "위도": "37.3297",
}
REDUCED = {"상가업소번호": "MA1", "상호명": "집", "업종": "카페", "경도": "126.79", "위도": "37.33"}


def parsed(*rows: dict[str, str], header: tuple[str, ...] = ()) -> ParsedRecords:
    (found,) = semas.parse_register(table(*rows, header=header))
    return found


def a_row(**cells: str) -> pd.Series:
    return parsed(SHOP | cells, header=HEADER).frame.iloc[0]


def a_reason(**cells: str) -> str:
    found = parsed(SHOP | cells, header=HEADER)
    assert found.frame.empty
    return str(found.rejects["reason"].item())


def a_reduced(**cells: str) -> pd.Series:
    return parsed(REDUCED | cells).frame.iloc[0]
