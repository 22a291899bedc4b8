"""Which telephone numbers are published, and how they are spelled."""

import pandas as pd
import pytest

from geo.readers.normalize.phones import parse_phones


def read(*texts: str | None) -> list[str | None]:
    numbers = parse_phones(pd.Series(texts, dtype="str"))
    return [None if pd.isna(number) else number for number in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "0314931234",
        "031-493-1234",
        "031 493 1234",
        "031.493.1234",
        "031)493-1234",
        "(031)493-1234",
        "031–493–1234",
        "+82-31-493-1234",
        "+82 (0)31 493 1234",
        "82-31-493-1234",
        "Tel. 031-493-1234",
    ],
)
def test_a_number_in_every_spelling(text):
    assert read(text) == ["031-493-1234"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("027434587", "02-743-4587"),
        ("0227434587", "02-2743-4587"),
        ("03180451234", "031-8045-1234"),
        ("07041234567", "070-4123-4567"),
        ("0800232000", "080-023-2000"),
        ("1588-1234", "1588-1234"),
        ("18991234", "1899-1234"),
    ],
)
def test_lengths_of_area_and_exchange(text, number):
    assert read(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678",
        "01012345678",
        "011-234-5678",
        "016-234-5678",
        "017-234-5678",
        "018-234-5678",
        "019-234-5678",
        "+82 10-1234-5678",
        "82-10-1234-5678",
        "+82 (0)10 1234 5678",
    ],
)
def test_mobile_numbers_are_private(text):
    assert read(text) == [None]


@pytest.mark.parametrize("text", ["0507-1234-5678", "050712345678", "060-700-1234"])
def test_numbers_that_forward_or_cost_are_left_out(text):
    assert read(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "493-1234",  # which area?
        "031-493-123",
        "031-493-12345678",
        "031-493-****",
        "02-2345-678*",  # without its mask it would read as 02-234-5678
        "031-000-0000",
        "0000000000",
        "02-1588-1234",
        "없음",
        "-",
    ],
)
def test_broken_numbers_are_left_out(text):
    assert read(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "031-493-1234, 031-493-9999",
        "031-493-1234~5",
        "031-493-1234/010-1234-5678",
        "010-1234-5678 / 031-493-1234",
        "031-493-1234(내선 12)",
        "031-493-1234 내선3",
    ],
)
def test_of_several_the_first_public_one_counts(text):
    assert read(text) == ["031-493-1234"]


def test_missing_stays_missing_and_rows_stay_in_place():
    numbers = parse_phones(pd.Series(["", None, "1588-1234"], index=[7, 3, 3], dtype="str"))
    assert numbers.index.tolist() == [7, 3, 3]
    assert numbers.isna().tolist() == [True, True, False]
    assert read() == []
