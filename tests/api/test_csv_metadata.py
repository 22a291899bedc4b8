"""The about-file of a CSV (CSV on the Web), found and read as a client of that standard does."""

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

HTML = {"accept": "text/html"}
NAME = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)  # a variable of a URI template (CSVW, 5.6)
READ = {
    "integer": int,
    "number": float,
    "string": str,
    "date": re.compile(r"\d{4}-\d\d-\d\d").fullmatch,
    "gYearMonth": re.compile(r"\d{4}-\d\d").fullmatch,
}


def table_and_metadata(client, path):
    """The CSV, and what its Link header describes it by."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found = re.fullmatch(
        r'<([^>]+)>; rel="describedby"; type="application/csvm\+json"', answer.headers["link"]
    )
    about = client.get(found[1])
    assert about.headers["content-type"] == "application/csvm+json"
    assert about.headers["content-disposition"].endswith('.csv-metadata.json"')
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))), about.json()


def told(about):
    return {
        item["schema:name"]: item.get("schema:value") for item in about["schema:additionalProperty"]
    }


@pytest.mark.parametrize(
    "asked",
    [
        "density?scale=dong&f=csv",
        "density?in_zone=true&with=simulated&f=csv&lang=ko",
        "profiles?f=csv",
        "profiles?f=csv&lang=ko",
        "neighbours?f=csv",
        "surveys?f=csv&lang=en",
        "places?in_zone=true&f=csv",
    ],
)
def test_a_table_is_read_by_what_describes_it(client, address, asked):
    (header, *rows), about = table_and_metadata(client, f"/analysis/{asked}")
    columns = about["tableSchema"]["columns"]
    assert (about["@type"], about["@context"][0]) == ("Table", "http://www.w3.org/ns/csvw")
    assert about["url"] == f"{address}/analysis/{asked}"
    assert header == [column["titles"] for column in columns]
    assert all(NAME.fullmatch(column["name"]) and column["dc:description"] for column in columns)
    for place, column in enumerate(columns):
        kind = column["datatype"]
        for cell in (row[place] for row in rows if row[place]):
            if isinstance(kind, dict):
                assert kind["base"] == "boolean"
                assert cell in kind["format"].split("|")
            else:
                assert READ[kind](cell) is not None, (column, cell)


def test_it_says_what_the_json_says(client):
    plain = "/analysis/density?in_zone=true&with=simulated"
    _, about = table_and_metadata(client, f"{plain}&f=csv")
    same = client.get(f"{plain}&f=json").json()
    assert told(about)["n"] == same["n"]
    assert told(about)["share simulated"] == same["provenance"]["simulated"] > 0
    assert about["dc:temporal"] == "/".join(same["dates"])
    assert about["dc:description"] == same["method"]
    assert [item["dc:title"] for item in about["dc:source"]] == same["attribution"]
    assert about["rdfs:comment"] == same["caveats"]
    assert same["title"] in about["dc:bibliographicCitation"]
    assert told(about)["in_zone"] == "true"
    licences = [item["@id"] for item in about["dc:license"]]
    assert licences
    assert all(url.startswith("https://") for url in licences)


def test_real_businesses_alone_are_told_as_such(client):
    _, about = table_and_metadata(client, "/analysis/density?scale=dong&f=csv")
    assert (told(about)["share simulated"], told(about)["share observed"]) == (0.0, 1.0)


def test_columns_have_datatypes_and_units(client):
    _, about = table_and_metadata(client, "/analysis/profiles?f=csv&lang=ko")
    columns = {column["name"]: column for column in about["tableSchema"]["columns"]}
    unit = "http://qudt.org/schema/qudt/ucumCode"
    assert columns["code"]["datatype"] == "string"
    assert columns["residents"]["datatype"] == "integer"
    assert (columns["foreign_share"]["datatype"], columns["foreign_share"][unit]) == ("number", "1")
    assert columns["density"][unit] == "1/km2"
    assert unit not in columns["rank_density"]
    assert columns["density"]["titles"] != "density"


def test_sentences_are_of_the_language_of_the_table(client):
    _, about = table_and_metadata(client, "/analysis/density?scale=dong&f=csv&lang=ko")
    assert about["@context"][1] == {"@language": "ko"}
    assert re.search("[가-힣]", about["dc:title"])
    assert re.search("[가-힣]", about["dc:description"])


@pytest.mark.parametrize("page", ["/plan?lang=en", "/analyse?within=zone&kind=grocery&lang=en"])
def test_pages_link_it_beside_the_csv(client, page):
    links = re.findall(r'href="[^"]*?(/analysis/[^"]+)"', client.get(page, headers=HTML).text)
    queries = [unescape(link) for link in links]
    tables = [query for query in queries if parse_qs(urlsplit(query).query).get("f") == ["csv"]]
    assert tables
    for table in tables:
        assert table.replace("f=csv", "f=csvw") in queries
