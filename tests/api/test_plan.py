"""The address of the planners' page: names and codes, and what is refused."""

import io
import re
import zipfile
from html import unescape

import pytest
from python_calamine import CalamineWorkbook

HTML = {"accept": "text/html"}


def test_dong_are_named_by_code_or_by_name(client):
    by_code = client.get("/plan?dong=4127354500,4127153700&lang=en", headers=HTML)
    by_name = client.get("/plan?dong=원곡동&dong=Haeyang-dong&lang=en", headers=HTML)
    assert by_code.status_code == by_name.status_code == 200
    assert by_code.text == by_name.text


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("dong=선부동", "dong", "법정동"),
        ("dong=4127199999", "dong", "no dong of Ansan"),
        ("dong=%3Cscript%3E", "dong", "dong of Ansan"),
        ("x=name_ko", "x", "foreign_share"),
        ("indicator=foreign", "indicator", "density"),
        ("scale=hex", "scale", "unit"),
        ("colour=red", "colour", "dong"),
    ],
)
def test_machines_are_told_what_is_allowed(client, query, parameter, says):
    answer = client.get(f"/plan?{query}", headers={"accept": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["parameter"]) == (400, parameter)
    assert says in answer.text


def test_six_dong_are_too_many(client):
    codes = [row["code"] for row in client.get("/analysis/profiles?f=json").json()["rows"][:6]]
    answer = client.get(f"/plan?dong={','.join(codes)}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "dong")


def test_people_meet_a_page_in_their_language(client):
    answer = client.get("/plan?dong=선부동&lang=ko", headers=HTML)
    assert answer.status_code == 400
    assert '<html lang="ko"' in answer.text
    assert "선부동" in answer.text


def test_what_others_add_to_a_link_is_passed_over_for_people(client):
    assert client.get("/plan?fbclid=x&lang=en", headers=HTML).status_code == 200


def cells(html, name):
    """The texts of the cells of a row of the profile."""
    row = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', html, re.DOTALL)[1]
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("figure", "title", "write"),
    [
        ("foreign_share", "foreign share", "{:.1%}"),
        ("residents", "residents", "{:,}"),
        ("foreign", "foreign residents", "{:,}"),
        ("density", "residents per km²", "{:,.0f}"),
        ("households", "households", "{:,}"),
        ("foreign_household_share", "share of foreign households", "{:.1%}"),
        ("one_person_share", "share of one-person households", "{:.1%}"),
        ("detached_share", "share of households in detached houses", "{:.1%}"),
        ("apartment_share", "share of households in apartments", "{:.1%}"),
        ("multi_family_share", "share of households in multi-family houses", "{:.1%}"),
        (
            "other_quarters_share",
            "share of households in quarters that are no dwelling",
            "{:.1%}",
        ),
        ("establishments", "establishments, 2020", "{:,}"),
        ("establishments_per_km2", "establishments per km², 2020", "{:,.0f}"),
    ],
)
def test_each_figure_and_rank_of_the_page_is_that_of_the_measure(client, figure, title, write):
    codes = ("4127354500", "4127153700")
    html = client.get(f"/plan?dong={','.join(codes)}&lang=en", headers=HTML).text
    rows = {row["code"]: row for row in client.get("/analysis/profiles").json()["rows"]}
    (city,) = client.get("/analysis/profiles?scale=city").json()["rows"]
    expected = [
        "not published"
        if row[figure] is None
        else f"{write.format(row[figure])} rank {row[f'rank_{figure}']} of 25"
        for row in map(rows.get, codes)
    ]
    of_city = "not published" if city[figure] is None else write.format(city[figure])
    assert cells(html, title) == [*expected, of_city]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_workbook_that_the_page_links_can_be_printed(client, lang):
    html = client.get(f"/plan?lang={lang}", headers=HTML).text
    (path,) = re.findall(r'href="([^"]*/analysis/profiles\?f=xlsx[^"]*)"', html)
    content = client.get(unescape(path)).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    data, ranks, method, _ = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    body = client.get("/analysis/profiles").json()["rows"]
    assert [row[3] for row in data[1:]] == [row["foreign_share"] for row in body]
    assert [row[3] for row in ranks[1:]] == [row["rank_foreign_share"] for row in body]
    assert len(data[0]) == len(ranks[0]) == 16
    assert not any("127.0.0.1" in str(cell) for row in method for cell in row)
    archive = zipfile.ZipFile(io.BytesIO(content))
    for number in (1, 2):
        sheet = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
        assert '<pageSetUpPr fitToPage="1"/>' in sheet
