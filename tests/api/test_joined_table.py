"""The page of a table that was handed in: preview, choices, map and table, without a script."""

import csv
import io
import json
import re
import tempfile
import zipfile
from html import unescape

import pytest
import xlsxwriter

HERE = "/maps/join"
LONG = (
    "연도,동,명\n2015,원곡동,11\n2015,백운동,12\n2020,원곡동,21\n2020,백운동,22\n2020,합계,43\n"
).encode("cp949")
WONGOK, BAEGUN = "4127354500", "4127355500"


@pytest.fixture(scope="module")
def workbook():
    """A sheet of notes, and one with a merged title, a unit and a header of two rows in row 4."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("안내").write("A1", "작성 요령")
        sheet = book.add_worksheet("현황")
        sheet.merge_range("A1:E1", "동별 인구 현황")
        sheet.write("E2", "(단위: 명)")
        sheet.merge_range("A4:A5", "구")
        sheet.merge_range("B4:B5", "행정동")
        sheet.merge_range("C4:D4", "인구")
        sheet.write("E4", "비고")
        sheet.write_row("C5", ["남", "여"])
        sheet.merge_range("A6:A7", "단원구")
        sheet.write_row("B6", ["원곡", 16, 14, "<script>x</script>"])
        sheet.write_row("B7", ["경기도 안산시 단원구 백운동(4127355500)", 11, 9])
        sheet.write_row("A8", ["상록구", "사1동", 5, 6])
        sheet.write_row("A9", ["합계", "", 32, 29])
        later = book.add_worksheet("작년")
        later.write_row("A1", ["동", "가구"])
        later.write_row("A2", ["원곡동", 7])
    return stream.getvalue()


def show(client, content=None, name="t.csv", lang="en", **fields):
    files = {"table": (name, content)} if content else {"table": ("", b"")}
    return client.post(f"{HERE}?lang={lang}", files=files, data={"f": "html", **fields})


def form_of(page):
    """The fields as the page has them, so that a test can send the form again."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    fields = {name: unescape(value) for name, value in hidden}
    for name, inner in re.findall(r'<select id="\w+" name="(\w+)">(.*?)</select>', page.text, re.S):
        options = re.findall(r'<option value="([^"]*)"( selected)?>', inner)
        marked = [value for value, selected in options if selected] or [options[0][0]]
        fields[name] = unescape(marked[0])
    return fields


def values(page):
    rows = re.findall(r"<td>(\d{10})</td><td class=\"figure\">([^<]*)</td>", page.text)
    return dict(rows)


def test_a_workbook_of_an_office_is_read_as_it_stands(client, workbook):
    page = show(client, workbook, "t.xlsx")
    assert page.status_code == 200
    form = form_of(page)
    assert (form["sheet"], form["header_row"], form["header_rows"]) == ("현황", "4", "2")
    assert (form["by"], form["column"]) == ("행정동", "인구/남")
    # 사1동 was renamed 사동, 4127152500, in 2017.
    assert values(page) == {WONGOK: "16", BAEGUN: "11", "4127152500": "5"}
    assert "4 rows read, 3 joined, 1 set aside" in page.text
    # The total stands in row 9 of the sheet, as a spreadsheet program shows it.
    assert '<td class="figure">9</td><td></td><td>total</td>' in page.text
    assert "<script>x" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_each_choice_may_be_changed(client, workbook):
    form = form_of(show(client, workbook, "t.xlsx"))
    other = show(client, **{**form, "column": "인구/여"})
    assert values(other)[WONGOK] == "14"
    last_year = show(client, **{**form, "sheet": "작년"})
    assert values(last_year) == {WONGOK: "7"}
    assert form_of(last_year)["column"] == "가구"
    wrong = show(client, **{**form, "header_row": "8", "header_rows": "1"})
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    assert values(show(client, **{**form_of(wrong), "header_row": "4", "header_rows": "2"}))


def test_a_long_table_of_2020_and_then_of_2015(client):
    page = show(client, LONG)
    form = form_of(page)
    assert (form["year_column"], form["year"], form["column"]) == ("연도", "2020", "명")
    assert values(page) == {WONGOK: "21", BAEGUN: "22"}
    assert values(show(client, **{**form, "year": "2015"})) == {WONGOK: "11", BAEGUN: "12"}


def test_cells_pasted_from_a_spreadsheet(client):
    page = show(client, text="동\t인구\r\n원곡\t1,234\r\n백운\t5\r\n")
    assert values(page) == {WONGOK: "1,234", BAEGUN: "5"}
    assert values(show(client, **form_of(page))) == {WONGOK: "1,234", BAEGUN: "5"}


def test_the_files_are_those_of_the_page(client):
    form = {**form_of(show(client, LONG)), "year": "2015", "title": "등록 인구", "unit": "명"}
    answer = show(client, **{**form, "source": "안산시", "f": "json"})
    told = answer.json()
    assert told["title"] == "등록 인구 (명)"
    assert told["caveats"][0] == "Source, as typed in: 안산시"
    text = show(client, **{**form, "f": "csv"}).content.decode("utf-8-sig")
    held = {row[0]: row[3] for row in csv.reader(io.StringIO(text))}
    assert (held[WONGOK], held[BAEGUN]) == ("11", "12")
    for kind in ("png", "pdf", "xlsx"):
        assert show(client, **{**form, "f": kind, "classes": "jenks"}).status_code == 200


def test_own_classes_are_those_of_the_legend(client):
    page = show(client, LONG, classes="own", breaks="21 30")
    assert "1 to 21" in page.text
    assert "22 to 30" in page.text
    refused = show(client, LONG, classes="own", breaks="30 21")
    assert refused.status_code == 400
    assert "ascending order" in refused.text


def test_a_fall_may_be_written_as_korean_offices_do(client):
    page = show(client, '동,증감\n원곡동,"△1,204"\n백운동,3\n'.encode())
    assert values(page)[WONGOK] in ("-1,204", "−1,204")


def test_negative_numbers_are_named_and_parted_at_zero(client):
    page = show(client, "동,증감\n원곡동,-4\n백운동,3\n신길동,6\n".encode(), lang="ko")
    assert "0보다 작은 값: 3개 중 1개" in page.text
    assert values(page)[WONGOK] in ("-4", "−4")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "no dong of Ansan is named"),
        ("동,비고\n원곡동,많음\n".encode(), "no column of this table holds numbers alone"),
        (
            "동,구,증감\n원곡동,단원,▲4\n백운동,단원,3\n".encode(),
            "in the column 증감, ▲4 (원곡동) is none",
        ),
        ("법정동,n\n본오동,1\n선부동,2\n".encode(), "legal dong"),
        (b"\x00\x01\x02", "t"),
    ],
)
def test_what_cannot_be_joined_gets_a_sentence_and_its_choices(client, content, said):
    page = show(client, content)
    assert page.status_code == 400
    assert said in page.text.partition('role="alert">')[2].partition("<")[0]
    assert 'name="carried"' in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"carried": ".csv:%%%"},
        {"carried": ".exe:AAAA"},
        {"text": "동\t값\n원곡\t1", "header_row": "0"},
        {"text": "동\t값\n원곡\t1", "header_rows": "9"},
        {"text": "동\t값\n원곡\t1", "header_row": "29"},
        {"text": "동\t값\n원곡\t1", "title": "x" * 121},
        {"text": "동\t값\n원곡\t1", "classes": "pretty"},
        {"text": "동\t값\n원곡\t1", "year_column": "때"},
    ],
)
def test_wrong_fields_are_refused(client, fields):
    assert show(client, **fields).status_code == 400


def test_nothing_of_it_is_kept(client, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert show(client, LONG).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_a_korean_page_is_korean(client, workbook):
    text = show(client, workbook, "t.xlsx", lang="ko").text
    main = re.sub(r"<[^>]+>", " ", text.partition("<main")[2].partition("</main>")[0])
    assert "표의 사1동" in main
    for english in ("rows read", "set aside", "up to", "Choose", "renamed"):
        assert english not in main


def test_a_split_dong_is_explained_in_korean(client):
    text = show(client, "동,값\n원곡동,1\n원곡본동,2\n원곡1동,3\n".encode(), lang="ko").text
    assert "ended on" not in text
    assert "became" not in text


def test_a_csv_comes_with_the_file_that_describes_it(client):
    """Unpacked side by side, the about-file has the name by which readers of CSVW look for it."""
    form = {**form_of(show(client, LONG)), "title": "등록 인구", "unit": "명", "source": "안산시"}
    answer = show(client, lang="ko", **{**form, "f": "zip"})
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="dong.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["dong.csv", "dong.csv-metadata.json"]
        text, about = (archive.read(name) for name in archive.namelist())
    assert text == show(client, lang="ko", **{**form, "f": "csv"}).content
    described = json.loads(about)
    assert described["url"] == "dong.csv"
    assert described["dc:title"] == "등록 인구 (명)"
    assert any("안산시" in comment for comment in described["rdfs:comment"])
    header, *rows = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    columns = described["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == header
    names = [column["name"] for column in columns if "name" in column]
    assert "value" in names
    assert all(re.fullmatch(r"[A-Za-z0-9]\w*", name, re.ASCII) for name in names)
    value = columns[names.index("value")]
    assert value["datatype"] == "integer"
    assert all(row[header.index(value["titles"])].isdecimal() for row in rows if row[0] == WONGOK)


def test_the_page_gives_no_csv_without_its_description(client):
    page = show(client, LONG).text
    assert 'name="f" value="zip"' in page
    assert 'name="f" value="csv"' not in page
