"""The report on the dong of the planners' page, read over HTTP as a planner takes it away."""

import io
import re
from html import unescape

import pytest
from pypdf import PdfReader

HTML = {"accept": "text/html"}
WONGOK, HAEYANG = "4127354500", "4127153700"


def pages(answer):
    assert answer.status_code == 200, answer.text
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]


@pytest.fixture(scope="module")
def linked(client):
    """The report that the page of two dong links, and its path."""
    page = client.get(f"/plan?dong={WONGOK},{HAEYANG}&lang=en", headers=HTML).text
    (path,) = re.findall(r'href="[^"]*?(/?plan/report\.pdf[^"]*)"', page)
    path = "/" + unescape(path).lstrip("/")
    return path, client.get(path)


def test_the_page_links_the_report_on_its_dong(linked):
    path, answer = linked
    assert answer.headers["content-type"] == "application/pdf"
    assert f"{WONGOK}-{HAEYANG}-en.pdf" in answer.headers["content-disposition"]
    told = pages(answer)
    assert len(told) == 2
    assert all("Wongok-dong · Haeyang-dong" in text for text in told)
    assert all(path in text for text in told)


def test_figures_and_ranks_are_those_of_the_measure(client, linked):
    words = " ".join(pages(linked[1])[0].split())
    found = {row["code"]: row for row in client.get("/analysis/profiles").json()["rows"]}
    (city,) = client.get("/analysis/profiles?scale=city").json()["rows"]
    for title, name, write in (
        ("residents", "residents", "{:,}"),
        ("foreign share", "foreign_share", "{:.1%}"),
        ("households", "households", "{:,}"),
        ("share of one-person households", "one_person_share", "{:.1%}"),
        ("establishments, 2020", "establishments", "{:,}"),
    ):
        cells = " ".join(
            f"{write.format(found[code][name])} {found[code][f'rank_{name}']}/25"
            for code in (WONGOK, HAEYANG)
        )
        assert f"{title} {cells} {write.format(city[name])}" in words


def test_the_trend_is_that_of_the_measure(client, linked):
    words = " ".join(pages(linked[1])[1].split())
    counts = []
    for group in ("total", "foreign"):
        rows = client.get(f"/analysis/residents?group={group}").json()["rows"]
        (row,) = [row for row in rows if row["unit"] == WONGOK]
        counts += [f"≈ {row['y2015']:,.0f}", f"{row['y2020']:,}", f"{row['y2025']:,}"]
    assert f"1 Wongok-dong {' '.join(counts)}" in words


def test_names_give_the_bytes_of_codes(client, linked):
    assert client.get("/plan/report.pdf?dong=원곡동,해양동&lang=en").content == linked[1].content


def test_a_report_is_sent_once(client, linked):
    path, answer = linked
    held = {"if-none-match": answer.headers["etag"]}
    assert client.get(path, headers=held).status_code == 304
    assert client.get(path.replace("lang=en", "lang=ko"), headers=held).status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("dong=4127199999", "dong", "no dong of Ansan"),
        ("dong=선부동", "dong", "법정동"),
        ("dong=4127354500&lang=xx", "lang", "ko"),
        ("gu=4127100000", "gu", "dong"),
        (
            "dong=4127151000,4127151500,4127152500,4127153200,4127153700,4127154000",
            "dong",
            "at most 5",
        ),
    ],
)
def test_what_is_wrong_is_named(client, query, parameter, says):
    answer = client.get(f"/plan/report.pdf?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert says in answer.text


def test_people_are_told_on_a_page(client):
    answer = client.get("/plan/report.pdf?dong=선부동&lang=ko", headers=HTML)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (400, "text/html")
    assert "선부동" in answer.text
