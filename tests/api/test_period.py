"""The datetime parameter: what it means, and which features it lets through."""

from datetime import date

import pytest

from api.parameters.datetime import Period, period
from geo.core.errors import BadParameterError

DAY = date(2023, 9, 15)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-09-15", DAY, DAY),
        ("2023-09-15/2023-09-20", DAY, date(2023, 9, 20)),
        ("../2023-09-15", date.min, DAY),
        ("/2023-09-15", date.min, DAY),
        ("2023-09-15/..", DAY, date.max),
        ("2023-09-15/", DAY, date.max),
        ("2023-09-14T15:00:00Z", DAY, DAY),  # midnight in Korea, nine hours ahead
        ("2023-09-14T14:59:59Z", date(2023, 9, 14), date(2023, 9, 14)),
        ("2023-09-15T08:00:00+09:00", DAY, DAY),
        ("2023-09-15t01:02:03.5z", DAY, DAY),
        ("2023-09-15T", DAY, DAY),  # as GDAL writes a day
    ],
)
def test_period_is_a_range_of_korean_days(text, first, last):
    assert period(text) == Period(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "../..",
        "/",
        "2023",
        "15.9.2023",
        "2023-02-30",
        "2023-09-15T25:00:00Z",
        "2023-09-20/2023-09-15",
        "2023-09-15/2023-09-16/2023-09-17",
        "2023-09-15/tomorrow",
        "9999-12-31T23:59:59Z",  # the next year in Korea, which no calendar has
        "0001-01-01T00:00:00+23:59",
        "٢٠٢٣-09-15",  # digits, but not ours
    ],
)
def test_no_period_is_named(text):
    with pytest.raises(BadParameterError) as refused:
        period(text)
    assert refused.value.name == "datetime"


def ids(client, collection, when):
    body = client.get(f"/collections/{collection}/items", params={"datetime": when}).json()
    return [feature["id"] for feature in body["features"]]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("2009-05-13", []),
        ("2009-05-14", ["zone-2009"]),
        ("2023-09-14", ["zone-2009"]),
        ("2023-09-15", ["zone-2023"]),  # the day it was replaced belongs to the successor
        ("2020-01-01/..", ["zone-2009", "zone-2023"]),
        ("2030-01-01", ["zone-2023"]),  # in force until further notice
    ],
)
def test_a_version_is_found_while_in_force(client, when, found):
    assert ids(client, "zone", when) == found


def test_a_census_is_found_on_its_day(client):
    found = ids(client, "residents", "2020-11-01")
    assert len(found) == 25
    assert all(item.endswith("-2020") for item in found)
    assert ids(client, "residents", "2020-11-02") == []


def test_what_has_no_time_is_always_found(client):
    assert len(ids(client, "streets", "1900-01-01")) == 10


def test_a_source_of_a_year_speaks_of_all_of_it(client):
    zone = {"in_zone": "true", "limit": 10_000}
    items = client.get("/collections/businesses/items", params=zone).json()["features"]
    dated = {item["id"]: item["properties"]["source_date"] for item in items}
    assert "2022" in dated.values()
    query = {"datetime": "2022-07-01", **zone}
    found = client.get("/collections/businesses/items", params=query).json()["features"]
    expected = {name for name, day in dated.items() if day is None or day in ("2022", "2022-07")}
    assert {item["id"] for item in found} == expected


def test_period_and_filter_combine(client):
    query = {"datetime": "2025-11-01", "dong_code": "4127354500"}
    body = client.get("/collections/residents/items", params=query).json()
    assert [feature["id"] for feature in body["features"]] == ["4127354500-2025"]
