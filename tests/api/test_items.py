"""Features over HTTP: truths of the data, filters, pages, links."""

import io
import json
import unicodedata
import urllib.parse

import pyarrow.parquet as pq
import pytest
from city_counts import EVERY, OBSERVED

ITEMS = "/collections/businesses/items"
VARY = "Accept, Accept-Encoding, Accept-Language"


def matched(client, path, **query):
    answer = client.get(path, params={"limit": 1, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["numberMatched"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"in_zone": "true"}, 1411),
        ({"in_zone": "true", "foreign_run": "true"}, 395),
        ({"provenance": "observed"}, OBSERVED),
        ({"provenance": "observed", "foreign_run": "true"}, 0),  # no source says who runs a place
        ({"provenance": "observed", "foreign_run": "null"}, OBSERVED),
        ({"in_food_street": "true", "category": "restaurant"}, 204),
    ],
)
def test_the_zone_holds_what_was_published(client, query, count):
    assert matched(client, ITEMS, **query) == count


@pytest.mark.parametrize(
    ("year", "foreign"), [("2015", 64_244), ("2020", 79_498), ("2025", 92_782)]
)
def test_the_dong_of_a_census_add_up_to_the_city(client, year, foreign):
    body = client.get("/collections/residents/items", params={"year": year}).json()
    assert body["numberMatched"] == 25
    assert sum(feature["properties"]["foreign"] for feature in body["features"]) == foreign


def test_wongok_dong_of_2025(client):
    path = "/collections/residents/items/4127354500-2025"
    properties = client.get(path).json()["properties"]
    assert (properties["foreign"], properties["domestic"]) == (24_915, 4_974)
    assert properties["foreign_share"] == pytest.approx(24_915 / 29_889, abs=1e-4)


def test_establishments_of_2020(client):
    body = client.get("/collections/dong/items").json()
    counts = {
        feature["id"]: feature["properties"]["establishments_2020"] for feature in body["features"]
    }
    assert sum(counts.values()) == 81_784
    assert counts["4127354500"] == 5_530


def test_a_comma_list_accepts_any_of_its_values(client):
    both = matched(client, ITEMS, category="restaurant,grocery")
    one, other = (matched(client, ITEMS, category=name) for name in ("restaurant", "grocery"))
    assert both == one + other > one > 0


def test_a_list_property_matches_by_any_member(client):
    body = client.get(f"{ITEMS}/kantipur").json()
    assert body["properties"]["cuisine"] == ["np", "in"]
    for cuisine in ("np", "in"):
        found = client.get(ITEMS, params={"cuisine": cuisine, "limit": 10_000}).json()
        assert "kantipur" in [feature["id"] for feature in found["features"]]


def test_filters_combine(client):
    body = client.get(
        ITEMS, params={"provenance": "observed", "category": "grocery", "limit": 10_000}
    ).json()
    assert body["features"]
    for feature in body["features"]:
        assert feature["properties"]["provenance"] == "observed"
        assert feature["properties"]["category"] == "grocery"


def test_bbox_takes_what_lies_inside(client):
    west, south, east, north = 126.7895, 37.3285, 126.7911, 37.3298
    zone = {"in_zone": "true", "limit": 10_000}
    everything = client.get(ITEMS, params=zone).json()["features"]
    inside = {
        item["id"]
        for item in everything
        if west <= item["geometry"]["coordinates"][0] <= east
        and south <= item["geometry"]["coordinates"][1] <= north
    }
    box = f"{west},{south},{east},{north}"
    found = client.get(ITEMS, params={"bbox": box, **zone}).json()["features"]
    assert {item["id"] for item in found} == inside
    assert 0 < len(inside) < len(everything)


def test_bbox_takes_a_polygon_by_its_outline_not_its_own_box(client):
    # Daebu-dong is islands: a box over open sea inside its bounds touches no dong.
    sea = "126.40,37.20,126.41,37.21"
    assert matched(client, "/collections/dong/items", bbox=sea) == 0
    wongok = "126.7900,37.3300,126.7901,37.3301"
    body = client.get("/collections/dong/items", params={"bbox": wongok}).json()
    assert [feature["id"] for feature in body["features"]] == ["4127354500"]


def test_bbox_with_heights_selects_as_without(client):
    flat = matched(client, ITEMS, bbox="126.789,37.328,126.792,37.331")
    assert matched(client, ITEMS, bbox="126.789,37.328,-10,126.792,37.331,500") == flat > 0


def test_bbox_over_the_antimeridian(client):
    around = "126.0,37.0,-170.0,38.0"  # eastward from Korea to Alaska
    assert matched(client, ITEMS, bbox=around) == matched(client, ITEMS)
    assert matched(client, ITEMS, bbox="170.0,37.0,-170.0,38.0") == 0


def test_pages_neither_skip_nor_repeat(client):
    url, seen = f"{ITEMS}?category=restaurant,cafe&limit=97", []
    while url:
        body = client.get(url).json()
        assert body["numberReturned"] == len(body["features"])
        seen += [feature["id"] for feature in body["features"]]
        url = next((link["href"] for link in body["links"] if link["rel"] == "next"), None)
    assert len(seen) == len(set(seen)) == body["numberMatched"]


def test_next_link_is_absolute_geojson(client, address):
    links = {link["rel"]: link for link in client.get(ITEMS).json()["links"]}
    assert links["next"]["href"].startswith(f"{address}{ITEMS}?")
    assert links["next"]["type"] == "application/geo+json"
    assert "prev" not in links


def test_prev_link_leads_back(client):
    body = client.get(ITEMS, params={"limit": 10, "offset": 25}).json()
    prev = next(link["href"] for link in body["links"] if link["rel"] == "prev")
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(prev).query))
    assert query == {"limit": "10", "offset": "15"}


def test_own_links_are_accepted(client):
    for link in client.get(ITEMS, params={"f": "json", "category": "pub"}).json()["links"]:
        assert client.get(link["href"]).status_code == 200, link


def test_a_limit_above_the_maximum_is_the_maximum(client):
    body = client.get(ITEMS, params={"limit": "1000000000000"}).json()
    assert (body["numberReturned"], body["numberMatched"]) == (10_000, EVERY)


def test_default_limit_is_100(client):
    assert client.get(ITEMS).json()["numberReturned"] == 100


def test_an_offset_past_the_end_is_an_empty_page(client):
    body = client.get(ITEMS, params={"offset": 10**30}).json()
    assert body["features"] == []
    assert body["numberMatched"] == EVERY


def test_body_is_rfc_7946(client):
    answer = client.get(ITEMS)
    assert answer.headers["content-type"] == "application/geo+json"
    body = answer.json()
    assert body["type"] == "FeatureCollection"
    assert "crs" not in body
    for feature in body["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert 126.3 < lon < 127.0
        assert 37.0 < lat < 37.45
        assert max(len(str(x).split(".")[1]) for x in (lon, lat)) <= 6


def test_every_feature_tells_where_it_comes_from(client):
    for collection in client.get("/collections").json()["collections"]:
        body = client.get(f"/collections/{collection['id']}/items?limit=10000").json()
        for feature in body["features"]:
            given = feature["properties"]
            assert given["provenance"] in ("observed", "approximate", "fitted", "simulated")
            assert given["source"]
            assert given["accuracy_m"] is None or given["accuracy_m"] >= 0
            assert "source_date" in given


def test_one_feature_is_the_same_as_in_the_list(client):
    listed = client.get(ITEMS, params={"name_ko": "사마르칸트"}).json()["features"][0]
    alone = client.get(f"{ITEMS}/samarkand").json()
    links = alone.pop("links")
    assert alone == listed
    assert {link["rel"] for link in links} == {"self", "alternate", "collection"}


def test_an_id_with_hangul_is_found(client):
    name = urllib.parse.quote("hs-긴자인도레스토랑")
    answer = client.get(f"{ITEMS}/{name}")
    assert json.loads(answer.content)["id"] == "hs-긴자인도레스토랑"


def test_head_has_the_headers_and_no_body(client):
    answer = client.head(ITEMS)
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 1000


def test_a_text_with_a_comma_is_found_as_a_whole(client):
    path, name = "/collections/centres/items", "Ansan Global Youth Center"
    branch = f"{name}, Sangnok branch"
    assert matched(client, path, name_en=name) == 1
    assert matched(client, path, name_en=branch) == 1  # one name, not two
    assert matched(client, path, name_en=f"{name},Nobody") == 1  # two names
    (one,) = [
        feature["properties"]["note"]
        for feature in client.get(path, params={"limit": 100}).json()["features"]
        if feature["id"] == "immigration"
    ]
    assert "," in one
    assert matched(client, path, note=one) == 1


def test_truth_may_be_a_number(client):
    assert matched(client, ITEMS, foreign_run="1") == 395  # so does GDAL


def test_dates_are_matched_as_exactly_as_they_are_known(client):
    path = "/collections/zone/items"
    assert matched(client, path, valid_to="2023-09-15") == 1
    assert matched(client, path, valid_to="2023") == 0
    assert matched(client, path, valid_to="null") == 1


def test_the_one_reference_system_may_be_named(client):
    crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    answer = client.get(ITEMS, params={"crs": crs, "bbox-crs": crs, "bbox": "126,37,127,38"})
    assert answer.json()["numberMatched"] == EVERY
    assert answer.headers["content-crs"] == f"<{crs}>"


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}?category=pub", f"{ITEMS}/samarkand"])
def test_what_has_not_changed_is_a_304(client, path):
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


def test_an_answer_from_memory_is_the_same(client):
    first, again = (client.get(f"{ITEMS}?category=karaoke") for _ in range(2))
    assert first.content == again.content


def test_features_are_zipped_for_those_who_take_it(client):
    plain = client.get(ITEMS, headers={"Accept-Encoding": "identity"})
    zipped = client.get(ITEMS, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.json()["features"] == plain.json()["features"]
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) / 4
    assert plain.headers["vary"] == zipped.headers["vary"] == VARY


def test_the_link_to_a_feature_with_hangul_is_an_address(client):
    name = urllib.parse.quote("hs-긴자인도레스토랑")
    links = {link["rel"]: link["href"] for link in client.get(f"{ITEMS}/{name}").json()["links"]}
    assert links["self"].isascii()
    assert client.get(links["self"]).status_code == 200


def test_following_prev_from_past_the_end_reaches_the_last_features(client):
    body = client.get("/collections/dong/items", params={"limit": 10, "offset": 1000}).json()
    prev = next(link["href"] for link in body["links"] if link["rel"] == "prev")
    assert client.get(prev).json()["numberReturned"] == 10


@pytest.mark.parametrize(
    "query", ["skipGeometry=true", "properties=name_ko", "properties=geometry&skipGeometry=true"]
)
def test_the_geometry_can_be_left_out(client, query):
    path = "/collections/dong/items"
    body = client.get(f"{path}?{query}").json()
    assert len(body["features"]) == 25
    assert all(feature["geometry"] is None for feature in body["features"])
    rows = client.get(f"{path}?{query}&f=csv").text.splitlines()
    assert not {"lon", "lat", "geometry"} & set(rows[0].split(","))
    sequence = client.get(f"{path}?{query}&f=geojsonseq").text
    assert sequence.count('"geometry":null') == 25
    assert "<coordinates>" not in client.get(f"{path}?{query}&f=kml").text
    table = pq.read_table(io.BytesIO(client.get(f"{path}?{query}&f=parquet").content))
    assert not {"geometry", "bbox"} & set(table.column_names)
    assert client.get(f"{path}?{query}&f=fgb").status_code == 400


@pytest.mark.parametrize("query", ["", "skipGeometry=false", "properties=geometry,name_ko"])
def test_the_geometry_stays_where_nobody_leaves_it_out(client, query):
    body = client.get(f"/collections/dong/items?limit=1&{query}").json()
    assert body["features"][0]["geometry"]["type"] in ("Polygon", "MultiPolygon")


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1"])
def test_a_truth_is_read_in_any_spelling_and_everywhere(client, text):
    count = matched(client, ITEMS, in_zone="true")
    assert matched(client, ITEMS, in_zone=text) == count > 0
    body = client.get("/collections/dong/items", params={"skipGeometry": text, "limit": 1}).json()
    assert body["features"][0]["geometry"] is None
    assert client.get("/analysis/density", params={"demonstration": text}).status_code == 200


def test_hangul_is_the_same_composed_and_as_letters(client):
    name = client.get("/collections/dong/items?limit=1").json()["features"][0]["properties"][
        "name_ko"
    ]
    apart = unicodedata.normalize("NFD", name)
    assert apart != name
    for query in ({"name_ko": apart}, {"filter": f"name_ko = '{apart}'"}):
        assert matched(client, "/collections/dong/items", **query) == 1


def test_a_list_matches_by_any_member_in_parameters_filters_and_files(client):
    count = matched(client, ITEMS, cuisine="uz")
    assert count > 0
    for text in ("cuisine = 'uz'", "'uz' = cuisine", "a_contains(cuisine, ('uz'))"):
        assert matched(client, ITEMS, filter=text) == count
    assert matched(client, ITEMS, filter="cuisine <> 'uz'") == matched(client, ITEMS) - count
    both = matched(client, ITEMS, cuisine="uz,np")
    assert matched(client, ITEMS, filter="cuisine IN ('uz', 'np')") == both > count
    file = client.get(ITEMS, params={"filter": "cuisine = 'uz'", "f": "geojsonseq"})
    assert file.headers["ogc-numbermatched"] == str(count) == str(file.text.count("\x1e"))


def test_ilike_of_cql_text_does_not_mind_the_case(client):
    lower = matched(client, ITEMS, filter="casei(name_en) LIKE casei('samarkand%')")
    for lang in ("cql-text", "cql2-text"):
        asked = {"filter": "name_en ILIKE 'SAMARKAND%'", "filter-lang": lang}
        assert matched(client, ITEMS, **asked) == lower > 0


def test_a_time_without_a_zone_is_korean(client):
    # The special zone of 2023 took effect on 15 September; 16:00 UTC of the 14th is 01:00 there.
    path = "/collections/zone/items"

    def ids(when):
        body = client.get(path, params={"datetime": when}).json()
        return [feature["id"] for feature in body["features"]]

    assert ids("2023-09-14T16:00:00Z") == ["zone-2023"]
    assert ids("2023-09-14T16:00:00") == ["zone-2009"]
    assert ids("2023-09-14T16:00:00") == ids("2023-09-14T16:00:00+09:00")


def test_a_page_for_people_holds_a_thousand_and_leads_on(client):
    page = client.get(f"{ITEMS}?f=html&limit=10000&properties=name_ko").text
    assert page.count("<tr") in (1_000, 1_001)  # with the header
    assert "limit=1000&amp;" in page
    assert "limit=10000" not in page
