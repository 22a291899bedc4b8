"""Foreign residents by dong: forms of tables, areas of their time, sums."""

import by_hand
import pandas as pd
import pytest

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.residents import ResidentsError, known_areas, read_residents
from geo.readers.table import Table

REGISTERED = "registered foreigners"


@pytest.fixture(scope="module")
def areas(data):
    return known_areas(data)


def table(text: str) -> Table:
    """A table from rows of cells separated by `|`."""
    header, *rows = (
        tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()
    )
    return by_hand.table(*(dict(zip(header, row, strict=True)) for row in rows), name="주민.csv")


def counts(frame: pd.DataFrame, *columns: str) -> dict[str, list[int | None]]:
    return {
        row["name_ko"]: [None if pd.isna(row[column]) else int(row[column]) for column in columns]
        for row in frame.to_dict("records")
    }


WIDE = """
구      | 동     | 총인구 | 내국인 | 외국인 | 외국인 남 | 외국인 여
합계    | 합계   | 600    | 400    | 200    | 120       | 80
상록구  | 소계   | 300    | 250    | 50     | 30        | 20
상록구  | 사동   | 300    | 250    | 50     | 30        | 20
단원구  | 소계   | 300    | 150    | 150    | 90        | 60
단원구  | 원곡동 | 200    | 80     | 120    | 70        | 50
단원구  | 백운동 | 100    | 70     | 30     | 20        | 10
"""


def test_a_wide_table_gives_a_row_per_dong(areas):
    found = read_residents(table(WIDE), areas, year=2024, definition="등록외국인")
    assert counts(found.frame, "total", "domestic", "foreign", "male", "female") == {
        "사동": [300, 250, 50, 30, 20],
        "원곡동": [200, 80, 120, 70, 50],
        "백운동": [100, 70, 30, 20, 10],
    }
    assert set(found.frame["dong_code"]) == {"4127152500", "4127354500", "4127355500"}
    assert set(found.frame["definition"]) == {REGISTERED}


def test_totals_are_set_aside_and_the_account_adds_up(areas):
    found = read_residents(table(WIDE), areas, year=2024, definition=REGISTERED)
    assert found.rejects["row"].tolist() == [1, 2, 4]
    assert set(found.rejects["reason"]) == {"a total, which its rows add up to"}
    assert (found.read, found.used, found.outside) == (6, 3, 0)


def test_what_is_set_aside_stands_as_it_stood(areas):
    found = read_residents(table(WIDE), areas, year=2024, definition=REGISTERED)
    assert found.rejects["text"].iloc[0].startswith("구=합계; 동=합계; 총인구=600; 내국인=400")


@pytest.mark.parametrize(
    ("old", "new", "total"),
    [
        ("합계    | 합계   | 600", "합계    | 합계   | 601", "row 1 gives 601 as total"),
        ("단원구  | 소계   | 300    | 150    | 150", "단원구 | 소계 | 300 | 150 | 151", "151"),
        ("단원구  | 백운동 | 100    | 70     | 30     | 20        | 10\n", "", "row 1 gives 600"),
    ],
)
def test_a_total_that_its_dong_do_not_add_up_to_is_refused(areas, old, new, total):
    assert old in WIDE
    with pytest.raises(ResidentsError, match=f"{total}.*add up to"):
        read_residents(table(WIDE.replace(old, new)), areas, year=2024, definition=REGISTERED)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("200    | 80 ", "200 | 81", "domestic \\+ foreign is not total in 원곡동"),
        ("120    | 70        | 50", "120 | 71 | 50", "male \\+ female is not foreign in 원곡동"),
    ],
)
def test_parts_that_are_not_the_whole_are_refused(areas, old, new, message):
    rows = "\n".join(line for line in WIDE.splitlines() if "계   " not in line)
    with pytest.raises(ResidentsError, match=message):
        read_residents(table(rows.replace(old, new)), areas, year=2024, definition=REGISTERED)


def test_naturalised_people_count_on_both_sides_in_the_table_of_the_ministry(areas):
    rows = "읍면동|총인구|내국인|외국인주민\n원곡동|200|110|120"
    found = read_residents(table(rows), areas, year=2023, definition="외국인주민")
    assert counts(found.frame, "foreign") == {"원곡동": [120]}
    assert found.frame["definition"].item().startswith("foreign residents (MOIS, incl.")


JUSTICE = """
시도   | 시군구        | 행정동 | 성별 | 총합계 | 0세~4세
경기도 | 총계          | 총계   | 총계 | 900    |
경기도 | 안산시 단원구 | 총계   | 총계 | 150    |
경기도 | 안산시 단원구 | 원곡동 | 총계 | 120    | 4
경기도 | 안산시 단원구 | 원곡동 | 남성 | 70     | 2
경기도 | 안산시 단원구 | 원곡동 | 여성 | 50     | 2
경기도 | 안산시 단원구 | 백운동 | 총계 | 30     | 1
경기도 | 안산시 단원구 | 백운동 | 남성 | 20     | 1
경기도 | 안산시 단원구 | 백운동 | 여성 | 10     | 0
경기도 | 시흥시        | 정왕동 | 총계 | 40     | 0
서울특별시 | 중구      | 중앙동 | 남성 | 40     | 0
"""


def test_a_long_table_by_sex_gives_a_row_per_dong(areas):
    found = read_residents(table(JUSTICE), areas, year=2026, definition=REGISTERED)
    assert counts(found.frame, "foreign", "male", "female", "total") == {
        "원곡동": [120, 70, 50, None],
        "백운동": [30, 20, 10, None],
    }
    assert (found.read, found.used, found.outside, len(found.rejects)) == (10, 6, 3, 1)


def test_without_rows_for_both_sexes_they_are_added(areas):
    rows = "\n".join(line for line in JUSTICE.splitlines() if "총계 |" not in line)
    found = read_residents(table(rows), areas, year=2026, definition=REGISTERED)
    assert counts(found.frame, "foreign") == {"원곡동": [120], "백운동": [30]}


def test_years_may_stand_in_columns(areas):
    rows = "행정동 | 2023년 | 2024년\n합계 | 100 | 110\n원곡동 | 60 | 70\n초지동 | 40 | 40"
    found = read_residents(table(rows), areas, definition=REGISTERED)
    assert found.frame[["name_ko", "year", "foreign"]].to_numpy().tolist() == [
        ["원곡동", 2023, 60], ["초지동", 2023, 40], ["원곡동", 2024, 70], ["초지동", 2024, 40],
    ]  # fmt: skip
    assert (found.read, found.used, len(found.rejects)) == (3, 2, 1)


def test_year_and_definition_may_stand_in_columns(areas):
    rows = "기준년월 | 정의 | 행정동 | 외국인\n2024-12 | 등록외국인 | 원곡동 | 60"
    frame = read_residents(table(rows), areas).frame
    assert frame[["year", "as_of", "definition"]].iloc[0].tolist() == [2024, "2024-12", REGISTERED]


@pytest.mark.parametrize(
    "name",
    [
        "선부1동",
        "선부제1동",
        "단원구선부1동",
        "안산시 단원구 선부1동",
        "경기도 안산시단원구 선부1동",
    ],
)
def test_a_dong_is_known_by_its_spellings(areas, name):
    frame = read_residents(
        table(f"행정동|외국인|x\n{name}|9|"), areas, year=2020, definition=REGISTERED
    ).frame
    assert frame["dong_code"].tolist() == ["4127358000"]


@pytest.mark.parametrize("code", ["4127358000", "41273580"])
def test_a_dong_may_be_named_by_its_code(areas, code):
    found = read_residents(
        table(f"행정동코드|외국인\n{code}|9"), areas, year=2020, definition=REGISTERED
    )
    assert found.frame["dong_code"].tolist() == ["4127358000"]


@pytest.mark.parametrize(
    ("name", "year", "message"),
    [
        ("원곡본동", 2020, "원곡본동 ended on 2017-07-01 and became 원곡동 and 신길동"),
        ("사3동", 2018, "사3동 ended on 2017-07-01 and became 해양동"),
        ("백운동", 2016, "there was no 백운동 in 2016, only since 2017-07-01: correct the year"),
        ("선부동", 2020, "선부동 is a legal dong .* administrative dong"),
        ("팔곡일동", 2020, "팔곡일동 is a legal dong"),
    ],
)
def test_areas_of_another_time_or_kind_are_refused(areas, name, year, message):
    with pytest.raises(ResidentsError, match=f"주민.csv: .*{message}"):
        read_residents(table(f"행정동|외국인\n{name}|9"), areas, year=year, definition=REGISTERED)


def test_the_dong_of_their_own_time_are_known(areas):
    found = read_residents(
        table("행정동|외국인\n원곡본동|9"), areas, year=2016, definition=REGISTERED
    )
    assert found.frame["dong_code"].tolist() == ["4127354000"]


def test_an_unknown_name_is_set_aside_and_counts_for_the_total(areas):
    rows = "행정동|외국인\n합계|12\n원곡동|9\n미상|3"
    found = read_residents(table(rows), areas, year=2020, definition=REGISTERED)
    assert found.rejects["reason"].tolist()[1] == "it names no dong of Ansan"
    assert len(found.frame) == 1


def test_a_hidden_count_is_not_zero(areas):
    rows = "행정동|외국인\n합계|12\n원곡동|9\n풍도동|*".replace("풍도동", "대부동")
    found = read_residents(table(rows), areas, year=2020, definition=REGISTERED)
    assert found.rejects["reason"].tolist()[1] == "its count is hidden: below 5"
    assert found.hidden == 1
    assert counts(found.frame, "foreign") == {"원곡동": [9]}


def test_a_dong_that_stands_twice_is_refused(areas):
    with pytest.raises(ResidentsError, match="원곡동 appears twice"):
        read_residents(
            table("동|외국인\n원곡동|9\n원곡동|8"), areas, year=2020, definition=REGISTERED
        )


def test_several_dates_of_a_year_are_refused(areas):
    rows = "기준년월|동|외국인\n2024-03|원곡동|9\n2024-06|원곡동|8"
    with pytest.raises(ResidentsError, match=r"2024 has several dates \(2024-03, 2024-06\)"):
        read_residents(table(rows), areas, definition=REGISTERED)


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("동|외국인\n원곡동|9", {"definition": REGISTERED}, "say of which year it is"),
        ("동|외국인\n원곡동|9", {"year": 2020}, "does not say who counts as foreign"),
        ("동|외국인\n원곡동|9", {"year": 2020, "definition": "guess"}, "'guess' does not say who"),
        ("가게|외국인\n원곡동|9", {"year": 2020, "definition": REGISTERED}, "names the dong"),
        ("동|세대\n원곡동|9", {"year": 2020, "definition": REGISTERED}, "counts foreigners"),
    ],
)
def test_what_is_missing_is_named(areas, text, said, message):
    with pytest.raises(SourceChangedError, match=message) as error:
        read_residents(table(text), areas, **said)
    assert "주민.csv" in str(error.value)


def test_a_plain_total_of_all_residents_is_not_taken_for_foreigners(areas):
    with pytest.raises(SourceChangedError, match="counts foreigners"):
        read_residents(
            table("동|내국인|합계\n원곡동|9|20"), areas, year=2020, definition=REGISTERED
        )
