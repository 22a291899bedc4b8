"""`--rejects`: the rows that a load set aside, as a file that a spreadsheet program opens."""

import csv
import io
import json
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter
from python_calamine import load_workbook

from atlas.command_line import main
from geo.core.formula import escape_formula
from geo.pipeline.ingest import ground_of
from geo.pipeline.register_catalogue import source_of
from geo.pipeline.registers.release import NothingUsableError, collect, geocode
from geo.pipeline.rejects import Reject, list_rejects, saving_rejects, write_rejects
from geo.readers import open_tables
from geo.serving.formats.delimited import table_as_csv

CASES = Path(__file__).parents[2] / "data" / "cases"
ROAD = "경기도 안산시 단원구 다문화길"


@pytest.fixture
def ingest(home, monkeypatch, capsys, tmp_path):
    """Load files as typed, and return the account and the rejects."""

    def load(*words: object) -> tuple[dict[str, int], Path]:
        to = tmp_path / "rejects.csv"
        command = ["atlas", "ingest", *map(str, words), "--rejects", str(to), "--json"]
        monkeypatch.setenv("ATLAS_HOME", str(home))
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit):
            main()
        printed = capsys.readouterr().out.splitlines()
        return json.loads(printed[-1]) if printed else {}, to

    return load


def rows_of(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    header, *rows = load_workbook(str(path)).get_sheet_by_index(0).iter_rows()
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture
def office_file(tmp_path) -> Path:
    """A list with a title, cells of several lines, a row cut short, and three rows to set aside."""
    path = tmp_path / "list.csv"
    path.write_text(
        "\n".join(
            (
                "안산시 음식점,,,",
                "상호명,업종,도로명주소,비고",
                f'가게하나,음식점,{ROAD} 18,"첫 줄',
                '둘째 줄"',
                "",
                f"가게둘,모름,{ROAD} 20,=1+2",
                "가게셋,음식점,,",
                "가게넷,음식점",
                "합계,4,,",
            )
        ),
        "cp949",
    )
    return path


def test_rows_set_aside_are_written_as_the_spreadsheet_counts_them(ingest, office_file):
    account, to = ingest("table", office_file, "--mapping", "city-survey", "--dry-run")
    rows = rows_of(to)
    assert account["set_aside"] == len(rows) == 4
    assert [int(row["row"]) for row in rows] == [5, 6, 7, 8]
    assert {row["file"] for row in rows} == {"list.csv"}
    assert [row["상호명"] for row in rows] == ["가게둘", "가게셋", "가게넷", "합계"]
    assert "is not in [lookup.category]" in rows[0]["reason"]
    assert rows[0]["비고"] == "'=1+2"
    assert rows[2]["reason"] == "has 2 instead of 4 cells"


@pytest.fixture(scope="module")
def set_aside(data, areas):
    """Rows set aside of a load for a table or register, without publishing it."""
    ground = ground_of(data, areas, "ansan")

    def collected(source: str, files: list[Path], mapping: str | None = None) -> pd.DataFrame:
        chosen = source_of(source, mapping)
        gathered = collect(chosen.parse_files(files), ground, lambda _, rows: None)
        return geocode(chosen, gathered, ground).rejects

    return collected


def test_rows_of_several_files_and_sheets_are_found_in_their_own(set_aside, tmp_path):
    book = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        for gu in ("단원구", "상록구"):
            sheet = workbook.add_worksheet(gu)
            sheet.write(0, 0, f"{gu} 음식점")
            sheet.write_row(2, 0, ["상호명", "업종", "도로명주소"])
            sheet.write_row(3, 0, [f"{gu}하나", "음식점", f"{ROAD} 18"])
            sheet.write_row(5, 0, [f"{gu}둘", "무엇", f"{ROAD} 20"])
    listed = tmp_path / "a.csv"
    listed.write_text(f"상호명,업종,도로명주소\n가게,무엇,{ROAD} 1\n", "utf-8")
    files = [book, listed]
    rejects = list_rejects(set_aside("table", files, "city-survey"), open_tables(files))
    assert [(reject.file, reject.row, reject.cells["상호명"]) for reject in rejects] == [
        ("a.csv", 2, "가게"),
        ("b.xlsx#단원구", 6, "단원구둘"),
        ("b.xlsx#상록구", 6, "상록구둘"),
    ]


@pytest.mark.parametrize(("source", "file"), [("permits", "permits"), ("semas", "cases/floor.csv")])
def test_each_row_set_aside_of_a_register_is_listed_once(set_aside, source, file):
    path = CASES.parent / file
    frame = set_aside(source, [path])
    rejects = list_rejects(frame, open_tables([path]))
    assert len(rejects) == len(frame)
    assert all(reject.reason and len(reject.cells) > 1 for reject in rejects)


def test_a_load_of_which_no_row_can_be_used_says_why_for_each(ingest, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(f"상호명,업종,도로명주소\n가게,무엇,{ROAD} 1\n,음식점,{ROAD} 2\n", "utf-8")
    account, to = ingest("table", path, "--mapping", "city-survey")
    assert not account
    assert [row["row"] for row in rows_of(to)] == ["2", "3"]


def test_rows_that_are_no_table_show_their_text():
    rejects = pd.DataFrame({"file": "a.osm", "row": [7], "reason": "has no name", "text": "shop=x"})
    assert list_rejects(rejects, []) == [Reject("a.osm", 7, "has no name", {"text": "shop=x"})]


@pytest.mark.parametrize("text", ["=1+2", " +1", "a;=1", "＝cmd", "-x", "\t@x", "가", "a=1", ""])
def test_a_formula_is_escaped_as_everywhere_in_the_atlas(text):
    (line,) = table_as_csv(pa.table({"a": [text]})).decode("utf-8-sig").split("\r\n")[1:-1]
    assert escape_formula(text) == line.strip('"')


@pytest.mark.parametrize("number", ["-5", "+82", "126.79", "-0.5"])
def test_a_number_is_no_formula(number):
    assert escape_formula(number) == number


@pytest.mark.parametrize("name", ["rejects.txt", "nowhere/rejects.csv"])
def test_a_place_where_no_rejects_can_be_is_refused_before_the_load(tmp_path, name):
    with (
        pytest.raises(Exception, match="is not allowed"),
        saving_rejects([tmp_path / name], [], None),
    ):
        pytest.fail("the load began")


def test_a_refused_load_is_still_refused(tmp_path):
    rejects = pd.DataFrame({"file": ["a"], "row": [1], "reason": ["why"], "text": ["what"]})
    to = tmp_path / "rejects.csv"
    with pytest.raises(NothingUsableError), saving_rejects([to], [], None):
        raise NothingUsableError("none", rejects)
    assert rows_of(to) == [{"file": "a", "row": "1", "reason": "why", "text": "what"}]


def test_a_workbook_of_rejects_holds_texts_and_numbers_of_rows(tmp_path):
    to = tmp_path / "rejects.xlsx"
    with to.open("wb") as out:
        write_rejects([Reject("a", 2, "why", {"x": "=1+2", "y": "007"})], out, ".xlsx")
    assert rows_of(to) == [{"file": "a", "row": 2.0, "reason": "why", "x": "=1+2", "y": "007"}]


def test_a_header_that_is_a_formula_is_text():
    out = io.BytesIO()
    write_rejects([Reject("a", 2, "why", {"=1+2": "x"})], out, ".csv")
    assert out.getvalue().decode("utf-8-sig").splitlines()[0] == '"file","row","reason","\'=1+2"'
