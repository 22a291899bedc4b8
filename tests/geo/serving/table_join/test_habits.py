"""Habits of Korean tables: former names, names without 동, rows by year."""

import pytest

from geo.core.errors import BadParameterError
from geo.serving.table_join.join import JoinChoices
from geo.serving.table_join.joined_measure import to_measure_result
from geo.serving.table_join.table import TableJoinError

WONGOK, BAEGUN = "4127354500", "4127355500"


@pytest.mark.parametrize("text", ["사1동", "경기도 안산시 상록구 사1동(4127152000)", "3109152"])
def test_a_dong_that_was_renamed_is_the_dong_of_today(join, snapshot, text):
    # dong_concordance.csv: 4127152000 사1동 was renamed 사동, 4127152500, on 2017-07-01.
    found = join([["동", "값"], [WONGOK, 1], [text, 2]])
    assert found.rows["4127152500"] == {"값": 2.0}
    assert found.renamed == {"4127152500": "사1동"}
    caveats = to_measure_result(found, snapshot, "값").caveats
    assert "사1동 in the table is called 사동 today (renamed)" in caveats


def test_a_name_of_one_character_counts_beside_names_of_dong(join, snapshot):
    found = join([["동", "값"], ["원곡", 1], ["와", 2], ["일", 3]])
    layer = snapshot.layers["dong"].columns
    names = dict(zip(layer["id"].to_pylist(), layer["name_ko"].to_pylist(), strict=True))
    assert [names[code] for code in found.rows] == ["원곡동", "와동", "일동"]
    with pytest.raises(TableJoinError, match="no dong of Ansan"):
        join([["요일", "값"], ["일", 1], ["월", 2]])


LONG = [
    ["연도", "동", "값"], ["2015", "백운동", 1], ["2015", "원곡동", 2],
    ["2020", "백운동", 3], ["2020", "원곡동", 4], ["2020", "합계", 7],
]  # fmt: skip


def test_a_long_table_gives_its_last_year(join):
    found = join(LONG)
    assert {code: row["값"] for code, row in found.rows.items()} == {BAEGUN: 3.0, WONGOK: 4.0}
    assert (found.year.name, found.year.years, found.year.year) == (
        "연도",
        ("2015", "2020"),
        "2020",
    )
    assert [(reject.row, reject.reason) for reject in found.rejects] == [
        (1, "another year than 2020"), (2, "another year than 2020"), (5, "total"),
    ]  # fmt: skip


def test_another_year_may_be_chosen(join):
    found = join(LONG, choices=JoinChoices(year_column="연도", year="2015"))
    assert {code: row["값"] for code, row in found.rows.items()} == {BAEGUN: 1.0, WONGOK: 2.0}
    with pytest.raises(BadParameterError, match="year='1999' is not allowed; allowed: 2015, 2020"):
        join(LONG, choices=JoinChoices(year_column="연도", year="1999"))
    with pytest.raises(BadParameterError, match="year_column"):
        join(LONG, choices=JoinChoices(year_column="때"))


def test_a_dong_twice_in_a_year_is_still_refused(join):
    with pytest.raises(TableJoinError, match="appears twice"):
        join([*LONG, ["2020", "원곡동", 5]])
