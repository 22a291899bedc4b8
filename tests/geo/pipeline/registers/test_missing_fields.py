"""No field that is missing ends a load: its row is set aside, or goes without it."""

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import by_hand
import pytest
from permit_rows import SHOP as PERMIT
from semas_rows import SHOP as SHOP

from geo.pipeline.adapters import permits, semas, table
from geo.pipeline.adapters.mapping import load_mapping
from geo.pipeline.adapters.records import ParsedRecords
from geo.pipeline.geocoding.geocode import NOWHERE, GeocodingReference
from geo.pipeline.ingest import ground_of
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.release import (
    CollectedRecords,
    NothingUsableError,
    Release,
    Source,
    collect,
    geocode,
)
from geo.readers.table import Table

CELLS = {
    "name_ko": "연변식당", "category": "음식점", "cuisine": "베트남", "x": "126.7905",
    "y": "37.3297", "phone": "031-481-1234", "operator_nationality": "중국",
    "verified_on": "2025-03-05", "updated_on": "2025-03-05", "address_jibun": "원곡동 795-3",
}  # fmt: skip
ADDRESS = "경기도 안산시 단원구 다문화길 18"
PLACES = ("city-survey", "world-restaurants", "muslim-friendly")


def mapped(name: str) -> dict[str, str]:
    """A row with a cell in every column of a ready mapping."""
    columns = load_mapping(name).columns
    return {headers[0]: CELLS.get(column, ADDRESS if "address" in column else "")
            for column, headers in columns.items()}  # fmt: skip


ROWS = {"semas": SHOP, "permits": PERMIT, **{name: mapped(name) for name in PLACES}}


def parser_of(name: str) -> Callable[[Table], Iterator[ParsedRecords]]:
    if name == "semas":
        return semas.parse_register
    if name == "permits":
        return permits.parse_register
    return lambda one: table.parse_register(one, load_mapping(name))


def source(name: str) -> Source:
    return source_of(*(("table", name) if name in PLACES else (name, None)))


def without(row: dict[str, str], *fields: str) -> dict[str, str]:
    return row | dict.fromkeys(fields, "")


def numbered(name: str, number: int) -> dict[str, str]:
    """A row that is another business than the rows of other numbers."""
    key = next(item for item in ("상가업소번호", "관리번호", *ROWS[name]) if item in ROWS[name])
    if name in PLACES:
        key = load_mapping(name).columns["name_ko"][0]
    return ROWS[name] | {key: f"{ROWS[name][key]}{number}"}


@pytest.fixture(scope="module")
def ground(data, areas) -> GeocodingReference:
    return ground_of(data, areas, "ansan")


@pytest.fixture(scope="module")
def load(ground):
    def load(name: str, *rows: dict[str, str]) -> tuple[CollectedRecords, Release]:
        file = "식품_일반음식점.csv"
        batches = parser_of(name)(by_hand.table(*rows, header=tuple(ROWS[name]), name=file))
        gathered = collect(batches, ground, lambda *_: None)
        return gathered, geocode(source(name), gathered, ground)

    return load


def accounted(gathered: CollectedRecords, release: Release) -> int:
    """Rows by their ends; as many as were read."""
    return (
        len(release.frame) + len(release.rejects) + release.outside + release.repeated
    ) + gathered.outside


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_lack_one_or_two_fields_leave_the_others(load, name):
    row = ROWS[name]
    some = [fields for count in (1, 2) for fields in combinations(row, count)]
    lacking = [without(numbered(name, number), *item) for number, item in enumerate(some)]
    gathered, release = load(name, *lacking, without(row, *row), row)
    assert accounted(gathered, release) == gathered.read == len(lacking) + 2
    assert len(release.frame)


@pytest.mark.parametrize("name", ROWS)
def test_a_column_without_any_cell_ends_no_load(load, name):
    for field in ROWS[name]:
        try:
            gathered, release = load(name, without(ROWS[name], field))
        except NothingUsableError as refusal:
            assert "none of 1 rows can be used" in str(refusal)
        else:
            assert accounted(gathered, release) == gathered.read == 1


def test_a_row_of_blanks_and_totals_alone_are_refused_in_one_sentence(load):
    total = without(ROWS["city-survey"], *ROWS["city-survey"]) | {"상호명": "합계"}
    with pytest.raises(NothingUsableError, match=r"none of 2 rows can be used: .*total of other"):
        load("city-survey", total, total)


def test_elements_that_lack_fields_leave_the_others(tmp_path, ground):
    tags = {"name": "하늘식당", "amenity": "restaurant"}
    spot = {"lon": 126.79, "lat": 37.33, "timestamp": "2026-05-01"}
    whole = {"type": "node", "id": 1, **spot, "tags": tags}
    lacking = [
        {key: cell for key, cell in (whole | {"id": number}).items() if key != field}
        for number, field in enumerate(("timestamp", "tags"), 2)
    ]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"elements": [whole, *lacking]}), "utf-8")
    osm = source("osm")
    gathered = collect(osm.parse_files([path]), ground, lambda *_: None)
    release = geocode(osm, gathered, ground)
    assert accounted(gathered, release) == gathered.read
    assert set(release.frame["name_ko"]) == {"하늘식당"}


CASES = Path(__file__).parents[3] / "data" / "table" / "cases"


@pytest.mark.parametrize(
    ("file", "mapping", "read", "reason"),
    [
        ("c1.csv", "city-survey", 2, NOWHERE),
        ("c2.csv", "city-survey", 2, table.TOTAL),
        ("c3.csv", "world-restaurants", 2, NOWHERE),
        ("c4.csv", "world-restaurants", 2, NOWHERE),
        ("s3_total_only.xlsx", "city-survey", 11, table.TOTAL),
    ],
)
def test_a_row_without_a_place_is_set_aside_with_its_reason(ground, file, mapping, read, reason):
    register = source(mapping)
    gathered = collect(register.parse_files([CASES / file]), ground, lambda *_: None)
    release = geocode(register, gathered, ground)
    assert (gathered.read, accounted(gathered, release)) == (read, read)
    # In the workbook a sector and a nationality are beyond the mapping too.
    assert release.rejects["reason"].tolist().count(reason) == 1
    assert len(release.frame) == (8 if file.startswith("s3") else 1)


def test_the_second_row_of_a_header_is_no_business():
    register = source("city-survey")
    found = list(register.parse_files([CASES / "s5_twohead_only.xlsx"]))
    names = [name for item in found for name in item.frame["name_ko"]]
    assert len(names) == 8
    assert sum(len(item.frame) + len(item.rejects) for item in found) == 10
    # 종사자수/내국인, /외국인 and /계 are protected as 종사자수 is: ten cells each.
    assert {name: count for item in found for name, count in item.dropped.items() if count} == {
        "종사자수/내국인": 10, "종사자수/외국인": 10, "종사자수/계": 10,
    }  # fmt: skip
