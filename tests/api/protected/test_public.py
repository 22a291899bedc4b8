"""What anybody gets of a register that says who runs a business: nothing, in no way."""

import csv
import io
import json

import pytest

from geo.serving.analysis.turnover import NOT_COMPARED

TILE = "/collections/businesses/tiles/WebMercatorQuad/14/6358/13962"
ITEMS = "/collections/businesses/items"
PROTECTED = ("foreign_run", "operator_nationality")
CQL2 = {"op": "=", "args": [{"property": "operator_nationality"}, "cn"]}


@pytest.mark.parametrize("name", PROTECTED)
@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (ITEMS, "{name}=true"),
        (ITEMS, "{name}=null"),
        (ITEMS, "{name}=no-such-value"),  # whether there is such a value is not told either
        (ITEMS, "sortby={name}"),
        (ITEMS, "sortby=-{name}"),
        (ITEMS, "filter={name} IS NULL"),
        (ITEMS, "filter=NOT ({name} IS NULL) AND category='cafe'"),
        (ITEMS, "f=csv&filter={name} IS NULL"),
        (ITEMS, "f=parquet&{name}=true"),
        (TILE, "{name}=true"),
        (TILE, "filter={name} IS NULL"),
        ("/analysis/counts", "by={name}"),
        ("/analysis/counts", "by=category,{name}"),
        ("/analysis/counts", "{name}=true"),
        ("/analysis/density", "{name}=true"),
        ("/analysis/isolines", "{name}=true"),
        ("/analysis/hot-spots", "filter={name} IS NULL"),
        ("/analysis/diversity", "{name}=null"),
    ],
)
def test_a_question_about_it_is_refused_with_the_reason(anybody, path, asked, name):
    answer = anybody.get(f"{path}?{asked.format(name=name)}")
    told = answer.json()
    assert (answer.status_code, told["parameter"]) == (403, name)
    assert "/analysis/operators" in told["detail"]
    assert "cache-control" not in answer.headers or "public" not in answer.headers["cache-control"]


def test_a_filter_in_json_is_refused_alike(anybody):
    asked = {"filter": json.dumps(CQL2), "filter-lang": "cql2-json"}
    assert anybody.get(ITEMS, params=asked).status_code == 403


def test_the_map_of_foreign_run_businesses_is_refused(anybody):
    answer = anybody.get("/maps/density?foreign_run=true")
    assert (answer.status_code, answer.json()["parameter"]) == (403, "foreign_run")


def test_every_format_says_null(anybody, told):
    everything = anybody.get(f"{ITEMS}?limit=10000").json()["features"]
    listed = [item for item in everything if "list" in item["properties"]["registers"]]
    assert len(listed) == len(told)
    assert {item["properties"][name] for item in listed for name in PROTECTED} == {None}
    rows = csv.DictReader(io.StringIO(anybody.get(f"{ITEMS}?f=csv").content.decode("utf-8-sig")))
    assert {row[name] for row in rows if "list" in row["registers"] for name in PROTECTED} == {""}
    one = anybody.get(f"{ITEMS}/{listed[0]['id']}").json()
    assert {one["properties"][name] for name in PROTECTED} == {None}


def test_what_may_be_asked_does_not_name_it(anybody):
    for what in ("queryables", "sortables"):
        told = anybody.get(f"/collections/businesses/{what}").json()["properties"]
        assert not set(PROTECTED) & told.keys()


def test_fixed_areas_alone_are_told_of(anybody):
    for asked in ("bbox=126.78,37.32,126.80,37.34", "scale=grid", "category=cafe", "filter=TRUE"):
        assert anybody.get(f"/analysis/operators?{asked}").status_code == 400


def test_hidden_zero_and_missing_are_three_things(anybody, client):
    told = anybody.get("/analysis/operators?scale=hex").json()
    states = {row["state"] for row in told["rows"]}
    assert states == {"shown", "hidden"}
    for row in told["rows"]:
        if row["state"] == "hidden":
            assert (row["count"], row["reason"], row["share_from"]) == (None, "protected", None)
        else:
            assert row["count"] % 5 == 0
            assert row["count"] >= 5
    assert any("hidden to protect owners" in caveat for caveat in told["caveats"])
    never = client.get("/analysis/operators").json()["rows"]  # no such register is loaded there
    assert {(row["state"], row["count"], row["reason"]) for row in never} == {
        ("missing", None, "not-collected")
    }


def test_the_table_keeps_them_apart(anybody):
    text = anybody.get("/analysis/operators?scale=hex&f=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["state"], row["count"] == "", row["reason"]) for row in rows} == {
        ("hidden", True, "protected"),
        ("shown", False, ""),
    }


def test_groups_are_at_most_five_and_go_one_way(anybody):
    told = anybody.get("/analysis/operators?of=groups").json()["rows"]
    assert 2 <= len({row["of"] for row in told}) <= 5
    assert anybody.get("/analysis/operators?of=groups&scale=hex").json()["rows"] == []


def test_a_register_loaded_once_has_nothing_to_be_compared_with(anybody):
    body = anybody.get("/analysis/changes").json()
    assert {(row["state"], row["opened"]) for row in body["rows"]} == {("missing", None)}
    assert body["caveats"] == [NOT_COMPARED]
