"""Catalogues of the data sets, and what pages say to search engines."""

import json
import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from lxml import etree

from api.service.settings import Settings
from geo.snapshot.schema.layer_names import COLLECTIONS
from maps.i18n import LANGUAGES, VISITORS_LANGUAGES

PUBLIC = "https://atlas.example/ansan"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
# DCAT-AP 3.0: the mandatory and the recommended properties that a service like ours can state.
CATALOGUE = {"dct:title", "dct:description", "dct:publisher", "dct:language", "foaf:homepage"}
DATASET = {"dct:title", "dct:description", "dct:publisher", "dct:spatial", "dct:license"}
DATASET |= {"dcat:distribution", "dcat:keyword", "dcat:theme", "dct:identifier"}
FILES = {
    "application/geo+json",
    "application/geo+json-seq",
    "text/csv",
    "application/vnd.flatgeobuf",
    "application/vnd.apache.parquet",
    "application/vnd.google-earth.kml+xml",
}
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def public(home, serve):
    """A client of a service that stands below a path of a public host."""
    settings = Settings(home=home, public_url=PUBLIC)
    with httpx.Client(base_url=serve(settings), headers=BROWSER, timeout=30) as one:
        yield one


@pytest.fixture(scope="module")
def dcat(client):
    answer = client.get("/catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    return answer.json()


def canonical_of(page):
    return [
        unescape(element) for element in re.findall(r'<link rel="canonical" href="([^"]+)">', page)
    ]


def by_id(dcat):
    return {item["dct:identifier"]: item for item in dcat["dcat:dataset"]}


def test_the_catalogue_has_what_dcat_ap_asks_for(dcat):
    assert dcat["@type"] == "dcat:Catalog"
    assert dcat.keys() >= CATALOGUE
    assert [item["@language"] for item in dcat["dct:title"]] == ["en", "ko"]
    assert by_id(dcat).keys() == set(COLLECTIONS)
    for item in dcat["dcat:dataset"]:
        assert item["@type"] == "dcat:Dataset"
        assert item.keys() >= DATASET
        assert all(source["@id"].startswith("http") for source in item["dct:license"])


def test_every_prefix_and_every_address_is_whole(dcat):
    names = {dcat["@context"][name] for name in ("dcat", "dct", "foaf", "geosparql", "xsd")}
    assert "http://www.w3.org/ns/dcat#" in names
    text = json.dumps({key: value for key, value in dcat.items() if key != "@context"})
    prefixes = set(re.findall(r'"([a-z]+):[A-Za-z]\w*"', text))
    assert prefixes <= dcat["@context"].keys()
    assert all(re.match("https?://", element) for element in re.findall(r'"@id": "([^"]+)"', text))


def test_a_data_set_says_where_when_and_who(dcat):
    residents = by_id(dcat)["residents"]
    assert residents["dct:title"] == [
        {"@value": "Residents by dong", "@language": "en"},
        {"@value": "행정동별 주민", "@language": "ko"},
    ]
    assert residents["dct:license"] == [{"@id": "https://www.kogl.or.kr/info/licenseType1.do"}]
    assert "통계청" in residents["dct:creator"][0]["foaf:name"]
    period = residents["dct:temporal"]
    assert (period["dcat:startDate"]["@value"], period["dcat:endDate"]["@value"]) == (
        "2015-11-01",
        "2025-11-01",
    )
    box = residents["dct:spatial"]["dcat:bbox"]
    assert box["@type"] == "geosparql:wktLiteral"
    west, south = map(float, re.match(r"POLYGON \(\(([\d.]+) ([\d.]+),", box["@value"]).groups())
    assert (west, south) == pytest.approx((126.378991, 37.08051), abs=2e-6)


def test_a_time_without_an_end_has_a_start_alone(dcat):
    assert by_id(dcat)["zone"]["dct:temporal"].keys() == {"@type", "dcat:startDate"}
    assert "dct:temporal" not in by_id(dcat)["streets"]  # no source dates them


def test_simulated_features_are_named_in_the_description(dcat):
    said = by_id(dcat)["businesses"]["dct:description"][0]["@value"]
    assert "simulated 564" in said
    assert "not real places" in said
    assert "simulated" not in by_id(dcat)["centres"]["dct:description"][0]["@value"]


def test_every_distribution_answers_with_its_media_type(client, dcat):
    files = by_id(dcat)["stations"]["dcat:distribution"]
    prefix = "https://www.iana.org/assignments/media-types/"
    kinds = {file["dcat:mediaType"]["@id"].removeprefix(prefix) for file in files}
    assert kinds == FILES | {"application/vnd.mapbox.tile+json"}
    for file in files:
        answer = client.get(file["dcat:accessURL"]["@id"])
        assert answer.status_code == 200
        kind = answer.headers["content-type"].partition(";")[0]
        assert file["dcat:mediaType"]["@id"] == prefix + kind


def test_the_landing_page_leads_to_the_catalogue(client):
    links = {link["rel"]: link["href"] for link in client.get("/").json()["links"]}
    assert client.get(links["describedby"]).json()["@type"] == "dcat:Catalog"


def test_the_sitemap_lists_pages_in_every_language_and_all_are_there(client):
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    tree = etree.fromstring(answer.content)
    found = [item.findtext(f"{SITEMAP}loc") for item in tree]
    assert len(found) == len(set(found))
    assert (
        len(found) == len(LANGUAGES) * (3 + 2 + 1 + len(COLLECTIONS)) + len(VISITORS_LANGUAGES) * 3
    )
    for entry in tree:
        others = [element.get("href") for element in entry.iter(f"{XHTML}link")]
        assert entry.findtext(f"{SITEMAP}loc") in others
        assert len(others) in (len(LANGUAGES), len(VISITORS_LANGUAGES))
    for url in [item for item in found if item.endswith(("lang=en", "lang=ur"))]:
        page = client.get(url, headers=BROWSER)
        assert page.status_code == 200
        assert canonical_of(page.text) == [url]


def test_robots_close_tiles_and_name_the_sitemap(client, public):
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /collections/*/tiles/" in lines
    assert "Disallow: /staff" in lines
    assert "Disallow: /" not in lines
    below = public.get("/robots.txt").text.splitlines()
    assert "Disallow: /ansan/collections/*/tiles/" in below
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in below


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/", {}),
        ("/maps/food-streets", {}),
        # One view has one address: defaults go, and so do the tags of campaigns.
        ("/maps/density?by=hex&utm_source=mail", {}),
        ("/maps/density?by=dong", {"by": "dong"}),
        ("/maps/residents?indicator=foreign&year=2015", {"indicator": "foreign", "year": "2015"}),
        ("/maps/join", {}),
        ("/collections/zone?f=html", {"f": "html"}),
        ("/collections/zone/items?limit=1&f=html", {"f": "html", "limit": "1"}),
        ("/collections/zone/items/zone-2023?f=html", {"f": "html"}),
    ],
)
def test_a_page_names_its_address_in_every_language(public, asked, shown):
    page = public.get(asked, headers={"Accept-Language": "ko"}).text
    alternate = r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">'
    others = {lang: unescape(url) for lang, url in re.findall(alternate, page)}
    for_visitors = asked in ("/", "/maps/food-streets")
    assert others.keys() == set(VISITORS_LANGUAGES if for_visitors else LANGUAGES)
    assert canonical_of(page) == [others["ko"]]
    for lang, url in others.items():
        assert url.partition("?")[0] == PUBLIC + urlsplit(asked).path
        assert dict(parse_qsl(urlsplit(url).query)) == {**shown, "lang": lang}


def test_the_page_for_visitors_names_its_address_in_all_their_languages(public):
    page = public.get("/eat?q=pho&utm_source=mail&lang=vi").text
    assert canonical_of(page) == [f"{PUBLIC}/eat?lang=vi"]
    others = set(re.findall(r'rel="alternate" hreflang="([\w-]+)"', page))
    assert others == {*VISITORS_LANGUAGES, "x-default"}


def test_the_page_of_an_error_has_no_address_of_its_own(public):
    answer = public.get("/nowhere")
    assert answer.status_code == 404
    assert canonical_of(answer.text) == []


def linked_data(page):
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(block)


@pytest.mark.parametrize(("lang", "name"), [("en", "Residents by dong"), ("ko", "행정동별 주민")])
def test_the_page_of_a_collection_is_a_dataset_of_schema_org(public, lang, name):
    found = linked_data(public.get(f"/collections/residents?f=html&lang={lang}").text)
    assert (found["@context"], found["@type"]) == ("https://schema.org/", "Dataset")
    assert found["name"] == name
    assert 50 <= len(found["description"]) <= 5000  # what search engines for data ask for
    assert found["license"] == ["https://www.kogl.or.kr/info/licenseType1.do"]
    assert found["temporalCoverage"] == "2015-11-01/2025-11-01"
    south, west, north, east = map(float, found["spatialCoverage"]["geo"]["box"].split())
    assert 37 < south < north < 38
    assert 126 < west < east < 127
    kinds = {item["encodingFormat"] for item in found["distribution"]}
    assert kinds == FILES
    assert all(item["contentUrl"].startswith(f"{PUBLIC}/") for item in found["distribution"])


def test_the_home_page_is_a_catalogue_of_schema_org(public):
    found = linked_data(public.get("/").text)
    assert found["@type"] == "DataCatalog"
    assert [item["identifier"] for item in found["dataset"]] == sorted(COLLECTIONS)


def test_only_collections_and_the_home_page_have_records(public):
    for path in ("/collections?f=html", "/conformance?f=html", "/maps/density"):
        assert "application/ld+json" not in public.get(path).text


@pytest.mark.parametrize(
    "path", ["/catalog.jsonld", "/sitemap.xml", "/robots.txt", "/languages/vi"]
)
def test_they_are_packed_and_had_again(client, path):
    first = client.get(path, headers={"accept-encoding": "gzip"})
    packed = first.headers.get("content-encoding") == "gzip"
    assert packed is (path != "/robots.txt")  # which is too small
    etag = first.headers["etag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    assert client.get(f"{path}?x=1").status_code == 400
