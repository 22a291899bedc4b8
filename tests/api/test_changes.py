"""What registers opened, closed, moved and renamed, over HTTP: counts for all, names for staff."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest
import two_releases
from published import copy_home
from staffed import TOKENS, settings
from typer.testing import CliRunner

import atlas
from geo.serving.analysis.turnover import KINDS, NOT_LOADED
from maps.pages.analyse import release_comparison

DATA = Path(__file__).parents[2] / "data"
WONGOK = "4127354500"
JSON = "application/json"


@pytest.fixture(scope="module")
def changed_home(home, tmp_path_factory):
    folder = copy_home(home, tmp_path_factory.mktemp("changed"))
    two_releases.load(folder, DATA)
    return folder


@pytest.fixture(scope="module")
def guarded(changed_home, serve):
    """Address of a service over both releases."""
    return serve(settings(changed_home))


@pytest.fixture(scope="module")
def anybody(guarded):
    with httpx.Client(base_url=guarded, timeout=60) as one:
        yield one


@pytest.fixture(scope="module")
def kim(guarded):
    bearer = {"Authorization": f"Bearer {TOKENS['kim']}"}
    with httpx.Client(base_url=guarded, timeout=60, headers=bearer) as one:
        yield one


def test_changes_are_counted_by_dong(anybody):
    body = anybody.get("/analysis/changes").json()
    counts = {row["dong_code"]: [row[kind] for kind in KINDS] for row in body["rows"]}
    assert counts.pop(WONGOK) == [1, 2, 1, 1]
    # The list has every business of the city: where it has none, nothing has changed.
    assert (len(counts), set(map(tuple, counts.values()))) == (24, {(0, 0, 0, 0)})
    assert {row["state"] for row in body["rows"]} == {"shown"}
    assert (body["n"], body["dates"]) == (5, ["2025-11", "2026-06"])
    assert body["attribution"] == ["A list by somebody"]


def test_changes_are_counted_by_month(anybody):
    rows = anybody.get("/analysis/changes?of=months").json()["rows"]
    found = {(kind, row["month"]): row[kind] for row in rows for kind in KINDS if row[kind]}
    wanted = {(kind, month): 1 for kind, month, _ in two_releases.CHANGED}
    assert found == wanted


def test_rates_and_survival_follow_from_the_days_of_licences(anybody):
    rates = {row["year"]: row for row in anybody.get("/analysis/changes?of=rates").json()["rows"]}
    # Open on 1 January 2025: a, b, c; f is gone, and a row without a day does not count.
    assert rates[2025]["at_start"] == 3
    assert (rates[2025]["opening_rate"], rates[2025]["closing_rate"]) == (0.0, 0.3333)
    assert (rates[2026]["at_start"], rates[2026]["opening_rate"]) == (2, 0.5)
    survival = anybody.get("/analysis/changes?of=survival").json()
    shares = {row["years"]: (row["share"], row["at_risk"]) for row in survival["rows"]}
    # One of two that reached 2.5 years closed then.
    assert shares == {1: (1.0, 3), 2: (1.0, 3), 3: (0.5, 1), 5: (0.5, 1)}
    assert survival["left_out"] == {"without a usable day": 1}


def test_staff_alone_get_names(anybody, kim):
    refused = anybody.get("/analysis/changes?of=names")
    assert (refused.status_code, refused.json()["parameter"]) == (403, "of")
    assert "가나식당" not in refused.text
    rows = kim.get("/analysis/changes?of=names").json()["rows"]
    assert sorted((row["kind"], row["month"], row["name_ko"]) for row in rows) == sorted(
        two_releases.CHANGED
    )
    renamed = next(row for row in rows if row["kind"] == "renamed")
    assert (renamed["before"], renamed["after"]) == ("<b>라마식당", "새이름")


@pytest.mark.parametrize("subject", ["dong", "months", "rates", "survival"])
def test_no_public_form_holds_a_name(anybody, subject):
    for form in ("json", "csv", "geojson"):
        text = anybody.get(f"/analysis/changes?of={subject}&f={form}").text
        assert not any(name in text for *_, name in two_releases.CHANGED)


def test_the_command_lists_what_the_service_answers(kim, changed_home, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(changed_home))
    done = CliRunner().invoke(atlas.app, ["changes", "--json"])
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["changes"] == kim.get("/analysis/changes?of=names").json()["rows"]
    (licences,) = told["turnover"]
    for subject, part in (("rates", "years"), ("survival", "survival")):
        rows = kim.get(f"/analysis/changes?of={subject}").json()["rows"]
        assert [{"register": "list", **row} for row in licences[part]] == rows


def test_without_a_register_nothing_is_counted_and_the_answer_says_why(client):
    body = client.get("/analysis/changes").json()
    assert {row["state"] for row in body["rows"]} == {"missing"}
    assert {row[kind] for row in body["rows"] for kind in KINDS} == {None}
    assert (body["n"], body["caveats"]) == (0, [NOT_LOADED])
    for subject in ("months", "rates", "survival", "names"):
        answer = client.get(f"/analysis/changes?of={subject}").json()
        assert (answer["rows"], answer["caveats"]) == ([], [NOT_LOADED])


def test_files_and_pictures_of_every_subject(kim):
    for subject in ("dong", "months", "rates", "survival", "names"):
        answer = kim.get(f"/analysis/changes?of={subject}&f=csv&lang=ko")
        header, *_ = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert not any(title.isascii() for title in header), header
        for path in (f"/analysis/changes?of={subject}&f=xlsx", f"/maps/changes.png?of={subject}"):
            assert kim.get(path).status_code == 200


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_of_staff_lists_what_the_measure_answers(kim, lang):
    answer = kim.get(f"/staff/changes?lang={lang}")
    assert answer.headers["cache-control"] == "private, no-store"
    rows = [
        [unescape(cell) for cell in re.findall("<td>(.*?)</td>", row)]
        for row in re.findall("<tr><td>.*?</tr>", answer.text)
    ]
    by_id = {row[5]: row for row in rows if len(row) == 9}
    wanted = kim.get("/analysis/changes?of=names").json()["rows"]
    assert {key: [row[k] for k in (0, 3, 4, 6, 7, 8)] for key, row in by_id.items()} == {
        row["id"]: [
            row[name] for name in ("register", "dong_code", "dong", "name_ko", "before", "after")
        ]
        for row in wanted
    }
    assert (
        by_id["list-b"][1:3]
        == {
            "en": ["closed", "November 2025"],
            "ko": ["폐업", "2025년 11월"],
        }[lang]
    )
    assert ["list", "2025", "3", "0", "1", "0.0%", "33.3%"] in rows  # of the rates


def test_the_page_of_staff_is_for_staff(anybody):
    answer = anybody.get("/staff/changes")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert "다라식당" not in answer.text


def test_the_page_of_staff_escapes_names(kim):
    assert "<b>라마" not in kim.get("/staff/changes").text
    assert "&lt;b&gt;라마식당" in kim.get("/staff/changes").text


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_analysts_page_answers_with_the_numbers_of_the_measure(anybody, lang):
    page = anybody.get(
        f"/analyse?question=changed&lang={lang}", headers={"accept": "text/html"}
    ).text
    sentence = re.search(r'class="answer">(.*?)</p>', page, re.DOTALL)[1]
    (row,) = [row for row in anybody.get("/analysis/changes").json()["rows"] if row["opened"]]
    survival = anybody.get("/analysis/changes?of=survival").json()["rows"]
    (third,) = [f"{item['share']:.1%}" for item in survival if item["years"] == 3]
    assert re.findall(r"\d+", sentence)[:4] == [str(row[kind]) for kind in KINDS]
    assert third in sentence
    cells = re.search(rf'<tr data-unit="{WONGOK}">.*?</tr>', page, re.DOTALL)[0]
    assert re.findall(r'<td class="figure">(\d+)', cells) == [str(row[kind]) for kind in KINDS]
    assert page.count('class="unit-map"') == 2
    files = {unescape(found) for found in re.findall(r'href="[^"]*(/analysis/changes[^"]*)"', page)}
    assert len(files) == 14  # three forms of four subjects, two map files of the one with places
    for address in sorted(files):
        assert anybody.get(address).status_code == 200


def test_two_releases_are_counted_side_by_side(anybody):
    body = anybody.get("/analysis/releases?scale=dong").json()
    (row,) = [row for row in body["rows"] if row["before"]]
    # b and f are gone and e came; c has moved within the dong.
    assert [row[name] for name in ("unit", "before", "after", "both", "difference")] == [
        WONGOK, 5, 4, 3, -1,
    ]  # fmt: skip
    assert (body["n"], body["dates"]) == (6, ["2025-12", "2026-06"])
    assert body["attribution"] == ["A list by somebody"]
    asked = {"scale": "dong", "show": "after", "classes": "own", "breaks": "3 5"}
    parameters = anybody.get("/analysis/releases", params=asked).json()["parameters"]
    assert (parameters["class_column"], parameters["class_bounds"]) == ("after", [3.0, 5.0])
    refused = anybody.get("/analysis/releases?register=semas")
    assert (refused.status_code, refused.json()["allowed"]) == (400, "list")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_analysts_page_shows_two_releases_and_the_difference(anybody, lang):
    choice = "classes=own&breaks=3+5"
    address = f"/analyse?question=changed&register=list&scale=dong&{choice}&lang={lang}"
    page = anybody.get(address, headers={"accept": "text/html"}).text
    (city,) = anybody.get("/analysis/releases?register=list&scale=city").json()["rows"]
    sentence = unescape(re.search(r'class="answer">(.*?)</p>', page, re.DOTALL)[1])
    for name in ("ratio", "low", "high"):
        assert f"{city[name]:.2f}" in sentence
    assert "−1" in sentence
    captions = re.findall(r"<figcaption>(.*?)<", page)
    assert len(captions) == page.count('class="unit-map"') == 3
    assert [date in caption for date, caption in zip(("2025", "2026"), captions, strict=False)] == [
        True, True,
    ]  # fmt: skip
    assert "A list" in page  # in the choice of registers
    cells = re.search(rf'<tr data-unit="{WONGOK}">.*?</tr>', page, re.DOTALL)[0]
    assert re.findall(r'<td class="figure">(−?\d+)</td>', cells) == ["5", "4", "−1"]
    files = [
        unescape(found) for found in re.findall(r'href="[^"]*(/(?:analysis|maps)/rel[^"]*)"', page)
    ]
    # Seven forms by dong, a PNG and a PDF of either release; of the city, one row, no map files.
    assert len(files) == 7 + 2 * 2 + 5
    shown = [file for file in files if "show=before" in file or "show=after" in file]
    assert all("breaks=3+5" in file for file in shown)
    for file in files:
        assert anybody.get(file).status_code == 200, file
    assert f"register=list&amp;lang={lang}" in page  # the address that is cited


def test_of_more_hexagons_than_a_page_draws_it_draws_dong_and_the_files_have_all(
    anybody, monkeypatch
):
    monkeypatch.setattr(release_comparison, "MOST_DRAWN", 1)
    address = "/analyse?question=changed&register=list&scale=hex&lang=en"
    page = anybody.get(address, headers={"accept": "text/html"}).text
    hexagons = anybody.get("/analysis/releases?register=list").json()["rows"]
    assert f"{len(hexagons)} hexagons are too many for a page" in page
    assert not any(row["unit"] in page for row in hexagons)
    cells = re.search(rf'<tr data-unit="{WONGOK}">.*?</tr>', page, re.DOTALL)[0]
    assert re.findall(r'<td class="figure">(−?\d+)</td>', cells) == ["5", "4", "−1"]
    files = re.findall(r'href="[^"]*(/analysis/releases[^"]*scale=hex[^"]*)"', page)
    assert any("f=geojson" in file for file in files)


def test_a_register_that_has_no_two_releases_is_no_choice(client):
    answer = client.get("/analyse?question=changed&register=semas", headers={"accept": JSON})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "register")


@pytest.mark.parametrize(("lang", "says"), [("en", "next release"), ("ko", "다음 판")])
def test_the_page_says_what_to_load_for_a_comparison(client, lang, says):
    page = client.get(f"/analyse?question=changed&lang={lang}", headers={"accept": "text/html"})
    assert says in page.text
