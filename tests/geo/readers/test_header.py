"""Headers below titles and units, and of two rows: names below a cell over several columns."""

import pytest

from geo.readers.header import find_header, is_second_header, join_headers

FIRST = ["연번", "상호", "종사자수", "", "", "국적"]


def test_names_below_a_cell_over_several_columns_are_joined_with_it():
    second = ["", "", "내국인", "외국인", "계", ""]
    assert is_second_header(FIRST, second)
    assert join_headers(FIRST, second) == [
        "연번", "상호", "종사자수/내국인", "종사자수/외국인", "종사자수/계", "국적",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "second",
    [
        ["1", "연변식당", "2", "4", "6", "중국"],
        ["", "", "2", "4", "6", ""],
        ["", "연변식당", "내국인", "외국인", "계", ""],
        ["", "", "내국인", "", "", ""],
        ["", "", "", "", "", ""],
    ],
    ids=["a shop", "numbers", "a name", "one word", "nothing"],
)
def test_a_row_of_data_is_no_second_header(second):
    assert not is_second_header(FIRST, second)


def test_a_header_of_one_row_takes_no_row_of_data():
    assert not is_second_header(["상호", "주소"], ["연변식당", "다문화길 18"])


NAMES = ["연번", "상호", "주소"]
SHOPS = [["1", "하노이", "다문화길 1"], ["2", "사마르칸트", "다문화길 3"]]


@pytest.mark.parametrize(
    ("above", "place"),
    [
        ([], 0),
        ([["2025년 조사 결과", "", ""]], 1),
        ([["2025년 조사 결과", "", ""], ["", "", "(단위: 명)"]], 2),
        ([["조사 결과", "", "(2025. 5. 31. 기준)"]], 1),
        ([["조사 결과", "", "단위 : 개소"]], 1),
    ],
    ids=["nothing", "title", "title and unit", "title and date", "title and unit in one row"],
)
def test_the_header_is_below_titles_units_and_dates(above, place):
    assert find_header([*above, NAMES, *SHOPS]) == place


def test_a_row_of_two_names_is_a_header_where_rows_have_four_cells():
    assert find_header([["상호", "주소", "", ""], ["하노이", "다문화길 1", "", ""]]) == 0
    assert find_header([["상호", "주소"], ["하노이", "다문화길 1", "x", "y"]]) == 0


def test_notes_and_cover_sheets_have_no_header():
    assert find_header([["2025년 상권 현황조사"], ["안산시"], ["문의", "031-000-0000"]]) is None
