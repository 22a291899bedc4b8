import csv
import io
from contextlib import nullcontext

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from geo.readers import delimited, errors
from geo.readers.input_files import InputFile
from geo.readers.row_account import RowAccount
from geo.readers.rows import has_regular_quotes, whole_rows
from geo.readers.sniff import Head

CELL = st.text(st.sampled_from("가나다힣abc 01,|;\t\"\n\r'="), max_size=6)
SAFE = st.text(st.sampled_from("가나다힣abc01"), min_size=1, max_size=3)


@st.composite
def tables(draw):
    """A header of different names and rows as wide as that, with nasty cells."""
    header = draw(st.lists(SAFE, min_size=2, max_size=4, unique=True))
    row = st.lists(CELL, min_size=len(header), max_size=len(header))
    return header, draw(st.lists(row, min_size=1, max_size=8))


@pytest.fixture(params=[20, 8_000_000], ids=["small blocks", "one block"])
def block_bytes(request, monkeypatch):
    """Blocks so small that rows and characters are cut, and the usual ones."""
    monkeypatch.setattr(delimited, "BLOCK", request.param)
    return request.param


@given(
    table=tables(),
    delimiter=st.sampled_from(",|\t;"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp949"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@example(
    table=(["가", "나"], [["", ""], ['"', '""'], ["\n", "\r"]]),
    delimiter=",",
    encoding="cp949",
    line_end="\r\n",
    quoting=csv.QUOTE_ALL,
)
def test_what_csv_writes_is_read_back_equal(
    tmp_path_factory, read_files, table, delimiter, encoding, line_end, quoting
):
    header, rows = table
    # Python before 3.13 leaves a line end bare that is not its own: two rows to any reader.
    strange = {"\r", "\n"} - set(line_end)
    assume(quoting == csv.QUOTE_ALL or not any(strange & set(cell) for row in rows for cell in row))
    path = tmp_path_factory.mktemp("csv", numbered=True) / "table.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
        writer.writerows([header, *rows])
    (reading,) = read_files(path)
    assert reading.table.header == tuple(header)
    assert reading.rows == {number: tuple(row) for number, row in enumerate(rows, 1)}
    assert reading.broken == []


@given(data=st.binary(max_size=200), head=st.sampled_from([b"a,b\n1,2\n", b"a|b\r\n"]))
def test_any_bytes_behind_a_header_are_rows_or_one_sentence(
    tmp_path_factory, read_files, data, head
):
    path = tmp_path_factory.mktemp("bytes", numbered=True) / "any.csv"
    path.write_bytes(head + data)
    try:
        (reading,) = read_files(path)
    except errors.InputFileError as error:
        assert str(error).startswith("any.csv: ")
    else:
        numbers = [*reading.rows, *(item.row for item in reading.broken)]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.usefixtures("block_bytes")
def test_rows_cut_by_blocks_are_whole(read_bytes):
    text = "번호,이름\n1,고향만두\n2,하노이\n\n3,카페\n"
    for encoding in ("utf-8", "cp949"):
        assert read_bytes(text.encode(encoding)).rows == {
            1: ("1", "고향만두"),
            2: ("2", "하노이"),
            3: ("3", "카페"),
        }


@pytest.mark.usefixtures("block_bytes")
def test_a_cell_of_several_lines_is_one_cell(read_bytes):
    text = 'id,name\n1,"a\nb\r\nc"\n2,"d, ""e"""\n3,"f\n"\n4,g\n'
    assert list(read_bytes(text.encode()).rows.values()) == [
        ("1", "a\nb\r\nc"),
        ("2", 'd, "e"'),
        ("3", "f\n"),
        ("4", "g"),
    ]


@pytest.mark.usefixtures("block_bytes")
def test_numbers_count_broken_rows_and_not_blank_lines(read_bytes):
    reading = read_bytes(b"a,b\n1,2\n\nlonely\n\r\n3,4\n5,6,7\n8,9")
    assert reading.rows == {1: ("1", "2"), 3: ("3", "4"), 5: ("8", "9")}
    assert reading.broken == [
        (2, "has 1 instead of 2 cells", "lonely"),
        (4, "has 3 instead of 2 cells", "5,6,7"),
    ]


def test_a_quote_that_never_closes_costs_one_row(read_bytes):
    rows = b"".join(b"%d,name,street\n" % number for number in range(2, 1_000))
    reading = read_bytes(b'id,name,address\n1,"torn\n' + rows)
    assert len(reading.rows) == 998
    assert reading.broken == [(1, "has 2 instead of 3 cells", '1,"torn')]


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ";"])
def test_the_delimiter_is_told_by_the_header(delimiter, read_bytes):
    reading = read_bytes(f"상호{delimiter}주소\n가{delimiter}나\n".encode(), "register.txt")
    assert (reading.table.delimiter, reading.rows) == (delimiter, {1: ("가", "나")})


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp949", "cp949")]
)
@pytest.mark.parametrize("header", ["id,name", "번호,이름"])
def test_the_encoding_is_told_by_the_rows(header, encoding, told, read_bytes):
    reading = read_bytes(f"{header}\n1,똠얌꿍".encode(encoding))
    assert (reading.table.encoding, reading.rows) == (told, {1: ("1", "똠얌꿍")})


def test_korean_far_behind_the_header_still_tells_the_encoding(read_bytes):
    text = "id,name\n" + "1,plain\n" * 200_000 + "2,고향만두\n"
    reading = read_bytes(text.encode("cp949"))
    assert (reading.table.encoding, reading.rows[200_001]) == ("cp949", ("2", "고향만두"))


def test_one_row_of_a_hundred_in_another_encoding_is_kept_and_told(read_bytes):
    reading = read_bytes("번호,이름\n".encode() * 100 + "7,사마르칸트\n".encode("cp949"))
    assert len(reading.rows) == 100
    assert reading.table.undecoded == [100]
    assert "\ufffd" in reading.rows[100][1]


def test_an_encoding_that_nobody_knows_is_refused(read_bytes):
    with pytest.raises(errors.TextEncodingError, match="allowed are utf-8"):
        read_bytes(b"a,b\n1,2\n", encodings=("utf-16",))


def test_names_of_columns_are_stripped_and_the_unnamed_counted(read_bytes):
    header = read_bytes(b"\xef\xbb\xbf \xe2\x80\x8bid\t , name ,,\n1,2,3,4\n").table.header
    assert header == ("id", "name", "column_3", "column_4")


def test_cells_keep_their_blanks_zeros_and_quotes_inside(read_bytes):
    assert read_bytes(b'a,b,c\n 007 ,1.0,x"y\n').rows == {1: (" 007 ", "1.0", 'x"y')}


def test_words_for_nothing_stay_words(read_bytes):
    assert read_bytes(b"a,b,c\nNULL,NaN,\n").rows == {1: ("NULL", "NaN", "")}


class Counted(io.BytesIO):
    """Bytes in memory that count how many were read."""

    count = 0

    def read(self, size: int = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


def test_a_file_is_read_no_further_than_its_rows_are_asked_for():
    stream = Counted(b"id,name\n" + b"1,somebody's noodle kitchen\n" * 1_500_000)
    head = Head("utf-8", frozenset(), ",", ("id", "name"), start=8)
    part = InputFile("a.csv", ".csv", lambda: nullcontext(stream))
    batches = delimited.read_delimited(part, head, RowAccount("a.csv"))
    next(batches)
    assert stream.count == 8 + delimited.BLOCK
    assert len(stream.getvalue()) > 5 * delimited.BLOCK


@pytest.mark.parametrize(
    ("rows", "sound"),
    [
        (b'"a","b"\n', True),
        (b'a,"b""c"\n"",""\n', True),
        (b'"a\nb",c\n', True),
        (b'a,b"c"\n', False),
        (b'"a"b,c\n', False),
        (b'a,"b\n', False),
        (b'a, "b"\n', False),
        (b'a,"b"', True),
    ],
)
def test_regular_quotes(rows, sound):
    assert has_regular_quotes(rows, ",") is sound


@pytest.mark.parametrize(
    ("buffer", "whole"),
    [
        (b"a,b\nc,", b"a,b\n"),
        (b"a,b\rc,", b"a,b\r"),
        (b'a,b\nc,"d\ne', b"a,b\n"),
        (b'a,b\nc,"d\ne"\nf', b'a,b\nc,"d\ne"\n'),
        (b"a,b", b""),
    ],
)
def test_a_block_ends_with_a_row(buffer, whole):
    assert buffer[: whole_rows(buffer)] == whole
