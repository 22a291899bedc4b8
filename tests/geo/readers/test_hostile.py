"""Every file that must not be taken in, with its error; every odd one that must, with its rows."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from geo.readers import errors, open_tables

HOSTILE = Path(__file__).parents[2] / "data" / "hostile"

# File -> what is raised, and words of its sentence.
REFUSED = {
    "absolute.zip": (errors.ArchiveError, "leads out of the zip"),
    "all_nul.csv": (errors.BrokenRowsError, "none of its 2 rows can be read"),
    "backslash.zip": (errors.ArchiveError, "leads out of the zip"),
    "binary.csv": (errors.NotATableError, "is not text"),
    "blank.csv": (errors.EmptyFileError, "is empty"),
    "bomb.xlsx": (errors.ArchiveError, "more than 200 times its size"),
    "bomb.zip": (errors.ArchiveError, "more than 200 times its size"),
    "broken_xml.xlsx": (errors.WorkbookError, "cannot be read as a workbook"),
    "cells_without_place.xlsx": (errors.WorkbookError, "cells without a place"),
    "cp949.geojson": (errors.FeaturesError, "is not JSON in UTF-8"),
    "cut.geojson": (errors.FeaturesError, "is not JSON in UTF-8"),
    "cut.zip": (errors.ArchiveError, "is damaged"),
    "damaged.zip": (errors.ArchiveError, "is damaged"),
    "document.hwp": (errors.NotATableError, "save its table as .xlsx"),
    "duplicate_headers.csv": (errors.HeaderError, "columns occur twice"),
    "empty.csv": (errors.EmptyFileError, "is empty"),
    "encrypted.zip": (errors.ArchiveError, "is encrypted"),
    "entities.xlsx": (errors.WorkbookError, "cannot be read as a workbook"),
    "folder_without_tables": (errors.MissingFileError, "holds no file to read"),
    "header_only.csv": (errors.NoRowsError, "a header and no row"),
    "json.csv": (errors.NotATableError, "is JSON"),
    "leads_out.zip": (errors.ArchiveError, "leads out of the zip"),
    "link.zip": (errors.ArchiveError, "is a link"),
    "mixed_encodings.csv": (errors.TextEncodingError, "mixes encodings: 1 of 3 rows"),
    "mixed_encodings_cp949.csv": (errors.TextEncodingError, "the first is row 2"),
    "nested.zip": (errors.ArchiveError, "holds another archive"),
    "no_features.geojson": (errors.EmptyFileError, "holds no feature"),
    "no_tables.zip": (errors.MissingFileError, "holds no file to read"),
    "not_a_number.geojson": (errors.FeaturesError, "NaN is not a JSON number"),
    "not_a_zip.zip": (errors.ArchiveError, "is not a zip file"),
    "nul_header.csv": (errors.NotATableError, "is not text"),
    "old_sheet.xls": (errors.NotATableError, "save it as .xlsx"),
    "one_cell_more.csv": (errors.BrokenRowsError, "has 4 instead of 3 cells"),
    "one_feature.geojson": (errors.FeaturesError, "no FeatureCollection"),
    "only_notes.zip": (errors.MissingFileError, "holds no row, nor does any file"),
    "overlap.zip": (errors.ArchiveError, "lies over another"),
    "own_geometry.geojson": (errors.HeaderError, "columns occur twice"),
    "parquet.csv": (errors.NotATableError, "is a Parquet file"),
    "password.xlsx": (errors.NotATableError, "without a password"),
    "renamed_zip.xlsx": (errors.WorkbookError, "cannot be read as a workbook"),
    "row_column.csv": (errors.HeaderError, "a column is named _row"),
    "rows_of_another_delimiter.csv": (errors.BrokenRowsError, "has 1 instead of 3 cells"),
    "service_error.geojson": (errors.NotATableError, "SERVICE_KEY_IS_NOT_REGISTERED_ERROR"),
    "service_error_json.csv": (errors.NotATableError, "REQUESTS_EXCEEDS_ERROR"),
    "service_error_xml.csv": (errors.NotATableError, "SERVICE_KEY_IS_NOT_REGISTERED_ERROR"),
    "sheet.csv": (errors.NotATableError, "is a zip or .xlsx file"),
    "text.xlsx": (errors.WorkbookError, "is no .xlsx workbook"),
    "two_cells_far_apart.xlsx": (errors.WorkbookError, "1,048,576 rows and 16,384 columns"),
    "utf16.csv": (errors.NotATableError, "is UTF-16 text"),
    "utf16_without_mark.csv": (errors.NotATableError, "is UTF-16 text"),
    "web_page.csv": (errors.NotATableError, "is a web page"),
    "web_page.geojson": (errors.NotATableError, "is a web page"),
    "wrong_delimiter.csv": (errors.OneColumnError, "names one column only"),
}
# File -> numbers of the rows kept, set aside, and kept with characters lost.
READ = {
    "broken_features.geojson": ([1, 5], [2, 3, 4], []),
    "cp949_names.zip": ([1, 2, 3], [], []),
    "cut_multibyte_cp949.csv": ([1, 2, 3], [], [3]),
    "cut_multibyte_utf8.csv": ([1, 2, 3], [], [3]),
    "external_links.xlsx": ([1, 2], [], []),
    "formulas.csv": ([1, 2], [], []),
    "half_character.geojson": ([1], [], []),
    "nul_bytes.csv": ([1, 3], [2], []),
    "odd_byte.csv": ([1, 2, 3], [], [1]),
    "shift_jis.csv": ([1], [], [1]),
    "short_and_long_rows.csv": ([1, 3], [2, 4], []),
    "stray_quotes.csv": ([1, 2, 3, 4, 5, 6], [], []),
    "title_first.csv": ([1], [], []),
}


def test_every_file_of_the_corpus_is_expected():
    found = {path.name for path in HOSTILE.iterdir()} - {"README.md"}
    assert found == REFUSED.keys() | READ.keys()


@pytest.mark.parametrize("file", REFUSED)
def test_a_hostile_file_is_refused_with_its_sentence(file, read_files):
    kind, words = REFUSED[file]
    with pytest.raises(kind, match=words) as caught:
        read_files(HOSTILE / file)
    assert type(caught.value) is kind
    assert file in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", READ)
def test_an_odd_file_is_read_row_for_row(file, read_files):
    (reading,) = read_files(HOSTILE / file)
    kept, broken, undecoded = READ[file]
    assert list(reading.rows) == kept
    assert [item.row for item in reading.broken] == broken
    assert reading.table.undecoded == undecoded


def test_quotes_that_nobody_closed_cost_no_row(read_files):
    (reading,) = read_files(HOSTILE / "stray_quotes.csv")
    assert [name for _, name, _ in reading.rows.values()] == [
        '"꽃"집', '큰 "입" 식당', '12" 피자', '"닫히지 않음', "두 줄\n이름", "고향만두",
    ]  # fmt: skip


def test_links_of_a_workbook_are_not_followed_and_the_stored_value_counts(read_files):
    (reading,) = read_files(HOSTILE / "external_links.xlsx")
    assert reading.rows[2] == ("7", "사마르칸트")


def test_formulas_and_markup_stay_text(read_files):
    (reading,) = read_files(HOSTILE / "formulas.csv")
    assert reading.rows[1][1:] == (
        '=HYPERLINK("http://example.org","클릭")',
        "<img src=x onerror=alert(1)>",
    )


@pytest.mark.parametrize("quote", [b"", b'"'], ids=["bare", "quoted"])
def test_a_field_of_100_mb_is_refused(quote, read_bytes):
    field = quote + b"x" * 100_000_000 + quote
    with pytest.raises(errors.TooLongError, match="row 2 is longer than 8,000,000 bytes"):
        read_bytes(b"id,name\n1,a\n2," + field + b"\n")


def test_a_field_of_100_mb_in_short_lines_is_refused(read_bytes):
    with pytest.raises(errors.BrokenRowsError, match="rows cannot be read, the first is row 3"):
        read_bytes(b'id,name\n1,a\n2,"' + b"some words\n" * 1_000_000)


def test_a_header_without_end_is_refused(read_bytes):
    with pytest.raises(errors.HeaderError, match="its first row has no end"):
        read_bytes(b"id,name" * 500_000)


def test_10_000_columns_are_refused(read_bytes):
    names = ",".join(f"c{place}" for place in range(10_000)).encode()
    with pytest.raises(errors.HeaderError, match="10,000 columns, more than 1,000"):
        read_bytes(names + b"\n" + b"," * 9_999 + b"\n")


def test_nested_json_of_any_depth_is_refused(read_bytes):
    deep = b'{"type":"FeatureCollection","features":' + b"[" * 100_000
    with pytest.raises(errors.FeaturesError):
        read_bytes(deep, "deep.geojson")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(errors.MissingFileError, match=r"nowhere\.csv: no such file"):
        next(open_tables([tmp_path / "nowhere.csv"]))


def test_a_missing_second_file_is_found_before_the_first_is_read(tmp_path):
    first = tmp_path / "first.csv"
    first.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(errors.MissingFileError):
        next(open_tables([first, tmp_path / "second.csv"]))


def test_no_file_at_all_is_refused():
    with pytest.raises(errors.MissingFileError, match="no file was named"):
        next(open_tables([]))


def test_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(errors.UnreadableFileError, match="not a regular file"):
        next(open_tables([tmp_path / "pipe.csv"]))


def test_a_file_replaced_while_it_is_read_is_refused(tmp_path):
    path, other = tmp_path / "register.csv", tmp_path / "other.csv"
    path.write_bytes(b"a,b\n1,2\n")
    other.write_bytes(b"a,b\n1,2\n")
    table = next(open_tables([path]))
    other.replace(path)
    with pytest.raises(errors.ChangedFileError, match="changed while it was read"):
        list(table.batches)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "register.csv"
    path.write_bytes(b"a,b\n1,2\n")
    table = next(open_tables([path]))
    batches = table.batches
    next(batches)
    with path.open("ab") as more:
        more.write(b"3,4\n")
    with pytest.raises(errors.ChangedFileError):
        next(batches)


def test_a_file_that_vanishes_is_refused(tmp_path):
    path = tmp_path / "register.csv"
    path.write_bytes(b"a,b\n1,2\n")
    table = next(open_tables([path]))
    path.unlink()
    with pytest.raises(errors.ChangedFileError, match="vanished"):
        list(table.batches)


def test_a_link_out_of_a_folder_is_refused(tmp_path):
    (tmp_path / "outside.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(errors.UnreadableFileError, match="a link out of its folder"):
        next(open_tables([tmp_path / "folder"]))


def test_an_endless_list_of_entries_is_refused(read_bytes):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for place in range(10_001):
            package.writestr(f"{place}.csv", b"")
    with pytest.raises(errors.ArchiveError, match="10,001 entries"):
        read_bytes(packed.getvalue(), "many.zip")
