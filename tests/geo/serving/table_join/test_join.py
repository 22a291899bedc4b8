"""Tables of planners, as they come out of spreadsheets, joined to the dong."""

import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.core.errors import BadParameterError
from geo.pipeline import adapters
from geo.readers.errors import InputFileError
from geo.serving.analysis.tables import as_csv
from geo.serving.analysis.workbook import as_xlsx
from geo.serving.table_join.dong_dictionary import dong_dictionary
from geo.serving.table_join.join import JoinedTable, join_to_dong
from geo.serving.table_join.joined_measure import to_measure_result
from geo.serving.table_join.table import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, TableJoinError
from maps.wording.tables import TableSettings, data_sheet

ROWS = Sequence[Sequence[object]]
WONGOK, BAEGUN, SINGIL, SEONBU1 = "4127354500", "4127355500", "4127356500", "4127358000"


def account(found: JoinedTable) -> dict[str, str]:
    return {reject.text: reject.reason for reject in found.rejects}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp949"])
def test_codes_in_every_encoding(csv_file, snapshot, encoding):
    table = [["행정동코드", "인구", "비고"], [WONGOK, "1200", "많음"], [BAEGUN, "", ""]]
    found = join_to_dong(csv_file(table, encoding), snapshot)
    assert (found.key, found.kind, found.read) == ("행정동코드", "dong_code", 2)
    assert (found.columns, found.numeric) == (("인구", "비고"), ("인구",))
    assert found.rows == {
        WONGOK: {"인구": 1200.0, "비고": "많음"},
        BAEGUN: {"인구": None, "비고": None},
    }


def test_a_workbook_keeps_codes_as_numbers(xlsx_file, snapshot):
    found = join_to_dong(
        xlsx_file([["코드", "비율"], [4127354500, 12.5], [4127355500.0, 3]]), snapshot
    )
    assert found.rows == {WONGOK: {"비율": 12.5}, BAEGUN: {"비율": 3.0}}


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            "dong_code",
            ["4127354500.0", " 4127354500 ", "'4127354500", "\u20184127354500", "41273545"],
        ),
        (
            "dong_code",
            ['"4,127,354,500"', "4.1273545E+09", "４１２７３５４５００", "\u200b4127354500"],
        ),
        ("kostat_code", ["3109276", "31092760", "31092760.0"]),
        ("name", ["원곡동", "경기도 안산시 단원구 원곡동", "안산시단원구 원곡동", "안산시 원곡동"]),
        ("name", ["원곡", "단원구 원곡", "경기도 안산시 단원구  원곡 "]),
        ("dong_code", ["경기도 안산시 단원구 원곡동(4127354500)", "원곡동 ( 4127354500 )"]),
        ("name", ["원 곡 동", unicodedata.normalize("NFD", "단원구 원곡동"), "WONGOK-dong"]),
    ],
)
def test_ways_to_name_a_dong(join, kind, texts):
    for text in texts:
        found = join([["이름", "값"], [text, 1]])
        assert (text, found.kind, list(found.rows)) == (text, kind, [WONGOK])


def test_the_dong_that_is_named_as_the_city(join):
    assert list(join([["동", "값"], ["경기도 안산시 안산동", 1]]).rows) == ["4127161000"]


@pytest.mark.parametrize(
    ("reason", "texts"),
    [
        ("total", ["합계", "계", "소 계", "Total", "단원구 소계", "안산시", "4127300000"]),
        ("not in Ansan", ["1111051500", "1101053", "11010530", "수원시 장안구 파장동"]),
        ("원곡동 and 신길동 (split)", ["원곡본동", "4127354000", "3109263"]),
        ("백운동 (merged)", ["원곡1동", "단원구 원곡2동", "4127356000"]),
        ("its name is that of 백운동, its code that of 원곡동", ["백운동(4127354500)"]),
        ("원곡동 and 신길동 (split)", ["경기도 안산시 단원구 원곡본동(4127354000)"]),
        ("total", ["경기도 안산시 단원구 (4127300000)"]),
        ("not in Ansan", ["서울특별시 종로구 청운효자동(1111051500)"]),
        ("went on with 4127151000", ["4127051100"]),
        ("legal dong (법정동), which lies in several 행정동: 백운동, 원곡동", ["4127310800"]),
        ("원곡동 lies in 단원구", ["상록구 원곡동"]),
        # 성포동 4127159000 is shown as this, which is exactly 반월동 4127160000.
        ("rounded", ["4.12716E+09"]),
        ("names no dong", ["파장동", "동", "12"]),
    ],
)
def test_what_is_set_aside(join, reason, texts):
    for text in texts:
        found = join([["동", "값"], [BAEGUN, 1], [text, 2], [WONGOK, 3]], by="동")
        assert list(found.rows) == [BAEGUN, WONGOK]
        assert [(reject.row, reject.text) for reject in found.rejects] == [(2, text)]
        assert reason in found.rejects[0].reason


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (["구역", "가"], r"columns 구역, 값; it needs .*10-digit"),
        (
            ["동", "원곡동", "백운동", WONGOK],
            r"원곡동 \(4127354500\) appears twice, in rows 1 and 3",
        ),
        (
            ["코드", "4127310800", "4127310900", WONGOK],
            r"2 of 3 codes are of legal dong \(법정동\)",
        ),
        (["동", "원곡동", "선부동", "본오동"], "본오동, 선부동 are names of legal dong"),
        (["동", "원곡동", "경기도 안산시 단원구 선부동"], "선부동 are names of legal dong"),
        (["name", "Wongok-dong", "Seonbu-dong"], "선부동 are names of legal dong"),
        (["법정동명", "원곡동", "초지동"], "the column 법정동명 says"),
    ],
)
def test_tables_that_are_refused(join, keys, message):
    with pytest.raises(TableJoinError, match=message):
        join([[key, "값" if n == 0 else n] for n, key in enumerate(keys)])


def test_codes_of_statistics_korea_are_those_of_the_register_of_shops(snapshot):
    source = Path(adapters.__file__).with_name("semas.toml")
    of_kostat = tomllib.loads(source.read_text("utf-8"))["lookup"]["dong_of_kostat"]
    dong = dong_dictionary(snapshot)
    assert {code: dong.identify(code).dong for code in of_kostat} == of_kostat


def test_every_dong_is_known_by_each_of_its_names(snapshot):
    layer, dong = snapshot.layers["dong"], dong_dictionary(snapshot)
    for row in layer.columns.select(["id", "name_ko", "name_en", "kostat_code"]).to_pylist():
        assert {dong.identify(text).dong for text in row.values()} == {row["id"]}
    assert layer.count == 25


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([["담당", "동", "값"], ["원곡동", "원곡동", 1], ["원곡동", "백운동", 2]], "동"),
        ([["동", "코드", "값"], ["원곡동", WONGOK, 1]], "코드"),
    ],
)
def test_the_column_that_names_most_dong_is_taken_and_codes_before_names(join, rows, key):
    assert join(rows).key == key


def test_the_column_may_be_said(join):
    rows = [["동", "코드", "값"], ["원곡동", WONGOK, 1]]
    found = join(rows, by=unicodedata.normalize("NFD", "동"))
    assert (found.key, found.columns) == ("동", ("코드", "값"))


def test_a_column_that_is_not_there(join):
    with pytest.raises(BadParameterError) as caught:
        join([["동", "값"], ["원곡동", 1]], by="행정동")
    assert (caught.value.name, caught.value.value) == ("by", "행정동")
    assert caught.value.allowed == "동, 값"


def test_names_that_legal_dong_have_too_are_said(join, snapshot):
    both = join([["동", "값"], ["원곡동", 1], ["초지동", 2]])
    sure = join([["동", "값"], ["원곡동", 1], ["선부1동", 2]])
    said = [
        any("법정동" in caveat for caveat in to_measure_result(it, snapshot, "값").caveats)
        for it in (both, sure)
    ]
    assert said == [True, False]


def test_a_total_beside_an_empty_code(join):
    found = join([["구분", "코드", "값"], ["", WONGOK, 1], ["합계", "", 1]])
    assert account(found) == {"": "total"}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (['"1,234"', "12.5%"], [1234.0, 12.5]),
        (["-3", "+0.5"], [-3.0, 0.5]),
        (["\N{MINUS SIGN}3", " 7 "], [-3.0, 7.0]),
        (["", "7"], [None, 7.0]),
        (["-", "7"], [None, 7.0]),
        (["0", "1e3"], [0.0, 1000.0]),
    ],
)
def test_numbers(join, cells, values):
    found = join([["코드", "값"], [WONGOK, cells[0]], [BAEGUN, cells[1]]])
    assert found.numeric == ("값",)
    assert [row["값"] for row in found.rows.values()] == values


@pytest.mark.parametrize(
    "text", ["약 3", "1e999", "inf", "nan3", '"1,23"', "1_000", "2026-03-01", "5%%", "٣"]
)
def test_what_is_no_number(join, text):
    found = join([["코드", "값"], [WONGOK, 1], [BAEGUN, text]])
    assert found.numeric == ()
    assert found.rows[WONGOK] == {"값": "1"}


def test_rows_that_are_not_joined_make_no_column_text(join):
    assert join([["코드", "값"], [WONGOK, 1], ["합계", "없음"]]).numeric == ("값",)


def test_a_column_without_cells_is_no_numbers(join):
    assert join([["코드", "값"], [WONGOK, ""]]).numeric == ()


def test_a_broken_row_is_set_aside(join):
    found = join([["코드", "값"], [WONGOK, 1], [BAEGUN, 1, 2]])
    (one,) = found.rejects
    assert (found.read, one.row, one.reason) == (2, 2, "it has 3 instead of 2 cells")


HOSTILE = ["=cmd|'/c calc'!A0", "<script>alert(1)</script>", "@SUM(A1)", "{{7*7}}", "../../etc"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(xlsx_file, snapshot, text):
    found = join_to_dong(
        xlsx_file([["코드", "값", "비고"], [WONGOK, 1, text], [text, 2, ""]]), snapshot, by="코드"
    )
    assert found.rows == {WONGOK: {"값": 1.0, "비고": text}}
    assert account(found) == {text: "it names no dong of Ansan"}


def test_a_finding_has_every_dong(join, snapshot):
    found = join([["동", "값", "비고"], ["원곡동", 3, "가"], ["백운동", "", ""], ["합계", 3, ""]])
    finding = to_measure_result(found, snapshot, "값")
    rows = {row["dong_code"]: row for row in finding.rows}
    assert len(rows) == len(finding.rows) == len(finding.shapes) == 25
    assert rows[WONGOK] == {
        "dong_code": WONGOK, "name_ko": "원곡동", "name_en": "Wongok-dong", "value": 3.0,
        "state": "shown", "값": 3.0, "비고": "가",
    }  # fmt: skip
    assert [rows[item]["state"] for item in (BAEGUN, SINGIL)] == ["missing", "missing"]
    assert [rows[item]["value"] for item in (BAEGUN, SINGIL)] == [None, None]
    assert {column.name for column in finding.columns} == set(finding.rows[0])


def test_a_finding_says_where_rows_went(join, snapshot):
    rows = [["코드", "값"], [WONGOK, 3], ["1111051500", 1], ["1111053000", 1], ["합계", 5]]
    finding = to_measure_result(join(rows), snapshot, "값")
    assert finding.caveats == (
        "4 rows read, 1 joined, 3 set aside",
        "2 set aside: not in Ansan",
        "1 set aside: total",
        "24 dong have no value in the table",
    )
    assert finding.basis.left_out == {"not in Ansan": 2, "total": 1}


def test_a_finding_needs_a_column_of_numbers(join, snapshot):
    found = join([["동", "값", "비고"], ["원곡동", 3, "가"]])
    with pytest.raises(BadParameterError, match="column='비고' is not allowed; allowed: 값"):
        to_measure_result(found, snapshot, "비고")


def test_columns_named_as_those_of_the_finding(join, snapshot):
    found = join([["코드", "value", "value_", "state", "of"], [WONGOK, 1, 2, "x", "y"]])
    row = next(
        item
        for item in to_measure_result(found, snapshot, "value_").rows
        if item["dong_code"] == WONGOK
    )
    assert (row["value"], row["state"]) == (2.0, "shown")
    assert (row["value__"], row["value_"], row["state_"], row["of_"]) == (1.0, 2.0, "x", "y")


def test_a_finding_can_be_taken_away(join, snapshot):
    found = join([["코드", "값", "비고", "빈칸"], [WONGOK, 1, "=1+1", ""]])
    finding = to_measure_result(found, snapshot, "값")
    sheet = data_sheet(finding, TableSettings(None, "", ()))
    assert ',"\'=1+1"' in as_csv(sheet).decode("utf-8-sig")
    assert as_xlsx([sheet]).startswith(b"PK")


def test_too_many_bytes(tmp_path, snapshot):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\r\n" + b"1,2\r\n" * (MOST_BYTES // 5))
    with pytest.raises(TableJoinError, match="2,000,000 bytes"):
        join_to_dong(path, snapshot)


def test_too_many_rows(join):
    rows = [["코드", "값"], [WONGOK, 1], *[["1111051500", 1]] * (MOST_ROWS - 1)]
    assert join(rows).read == MOST_ROWS
    with pytest.raises(TableJoinError, match="1,000 rows"):
        join([*rows, ["합계", 1]])


def test_too_many_columns(join):
    header = ["코드", *(f"값{n}" for n in range(MOST_COLUMNS - 1))]
    cells = [WONGOK, *range(MOST_COLUMNS - 1)]
    assert len(join([header, cells]).columns) == MOST_COLUMNS - 1
    with pytest.raises(TableJoinError, match="60 columns"):
        join([[*header, "하나더"], [*cells, 1]])


def test_columns_without_name_and_cells_are_none(join):
    assert join([["코드", "값", "", ""], [WONGOK, 1, "", "x"]]).columns == ("값", "column_4")


@pytest.mark.parametrize("name", ["a.json", "a.zip", "a.xls", "a"])
def test_other_files_are_refused(tmp_path, snapshot, name):
    (tmp_path / name).write_bytes(b"[]")
    with pytest.raises(InputFileError, match=r"allowed are \.csv"):
        join_to_dong(tmp_path / name, snapshot)


def test_nothing_is_written(csv_file, snapshot, tmp_path):
    to_measure_result(
        join_to_dong(csv_file([["코드", "값"], [WONGOK, 1]]), snapshot, by="코드"), snapshot, "값"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["표.csv"]


CELL = st.one_of(
    st.sampled_from(["합계", "4127310800", "원곡본동", "1111051500", "4.12716E+09", "", "-", "=1"]),
    st.text(st.characters(exclude_characters=',"\r\n|\t;', exclude_categories=("Cs", "Cc"))),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL), max_size=12))
def test_every_row_is_joined_or_set_aside(csv_file, snapshot, cells):
    dong = dong_dictionary(snapshot)
    others = [row for row in cells if dong.identify(row[0]).status not in ("dong", "legal")]
    rows = [["코드", "값"], [WONGOK, "1"], [BAEGUN, "2"], *others]
    found = join_to_dong(csv_file(rows), snapshot, by="코드")
    assert list(found.rows) == [WONGOK, BAEGUN]
    assert found.read == len(found.rows) + len(found.rejects) == len(rows) - 1
    assert [reject.row for reject in found.rejects] == list(range(3, found.read + 1))
    assert all(reject.reason for reject in found.rejects)
