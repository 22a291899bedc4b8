"""Files like those of the national register of shops, with as many rows as asked for.

    python -m bench.country.generate ROWS FOLDER

Writes one CSV per province, as the publisher does, `points.parquet` with the same places and
`dong.parquet` with the polygons they stand in. The same seed gives the same bytes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import shapely

from bench.country.ground import CountryAreas, country_areas

SEED = 20201101
DECIMALS = 6
POINTS, DONG = "points.parquet", "dong.parquet"
HEADER = (
    "상가업소번호", "상호명", "지점명", "상권업종대분류코드", "상권업종대분류명",
    "상권업종중분류코드", "상권업종중분류명", "상권업종소분류코드", "상권업종소분류명",
    "표준산업분류코드", "표준산업분류명", "시도코드", "시도명", "시군구코드", "시군구명",
    "행정동코드", "행정동명", "법정동코드", "법정동명", "지번코드", "대지구분코드", "대지구분명",
    "지번본번지", "지번부번지", "지번주소", "도로명코드", "도로명", "건물본번지", "건물부번지",
    "건물관리번호", "건물명", "도로명주소", "구우편번호", "신우편번호", "동정보", "층정보",
    "호정보", "경도", "위도",
)  # fmt: skip
_NAMES = (
    "고향", "미소", "하늘", "우리", "행복", "대박", "명가", "으뜸", "온누리", "푸른", "한마음",
    "새벽", "옛날", "원조", "장수", "청춘", "황금", "무지개", "The 좋은", "A+", "서울", "제주",
)  # fmt: skip
_ENDS = (
    "식당",
    "카페",
    "마트",
    "헤어",
    "상회",
    "공방",
    "클리닉",
    "부동산",
    "학원",
    "세탁",
    "약국",
    "호프",
)
_ROADS = (
    "중앙로",
    "시장길",
    "역전로",
    "다문화길",
    "번영로",
    "학교길",
    "공원로",
    "산업로",
    "강변로",
    "온천길",
)
_BRANCHES = ("본점", "1호점", "역점", "시청점", "중앙점")
_BUILDINGS = ("현대상가", "중앙프라자", "행복빌딩", "그린타워", "대우아파트 상가")


def main(rows: int, folder: Path, here: CountryAreas | None = None) -> None:
    """Write the files.

    Args:
        rows: of all files.
        folder: where they are written.
        here: the dong to write about; None for those of the country.
    """
    folder.mkdir(parents=True, exist_ok=True)
    here = here or country_areas()
    here.dong[["geometry"]].to_parquet(folder / DONG)
    schema = pa.schema(
        [
            ("row", pa.int64()),
            ("lon", pa.float64()),
            ("lat", pa.float64()),
            ("category", pa.string()),
        ]
    )
    start = 0
    with pq.ParquetWriter(folder / POINTS, schema) as writer:
        for province, shops in _provinces(here, rows):
            name = f"소상공인시장진흥공단_상가(상권)정보_{province}_202606.csv"
            pa.csv.write_csv(shops.select(HEADER), folder / name, _QUOTED)
            lon, lat = (pc.cast(shops[item], pa.float64()) for item in HEADER[-2:])
            numbers = pa.array(np.arange(start, start + len(shops)))
            writer.write_table(pa.table([numbers, lon, lat, shops["category"]], schema=schema))
            start += len(shops)


_QUOTED = pyarrow.csv.WriteOptions(quoting_style="all_valid")


def _provinces(here: CountryAreas, rows: int) -> Iterator[tuple[str, pa.Table]]:
    """The shops of each province."""
    random = np.random.default_rng(SEED)
    share = (here.dong["weight"] / here.dong["weight"].sum()).to_numpy()
    counts = random.multinomial(rows, share)
    numbers = random.permutation(rows)
    provinces = here.dong["province"].to_numpy()
    done = 0
    for province in dict.fromkeys(provinces):
        which = np.repeat(np.flatnonzero(provinces == province), counts[provinces == province])
        yield province, _shops(here, which, numbers[done : done + len(which)], random)
        done += len(which)


def _shops(here: CountryAreas, which: Any, numbers: Any, random: np.random.Generator) -> pa.Table:
    """One row per shop: the columns of the register, and `category` of the atlas."""
    dong = _text(here.dong.iloc[which].drop(columns=["geometry", "weight"]).reset_index())
    kinds = _text(here.kinds.iloc[random.integers(0, len(here.kinds), len(which))])
    lon, lat = _places(here.dong.geometry.to_numpy()[which], random)
    draw = _Draw(random, len(which))
    road = _join(draw.one_of(_ROADS), draw.number(1, 80), "번길")
    lot, part = draw.number(1, 1200), draw.number(1, 40, known=0.7)
    door, under = draw.number(1, 300), draw.number(1, 20, known=0.3)
    code, gu = dong["dong_code"], pc.utf8_slice_codeunits(dong["dong_code"], 0, 5)
    area = _join(dong["province"], " ", dong["gu"], " ")
    industry = pc.utf8_slice_codeunits(kinds["small_code"], 1, 6)
    pnu = _join(dong["legal_code"], "1", _padded(lot, 4), _padded(part, 4))
    road_code = _join(gu, _padded(draw.number(1, 9_999_999), 7))
    columns = {
        "상가업소번호": _join("MA0101202208A", _padded(pa.array(numbers.astype(str)), 7)),
        "상호명": _join(draw.one_of(_NAMES), draw.one_of(_NAMES), draw.one_of(_ENDS)),
        "지점명": draw.one_of(_BRANCHES, known=0.1),
        "상권업종대분류코드": kinds["large_code"],
        "상권업종대분류명": kinds["large_name"],
        "상권업종중분류코드": kinds["middle_code"],
        "상권업종중분류명": kinds["middle_name"],
        "상권업종소분류코드": kinds["small_code"],
        "상권업종소분류명": kinds["small_name"],
        "표준산업분류코드": _join(pc.utf8_slice_codeunits(kinds["large_code"], 0, 1), industry),
        "표준산업분류명": kinds["small_name"],
        "시도코드": pc.utf8_slice_codeunits(code, 0, 2),
        "시도명": dong["province"],
        "시군구코드": gu,
        "시군구명": dong["gu"],
        "행정동코드": code,
        "행정동명": dong["name"],
        "법정동코드": dong["legal_code"],
        "법정동명": dong["legal"],
        "지번코드": pnu,
        "대지구분코드": _join("1", draw.nothing),
        "대지구분명": _join("대지", draw.nothing),
        "지번본번지": lot,
        "지번부번지": part,
        "지번주소": _join(area, dong["legal"], " ", lot, _after("-", part)),
        "도로명코드": road_code,
        "도로명": _join(area, road),
        "건물본번지": door,
        "건물부번지": under,
        "건물관리번호": _join(pnu, _padded(draw.number(1, 999_999), 6)),
        "건물명": draw.one_of(_BUILDINGS, known=0.25),
        "도로명주소": _join(area, road, " ", door, _after("-", under)),
        "구우편번호": draw.number(100_000, 799_999),
        "신우편번호": _padded(draw.number(1_000, 63_999), 5),
        "동정보": draw.number(101, 120, known=0.05),
        "층정보": draw.number(1, 9, known=0.5),
        "호정보": draw.number(101, 999, known=0.15),
        "경도": pa.array(np.char.mod(f"%.{DECIMALS}f", lon)),
        "위도": pa.array(np.char.mod(f"%.{DECIMALS}f", lat)),
    }
    return pa.table({**columns, "category": kinds["category"]})


def _places(shapes: Any, random: np.random.Generator) -> tuple[Any, Any]:
    """A random point inside each polygon, at the decimals of the file."""
    bounds = shapely.bounds(shapes)
    found, left = np.empty((len(shapes), 2)), np.arange(len(shapes))
    shapely.prepare(shapes)
    while len(left):
        box = bounds[left]
        xy = box[:, :2] + random.random((len(left), 2)) * (box[:, 2:] - box[:, :2])
        found[left] = xy.round(DECIMALS)
        left = left[~shapely.contains_xy(shapes[left], *found[left].T)]
    return found[:, 0], found[:, 1]


class _Draw:
    """Random columns of one length, as text; what is not known is empty."""

    def __init__(self, random: np.random.Generator, rows: int) -> None:
        self._random, self._rows = random, rows
        self.nothing = pa.array([""]).take(pa.array(np.zeros(rows, dtype=np.int64)))

    def one_of(self, words: tuple[str, ...], known: float = 1) -> Any:
        chosen = pa.array(words).take(pa.array(self._random.integers(0, len(words), self._rows)))
        return self._some(chosen, known)

    def number(self, low: int, high: int, known: float = 1) -> Any:
        drawn = pa.array(self._random.integers(low, high, self._rows, endpoint=True))
        return self._some(pc.cast(drawn, pa.string()), known)

    def _some(self, texts: Any, known: float) -> Any:
        return pc.if_else(pa.array(self._random.random(self._rows) < known), texts, "")


def _text(table: pd.DataFrame) -> dict[str, Any]:
    return {str(name): pa.array(item, pa.string()) for name, item in table.items()}


def _join(*parts: Any) -> Any:
    return pc.binary_join_element_wise(*parts, "")


def _after(mark: str, texts: Any) -> Any:
    return pc.if_else(pc.equal(texts, ""), "", _join(mark, texts))


def _padded(texts: Any, digits: int) -> Any:
    return pc.utf8_lpad(texts, digits, "0")


if __name__ == "__main__":
    main(int(float(sys.argv[1])), Path(sys.argv[2]))
