import io
import unicodedata
import zipfile

import pytest

from geo.readers import errors, open_tables
from geo.readers.archive import Budget

CSV = "번호,이름\n1,고향만두\n".encode()
NOTE = "읽어 보세요\n엑셀에서 여십시오\n".encode()


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name.replace("_", "."), data)
    return out.getvalue()


def names(readings):
    return [reading.table.name for reading in readings]


def test_several_files_come_in_the_order_given(tmp_path, read_files):
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_bytes(CSV)
    assert names(read_files(tmp_path / "b.csv", tmp_path / "a.csv")) == ["b.csv", "a.csv"]


def test_a_folder_is_read_by_name_with_its_zips(tmp_path, read_files):
    (tmp_path / "c.csv").write_bytes(CSV)
    (tmp_path / "b.zip").write_bytes(packed(y_csv=CSV, x_csv=CSV))
    (tmp_path / "A.CSV").write_bytes(CSV)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.csv").write_bytes(b"")
    (tmp_path / "~$open.xlsx").write_bytes(b"")
    assert names(read_files(tmp_path)) == ["A.CSV", "b.zip/x.csv", "b.zip/y.csv", "c.csv"]


def test_a_note_beside_tables_is_passed_over(tmp_path, read_files):
    (tmp_path / "all.zip").write_bytes(packed(note_txt=NOTE, table_csv=CSV))
    assert names(read_files(tmp_path / "all.zip")) == ["all.zip/table.csv"]


def test_a_note_asked_for_by_name_is_refused(tmp_path, read_files):
    (tmp_path / "note.txt").write_bytes(NOTE)
    with pytest.raises(errors.OneColumnError):
        read_files(tmp_path / "note.txt")


def test_a_csv_without_columns_is_refused_even_in_a_folder(tmp_path, read_files):
    (tmp_path / "note.csv").write_bytes(NOTE)
    with pytest.raises(errors.OneColumnError):
        read_files(tmp_path)


def test_names_written_apart_by_macos_are_composed(tmp_path, read_files):
    (tmp_path / unicodedata.normalize("NFD", "안산.csv")).write_bytes(CSV)
    assert names(read_files(tmp_path)) == ["안산.csv"]


def test_what_macos_adds_to_a_zip_is_passed_over(tmp_path, read_files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.csv", CSV)
        package.writestr("__MACOSX/._a.csv", b"\0")
    (tmp_path / "mac.zip").write_bytes(out.getvalue())
    assert names(read_files(tmp_path / "mac.zip")) == ["mac.zip/a.csv"]


def entry(place: int) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo("a.csv")
    found.header_offset, found.compress_size = place, 1_000
    return found


def test_an_entry_counts_once_however_often_it_is_read():
    budget = Budget("a.zip", limit=100)
    for _ in range(3):
        budget.spend(entry(0), 60)


def test_entries_together_must_stay_in_the_budget():
    budget = Budget("a.zip", limit=100)
    budget.spend(entry(0), 60)
    with pytest.raises(errors.ArchiveError, match="more than 100 bytes"):
        budget.spend(entry(1), 60)


def test_a_group_without_rows_is_passed_over_beside_others(tmp_path):
    (tmp_path / "a.csv").write_text("이름,주소\n", "utf-8")
    (tmp_path / "b.csv").write_text("이름,주소\n가게,다문화길 1\n", "utf-8")
    assert [table.name for table in open_tables([tmp_path])] == ["b.csv"]


def test_groups_without_any_row_are_refused(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("이름,주소\n", "utf-8")
    with pytest.raises(errors.MissingFileError, match=r"a\.csv: holds no row"):
        list(open_tables([tmp_path]))
