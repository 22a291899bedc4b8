"""Measures over HTTP: what each is told with, in every form."""

import csv
import io
import re
from statistics import mean

import pytest
import shapely
from city_counts import OBSERVED, SIMULATED
from python_calamine import CalamineWorkbook
from shapely.geometry import shape

from geo.core.crs import in_metres
from geo.serving.analysis.measures import MEASURES

ZONE = {"in_zone": "true", "with": "simulated"}
GEOMETRIES = ("density", "isolines", "hot-spots", "diversity")
EMPTY = ("operators", "changes", "releases")  # what registers that are loaded say


@pytest.mark.parametrize("name", [measure for measure in MEASURES if measure not in EMPTY])
def test_every_measure_says_what_it_rests_on(client, name):
    # Of real businesses nobody says who runs them.
    asked = {"with": "simulated"} if name == "shares" else {}
    body = client.get(f"/analysis/{name}", params=asked).json()
    assert body["measure"] == name
    assert body["n"] > 0
    assert len(body["dates"]) == 2
    assert sum(body["provenance"].values()) == pytest.approx(1, abs=0.001)
    assert body["method"]
    assert body["rows"]
    assert set(body["rows"][0]) == {column["name"] for column in body["columns"]}
    assert body["attribution"]


def test_what_is_simulated_is_said(client):
    whole = client.get("/analysis/density", params={"with": "simulated"}).json()
    assert any("simulated" in caveat for caveat in whole["caveats"])
    real = client.get("/analysis/density").json()
    assert real["provenance"] == {"observed": 1.0}
    assert not any("simulated" in caveat for caveat in real["caveats"])
    assert any("not a sample" in caveat for caveat in real["caveats"])


@pytest.mark.parametrize("asked", [{"with": "everything"}, {"with": ""}, {"demonstration": "2"}])
def test_only_simulated_businesses_can_be_added(client, asked):
    answer = client.get("/analysis/density", params=asked)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == next(iter(asked))


@pytest.mark.parametrize(
    "name",
    [name for name, measure in MEASURES.items() if measure.verdicts and name != "neighbours"],
)
def test_simulated_businesses_are_not_tested(client, name):
    """More than half of n is simulated: no p-value, no verdict, unless it is a demonstration."""
    asked = {"provenance": "simulated", "in_zone": "true"}
    body = client.get(f"/analysis/{name}", params=asked).json()
    verdicts = MEASURES[name].verdicts
    assert body["provenance"]["simulated"] > 0.5
    assert body["parameters"]["state"] == "not-tested"
    assert {row["state"] for row in body["rows"]} == {"not-tested"}
    assert {row.get(verdict) for row in body["rows"] for verdict in verdicts} == {None}
    assert {body["parameters"].get(verdict) for verdict in verdicts} == {None}
    assert not any("conclusion" in caveat for caveat in body["caveats"])
    shown = client.get(f"/analysis/{name}", params={**asked, "demonstration": "true"}).json()
    assert {row["state"] for row in shown["rows"]} == {"tested"}
    assert any(row.get(verdict) is not None for row in shown["rows"] for verdict in verdicts)
    assert any("not real" in caveat for caveat in shown["caveats"])


def test_dong_compared_by_simulated_businesses_are_not_tested(client):
    asked = {"provenance": "simulated", "value": "per_km2"}
    body = client.get("/analysis/neighbours", params=asked).json()
    assert {row["state"] for row in body["rows"]} == {"not-tested"}
    assert (
        {row["p"] for row in body["rows"]} == {row["stands_out"] for row in body["rows"]} == {None}
    )
    of_people = client.get("/analysis/neighbours", params={"with": "simulated"}).json()
    assert any(row["p"] is not None for row in of_people["rows"])


def test_businesses_without_a_point_are_left_out_and_counted(client):
    body = client.get("/analysis/density", params={"provenance": "observed"}).json()
    assert body["n"] + sum(body["left_out"].values()) == OBSERVED


def test_filters_are_those_of_items(client):
    chosen = {"filter": "category IN ('pub', 'karaoke')", "in_zone": "true"}
    items = client.get("/collections/businesses/items", params=chosen).json()["numberMatched"]
    body = client.get("/analysis/density", params={**chosen, "with": "simulated"}).json()
    assert body["n"] + sum(body["left_out"].values()) == items
    assert sum(row["count"] or 0 for row in body["rows"]) == body["n"]


@pytest.mark.parametrize("scale", ["hex", "grid", "dong"])
def test_counts_are_conserved_at_every_scale(client, scale):
    body = client.get("/analysis/density", params={"scale": scale, **ZONE}).json()
    assert sum(row["count"] or 0 for row in body["rows"]) == body["n"] == 1411


def test_min_density_leaves_out_what_is_thinner(client):
    body = client.get("/analysis/density", params={"min_density": 50, **ZONE}).json()
    assert body["rows"]
    assert all(row["per_ha"] >= 50 for row in body["rows"])


@pytest.mark.parametrize("name", MEASURES)
def test_csv_holds_the_same_rows(client, name):
    body = client.get(f"/analysis/{name}").json()
    answer = client.get(f"/analysis/{name}", params={"f": "csv"})
    assert answer.content.startswith("\ufeff".encode())
    table = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    rows = list(table)
    assert len(rows) == len(body["rows"])
    assert table.fieldnames == [column["name"] for column in body["columns"]]


@pytest.mark.parametrize("name", MEASURES)
def test_a_workbook_holds_data_and_method(client, name):
    body = client.get(f"/analysis/{name}").json()
    answer = client.get(f"/analysis/{name}", params={"f": "xlsx"})
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.xlsx"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["data", "method and sources"]
    data = book.get_sheet_by_name("data").to_python()
    assert data[0] == [column["name"] for column in body["columns"]]
    assert len(data) == len(body["rows"]) + 1
    method = {row[0]: row[1] for row in book.get_sheet_by_name("method and sources").to_python()}
    assert method["n"] == body["n"]
    assert method["address"].endswith(f"/analysis/{name}?f=xlsx")


def test_tables_take_the_language_of_their_words(client):
    korean = {"f": "csv", "lang": "ko", "scale": "dong"}
    answer = client.get("/analysis/density", params=korean)
    assert answer.headers["content-language"] == "ko"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    plain = client.get("/analysis/density", params={"scale": "dong"}).json()["rows"]
    assert [row["구역"] for row in rows] == [row["unit"] for row in plain]
    assert [row["업소 수"] for row in rows] == [
        "" if item is None else str(item) for item in (row["count"] for row in plain)
    ]
    assert {row["목록의 포함 범위"] for row in rows} <= {"전부 다룸", "일부 다룸", "다루지 않음"}
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/analysis/density", params=korean | {"f": "xlsx"}).content)
    )
    assert book.sheet_names == ["자료", "방법과 출처", "코드"]
    about = {row[0]: row[1] for row in book.get_sheet_by_name("방법과 출처").to_python()}
    assert about["설정: 구역 종류"] == "행정동"
    assert about["주소"].endswith("/analysis/density?f=xlsx&lang=ko&scale=dong")


def test_names_and_codes_of_json_are_the_same_in_every_language(client):
    plain = client.get("/analysis/hot-spots").json()
    korean = client.get("/analysis/hot-spots", params={"lang": "ko"}).json()
    assert korean.keys() == plain.keys()
    for name in ("measure", "rows", "parameters", "n", "left_out"):
        assert korean[name] == plain[name]
    assert [column["name"] for column in korean["columns"]] == [
        column["name"] for column in plain["columns"]
    ]
    assert korean["title"].startswith("업소")
    assert all(re.search("[가-힣]", text) for text in (korean["method"], *korean["caveats"]))


@pytest.mark.parametrize("kind", ["json", "geojson", "csv", "xlsx"])
def test_a_language_that_there_is_not_is_refused(client, kind):
    answer = client.get("/analysis/density", params={"f": kind, "lang": "fr"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "lang"
    assert {"en", "ko"} <= set(answer.json()["allowed"].split(", "))


def test_the_description_of_the_api_names_the_language_of_tables(client):
    document = client.get("/openapi.json").json()
    for name in MEASURES:
        given = document["paths"][f"/analysis/{name}"]["get"]["parameters"]
        (lang,) = [item for item in given if item.get("name") == "lang"]
        assert {"en", "ko"} <= set(lang["schema"]["enum"])


@pytest.mark.parametrize("name", GEOMETRIES)
def test_places_are_geojson_too(client, name):
    body = client.get(f"/analysis/{name}", params={"f": "geojson"}).json()
    assert body["type"] == "FeatureCollection"
    assert {feature["geometry"]["type"] for feature in body["features"]} <= {
        "Polygon",
        "MultiPolygon",
    }


def test_hot_spots_hold_more_businesses_than_cold_ones(client):
    body = client.get("/analysis/hot-spots").json()
    hot = [row["count"] for row in body["rows"] if row["spot"] == "hot"]
    cold = [row["count"] for row in body["rows"] if row["spot"] == "cold"]
    assert hot
    assert mean(hot) > 2 * mean(cold or [0])


def test_surveys_are_cut_where_definitions_change(client):
    rows = client.get("/analysis/surveys").json()["rows"]
    stretch = {row["year"]: row["stretch"] for row in rows}
    assert stretch[2012] == stretch[2013] != stretch[2014] != stretch[2015]
    assert stretch[2019] is None


def test_an_index_needs_a_year_with_a_value(client):
    answer = client.get("/analysis/surveys", params={"base": 2019})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "base"


def test_residents_of_2015_are_all_there_on_the_dong_of_today(client):
    for scale in ("dong", "unit"):
        rows = client.get("/analysis/residents", params={"scale": scale}).json()["rows"]
        assert sum(row["y2015"] for row in rows) == pytest.approx(64_244, abs=0.5)
        assert sum(row["y2025"] for row in rows) == 92_782


def test_a_dong_that_was_split_is_marked(client):
    rows = client.get("/analysis/residents").json()["rows"]
    assert {row["name_ko"] for row in rows if row["estimated"]} == {"원곡동", "신길동"}


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/analysis/density?scale=city", "scale"),
        ("/analysis/hot-spots?scale=dong", "scale"),
        ("/analysis/clustering?kind=pizza", "kind"),
        ("/analysis/density?min_density=x", "min_density"),
        ("/analysis/density?min_density=-1", "min_density"),
        ("/analysis/isolines?bandwidth_m=10", "bandwidth_m"),
        ("/analysis/residents?category=pub", "category"),
        ("/analysis/density?f=pdf", "f"),
        ("/analysis/counts?by=name_ko", "by"),
        ("/analysis/counts?collection=shops", "collection"),
    ],
)
def test_what_cannot_be_asked_is_a_400_that_names_it(client, path, parameter):
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_an_unknown_measure_is_a_404(client):
    assert client.get("/analysis/wealth").status_code == 404


def test_counts_add_up_to_what_is_chosen(client):
    body = client.get("/analysis/counts?by=dong_code,category&provenance=simulated").json()
    assert sum(group["count"] for group in body["groups"]) == body["n"] == SIMULATED


def test_counts_of_another_collection(client):
    body = client.get("/analysis/counts?collection=residents&by=year").json()
    assert {group["year"]: group["count"] for group in body["groups"]} == {
        2015: 25,
        2020: 25,
        2025: 25,
    }


def test_what_nothing_is_left_of_is_no_failure(client):
    for name, measure in MEASURES.items():
        if measure.of:
            # By default residents and desks are counted, which no filter leaves out.
            value = {"neighbours": {"value": "per_km2"}, "reach": {"to": "businesses"}}.get(
                name, {}
            )
            answer = client.get(f"/analysis/{name}", params={"name_ko": "nobody", **value})
            assert answer.status_code == 200, (name, answer.text)
            assert answer.json()["n"] == 0


def test_isolines_cover_the_zone_once(client):
    rows = client.get("/analysis/isolines", params=ZONE).json()["rows"]
    zones = client.get("/collections/zone/items", params={"valid_to": "null"}).json()["features"]
    zone = shapely.transform(shape(zones[0]["geometry"]), in_metres)
    assert sum(row["area_ha"] for row in rows) == pytest.approx(zone.area / 10_000, rel=0.01)
    assert [row["from_per_ha"] for row in rows[1:]] == [row["to_per_ha"] for row in rows[:-1]]
    thick = client.get("/analysis/isolines", params={"min_density": 40, **ZONE}).json()["rows"]
    assert thick[0]["from_per_ha"] >= 40
    assert sum(row["area_ha"] for row in thick) < sum(row["area_ha"] for row in rows)


def test_isolines_of_a_wider_kernel_are_lower(client):
    tops = [
        client.get("/analysis/isolines", params={"bandwidth_m": m}).json()["rows"][-1]["to_per_ha"]
        for m in (40, 120)
    ]
    assert tops[0] > tops[1]


def test_a_simulated_category_among_real_ones_is_not_tested(client):
    """Karaoke bars of the zone are all simulated, although most of n is real."""
    body = client.get("/analysis/clustering", params={**ZONE, "kind": "karaoke"}).json()
    assert body["provenance"]["observed"] > 0.5
    assert (body["parameters"]["p"], body["parameters"]["state"]) == (None, "not-tested")
    assert {row["low"] for row in body["rows"]} == {None}
    assert any(
        "most of their businesses are simulated: karaoke" in caveat for caveat in body["caveats"]
    )
    real = client.get("/analysis/clustering", params={**ZONE, "kind": "restaurant"}).json()
    assert real["parameters"]["p"] is not None


@pytest.mark.parametrize("name", ["colocation", "quotients"])
def test_rows_of_simulated_categories_are_not_tested(client, name):
    rows = client.get(f"/analysis/{name}", params=ZONE).json()["rows"]
    of = {True: set(), False: set()}
    for row in rows:
        of["karaoke" in (row.get("category"), row.get("of"), row.get("to"))].add(row["state"])
        assert (row["p"] is None) == (row["state"] == "not-tested")
    assert of[True] == {"not-tested"}
    assert "tested" in of[False]


def test_what_no_list_says_is_not_zero(client):
    """Of no real business is it known who runs it."""
    body = client.get("/analysis/density", params={"foreign_run": "true"}).json()
    assert (body["n"], body["rows"]) == (0, [])
    assert any("not zero" in caveat for caveat in body["caveats"])
    spots = client.get("/analysis/hot-spots", params={"foreign_run": "true"}).json()["rows"]
    assert {row["spot"] for row in spots} == {None}
    assert {row["state"] for row in spots} == {"not-tested"}


def test_the_total_of_2022_is_said_to_be_computed(client):
    rows = client.get("/analysis/surveys", params={"series": "total_shops"}).json()["rows"]
    assert [row["year"] for row in rows if row["computed"]] == [2022]
    counted = client.get("/analysis/surveys").json()["rows"]
    assert not any(row["computed"] for row in counted)


def test_areas_may_be_repeated_or_joined_by_commas(client):
    texts = ["dong:4127354500", "polygon:126.79 37.32,126.8 37.32,126.8 37.33"]
    repeated = client.get("/analysis/areas", params={"area": texts}).json()
    joined = client.get("/analysis/areas", params={"area": ",".join(texts)}).json()
    assert repeated["rows"] == joined["rows"]
    assert repeated["parameters"]["area"] == texts
    features = client.get("/analysis/areas", params={"area": texts, "f": "geojson"}).json()
    assert {feature["geometry"]["type"] for feature in features["features"]} >= {"Polygon"}


@pytest.mark.parametrize("text", ["dong:1", "radius:126.79,37.33,5", "polygon:1 2,3 4,5 7"])
def test_an_area_that_there_is_not_is_a_clear_400(client, text):
    refused = client.get(
        "/analysis/areas", params={"area": text}, headers={"Accept": "application/json"}
    )
    assert (refused.status_code, refused.json()["parameter"]) == (400, "area")
    assert refused.json()["allowed"]
