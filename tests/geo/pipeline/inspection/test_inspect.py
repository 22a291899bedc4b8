"""`atlas inspect`: what is in a file, and a mapping that loads it right away."""

import json
import sys
import tomllib

import numpy as np
import pytest
import xlsxwriter
from pyproj import Transformer

from atlas.command_line import main
from geo.pipeline.adapters.mapping import Mapping
from geo.pipeline.ingest import ground_of
from geo.pipeline.inspection.columns import describe_columns, read_cells
from geo.pipeline.inspection.draft import draft_mapping
from geo.pipeline.inspection.inspect_file import inspect_table
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.release import collect, geocode
from geo.readers import open_tables

# Points in 원곡동, without an address.
POINTS = ((126.7912, 37.3305), (126.7920, 37.3301), (126.7931, 37.3297), (126.7935, 37.3312))


@pytest.fixture(scope="module")
def ground(data, areas):
    return ground_of(data, areas, "ansan")


@pytest.fixture
def inspect(tmp_path, ground):
    """Inspect a text as a CSV file."""

    def inspected(text: str, name: str = "list.csv", encoding: str = "utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        (table,) = open_tables([path])
        return inspect_table(table, ground), path

    return inspected


OFFICE = """안산시 외국음식점 현황,,,,,
,,,,,(2026. 3. 1. 기준)
연번,업소명,업태,소재지,연락처,대표자 성명
1,고향식당,일반음식점,경기도 안산시 단원구 다문화길 18,031-492-0001,홍길동
2,사마르칸트,일반음식점,경기도 안산시 단원구 다문화길 20,031-492-0002,김가나
3,하노이,커피숍,경기도 안산시 단원구 다문화길 22,,박다라
4,무엇가게,무엇,경기도 안산시 단원구 다문화길 24,010-1234-5678,이마바
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_header_columns_kinds_and_encoding_are_found(inspect, encoding):
    found, _ = inspect(OFFICE, encoding=encoding)
    assert (found.header_row, found.rows) == (3, 4)
    assert found.encoding == {"utf-8": "utf-8-sig", "cp949": "cp949"}[encoding]
    kinds = {column.header: column.kind for column in found.columns}
    assert kinds["연번"] == "number"
    assert kinds["소재지"] == "address"
    assert kinds["연락처"] == "telephone"
    assert found.roles == {
        "name_ko": "업소명", "category": "업태", "address": "소재지", "phone": "연락처",
    }  # fmt: skip


def test_every_value_that_nothing_knows_is_listed_at_once(inspect):
    found, _ = inspect(OFFICE)
    assert found.unknown == {"category": {"무엇": 1}}
    assert found.known["category"] == {"일반음식점": "restaurant", "커피숍": "cafe"}
    assert '# "무엇" = "" # rows: 1' in draft_mapping(found)


def test_the_names_of_people_are_never_mapped(inspect):
    found, _ = inspect(OFFICE)
    assert "# not taken: 연번, 대표자 성명" in draft_mapping(found)
    assert Mapping.model_validate(tomllib.loads(draft_mapping(found)))


def test_the_draft_loads_the_file_right_away(inspect, ground, tmp_path):
    found, path = inspect(OFFICE, encoding="cp949")
    mapping = tmp_path / "draft.toml"
    mapping.write_text(draft_mapping(found), "utf-8")
    source = source_of("table", str(mapping))
    gathered = collect(source.parse_files([path]), ground, lambda _, rows: None)
    release = geocode(source, gathered, ground)
    assert sorted(release.frame["name_ko"]) == ["고향식당", "사마르칸트", "하노이"]
    assert list(release.rejects["reason"]) == [
        "category '무엇' is not in [lookup.category] of the mapping"
    ]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5179", "EPSG:5186", "EPSG:5174", "EPSG:5181"])
@pytest.mark.parametrize("swapped", [False, True])
def test_the_system_is_the_one_that_puts_the_points_at_their_addresses(
    inspect, ground, crs, swapped
):
    # Street numbers of 다문화길, placed by the gazetteer, then written in another system.
    numbers = (10, 14, 18, 22, 26, 30)
    street = ground.gazetteer.streets["다문화길"]
    x = np.interp(numbers, street.numbers, street.x)
    y = np.interp(numbers, street.numbers, street.y)
    east, north = Transformer.from_crs("EPSG:5186", crs, always_xy=True).transform(x, y)
    first, second = (north, east) if swapped else (east, north)
    rows = "".join(
        f"가게{n},경기도 안산시 단원구 다문화길 {n},{a:.7f},{b:.7f}\n"
        for n, a, b in zip(numbers, first, second, strict=True)
    )
    found, _ = inspect(f"상호,도로명주소,X좌표,Y좌표\n{rows}")
    assert (found.crs.crs, found.crs.swapped) == (crs, swapped)
    assert found.crs.others == ()
    assert found.roles["x"] == ("Y좌표" if swapped else "X좌표")


def test_points_without_addresses_leave_two_systems_open_and_say_so(inspect):
    to = Transformer.from_crs("EPSG:4326", "EPSG:5174", always_xy=True)
    rows = "".join(
        f"가게{k},{x:.2f},{y:.2f}\n"
        for k, (x, y) in enumerate(to.transform(*point) for point in POINTS)
    )
    found, _ = inspect(f"상호,X,Y\n{rows}")
    assert {found.crs.crs, *found.crs.others} >= {"EPSG:5174", "EPSG:5181"}
    assert "CHANGE if you know better" in draft_mapping(found)


def test_a_table_without_a_trade_takes_it_from_the_name_of_its_file(inspect):
    found, _ = inspect("상호,주소\n하나,안산시 단원구 다문화길 18\n", "안산시_맛집.csv")
    draft = tomllib.loads(draft_mapping(found))
    assert draft["constants"]["category"] == "restaurant"
    assert draft["id"].startswith("list-")


def test_text_of_a_file_never_breaks_the_draft(inspect):
    found, _ = inspect('상호,"주소 ""\n]["\n하나,안산시 단원구 다문화길 18\n', "a'b\".csv")
    assert Mapping.model_validate(tomllib.loads(draft_mapping(found)))


def test_values_are_counted_and_days_are_no_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "상호,구분,인허가일자\n하나,가,20180302\n둘,가,20190401\n셋,나,20200101\n넷,나,20210101\n"
    )
    (table,) = open_tables([path])
    _, choice, day = describe_columns(read_cells(table))
    assert (choice.kind, dict(choice.values)) == ("choice", {"가": 2, "나": 2})
    assert day.kind == "date"


def test_sheets_are_inspected_one_by_one_and_the_largest_is_drafted(tmp_path, monkeypatch, capsys):
    path, to = tmp_path / "list.xlsx", tmp_path / "m.toml"
    with xlsxwriter.Workbook(path) as book:
        for name, count in (("작은", 1), ("큰", 3)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["상호", "주소"])
            for k in range(count):
                sheet.write_row(k + 1, 0, [f"{name}{k}", f"안산시 단원구 다문화길 {2 * k + 2}"])
    monkeypatch.setattr(sys, "argv", ["atlas", "inspect", str(path), "--write", str(to), "--json"])
    with pytest.raises(SystemExit):
        main()
    told = json.loads(capsys.readouterr().out)
    assert [table["name"] for table in told["tables"]] == ["list.xlsx#작은", "list.xlsx#큰"]
    assert tomllib.loads(to.read_text("utf-8"))["sheet"] == "큰"
