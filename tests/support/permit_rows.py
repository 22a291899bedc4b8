"""Permits of local authorities, made by hand, and what the source makes of them."""

from pathlib import Path
from typing import Any

import by_hand
import pandas as pd

from geo.pipeline.adapters.permits import parse_register
from geo.pipeline.adapters.records import ParsedRecords
from geo.readers import open_tables
from geo.readers.table import Table

SHOP = {
    "개방자치단체코드": "3930000",
    "관리번호": "3930000-101-2018-00021",
    "인허가일자": "2018-03-02",
    "영업상태명": "영업/정상",
    "상세영업상태명": "영업",
    "영업상태코드": "01",
    "폐업일자": "",
    "사업장명": "예시식당",
    "업태구분명": "한식",
    "위생업태명": "",
    "전화번호": "",
    "도로명주소": "경기도 안산시 단원구 다문화길 12 (원곡동)",
    "지번주소": "",
    "좌표정보(X)": "",
    "좌표정보(Y)": "",
    "최종수정시점": "",
    "데이터갱신시점": "",
}


def only(batches: Any) -> ParsedRecords:
    [one] = batches
    return one


def loaded(path: Path) -> ParsedRecords:
    return only(parse_register(only(open_tables([path]))))


def table(*rows: dict[str, str], name: str = "식품_일반음식점.csv") -> Table:
    return by_hand.table(*rows, name=name)


def shops(*changes: dict[str, str], name: str = "식품_일반음식점.csv") -> ParsedRecords:
    """What becomes of an open restaurant with these changes, one row each."""
    return only(parse_register(table(*(SHOP | change for change in changes), name=name)))


def one(name: str = "식품_일반음식점.csv", /, **changes: str) -> pd.Series:
    return shops(changes, name=name).frame.iloc[0]
