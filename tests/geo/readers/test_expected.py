"""How many rows files seem to have, before they are read."""

import zipfile

import pytest

from geo.readers.expected import expected_rows

ROWS = "id,name\n" + "1,가\n" * 999  # a thousand lines, the header among them


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text(ROWS, "utf-8")
    return path


def test_rows_of_a_small_file_are_its_lines(file):
    assert expected_rows([file]) == 1000


def test_rows_of_a_large_file_follow_from_its_beginning(file, monkeypatch):
    # The first 608 bytes are one line of 8 and 100 of 6; so 6,002 bytes are 997 lines of 6.02.
    monkeypatch.setattr("geo.readers.expected._SAMPLE", 608)
    assert expected_rows([file]) == 997


def test_files_of_a_folder_are_counted_together(file):
    file.with_name("two.txt").write_text(ROWS, "utf-8")
    file.with_name("note.pdf").write_bytes(b"%PDF")
    assert expected_rows([file.parent]) == 2000


def test_entries_of_a_zip_are_counted_together(file):
    packed = file.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.write(file, "one.csv")
        package.write(file, "two.csv")
    assert expected_rows([packed]) == 2000


@pytest.mark.parametrize("name", ["missing.csv", "missing.zip", "book.xlsx"])
def test_what_cannot_be_known_is_no_reason_to_stop(tmp_path, name):
    assert expected_rows([tmp_path / name]) == 0


def test_a_zip_that_is_none_is_told_by_who_reads_it(tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK")
    assert expected_rows([tmp_path / "broken.zip"]) == 0
