"""Headers of two rows: names below a cell that stands over several columns."""

import pytest

from geo.readers.header import is_second_header, join_headers

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
