"""CSV, read as programs read it."""

import csv
import io

import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from takeaway import layer, selection, taken, texts

# Every sign with a meaning somewhere, more often than chance would have it.
HOSTILE = st.text(
    st.sampled_from(list("=+-@＝＋－＠;,|\t\r\n\"' \x00a가")) | st.characters(codec="utf-8"),
    max_size=8,
)


def read(file: bytes, delimiter: str = ",") -> list[list[str]]:
    text = io.StringIO(file.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=delimiter))


def cell(text: str) -> str:
    """A text after it was written and read."""
    return read(taken("csv", selection(layer(texts(text)))))[1][1]


def test_every_kind_of_value_is_written_as_it_is():
    columns = {
        "name": pa.array(["Agan, Resto", None]),
        "share": pa.array([-0.25, None]),
        "year": pa.array([-5, None]),
        "open": pa.array([True, None]),
        "since": pa.array(["2025-11", None]),
        "cuisine": pa.array([["uz", "central-asia"], []]),
    }
    assert taken("csv", selection(layer(columns))).decode("utf-8") == (
        "\ufeffid,name,share,year,open,since,cuisine,lon,lat\r\n"
        '"a0","Agan, Resto",-0.25,-5,true,"2025-11","uz|central-asia",126.7912,37.3262\r\n'
        '"a1",,,,,,"",126.7912,37.3262\r\n'
    )


def test_an_unknown_list_is_empty_and_a_bar_in_a_member_separates_nothing():
    lists = pa.array([None, ["a|b", "c"]], pa.list_(pa.string()))
    rows = read(taken("csv", selection(layer({"claims": lists}))))
    assert [row[1] for row in rows] == ["claims", "", "a¦b|c"]


def test_areas_have_a_point_within_them():
    square = shapely.box(126.79, 37.3, 126.80, 37.31)
    holed = square - shapely.box(126.794, 37.304, 126.796, 37.306)
    several = shapely.MultiPolygon([square, shapely.box(126.9, 37.3, 126.91, 37.31)])
    of = layer(texts("a", "b", "c"), [square, holed, several], "Polygon")
    rows = read(taken("csv", selection(of)))
    assert rows[0] == ["id", "name", "lon", "lat"]
    within = shapely.points([list(map(float, row[2:])) for row in rows[1:]])
    assert shapely.contains([square, holed, several], within).all()
    assert max(len(cell) for row in rows for cell in row) < 15


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ('=HYPERLINK("http://x.example","a")', '\'=HYPERLINK("http://x.example","a")'),
        ("+82-31-000-0000", "'+82-31-000-0000"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1+1", "'＝1+1"),
        ("  =1", "  '=1"),
        ("\u00a0=1", "\u00a0'=1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\n=1", "'\n'=1"),
        ("a;=1", "a;'=1"),
        ("a\n-b", "a\n'-b"),
        ("a\x00b", "a\ufffdb"),
        # Nothing of these is a formula.
        ("다문화길 33-1", "다문화길 33-1"),
        ("a=1", "a=1"),
        ("a@b.example", "a@b.example"),
        ("a, =1", "a, =1"),
        ('"quoted"', '"quoted"'),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202eabc", "\u202eabc"),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_what_could_run_gets_a_quote_and_nothing_else_changes(given, written):
    assert cell(given) == written


def test_a_negative_number_of_a_column_of_numbers_stays_one():
    found = pd.read_csv(
        io.BytesIO(taken("csv", selection(layer({"change": pa.array([-5, 5])})))),
        encoding="utf-8-sig",
    )
    assert found["change"].tolist() == [-5, 5]


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_no_cell_begins_a_formula_whatever_a_program_separates_by(values):
    file = taken("csv", selection(layer(texts(*values))))
    for delimiter in ",;\t":
        for row in read(file, delimiter)[1:]:
            for item in row:
                assert not item.strip().startswith(tuple("=+-@＝＋－＠")), (delimiter, row)


@given(st.lists(HOSTILE, min_size=1, max_size=5))
def test_a_text_comes_back_but_for_quotes_before_signs_and_for_nul(values):
    rows = read(taken("csv", selection(layer(texts(*values)))))[1:]

    def bare(text):
        return text.replace("'", "").replace("\x00", "\ufffd")

    assert [bare(row[1]) for row in rows] == [bare(value) for value in values]


@given(st.lists(st.text(st.characters(whitelist_categories=["L", "Nd", "So"])), min_size=1))
def test_letters_of_any_script_come_back_unchanged(values):
    rows = read(taken("csv", selection(layer(texts(*values)))))[1:]
    assert [row[1] for row in rows] == values


def test_a_column_that_repeats_itself_is_made_harmless_too():
    rows = read(taken("csv", selection(layer(texts(*["=1", None, "b"] * 2_000)))))[1:]
    assert [row[1] for row in rows] == ["'=1", "", "b"] * 2_000
