"""The address of the analysts' page, and that its links lead to what it shows."""

import csv
import io
import json
import re
from html import unescape

import pyogrio
import pytest
from python_calamine import CalamineWorkbook

HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    "question", ["where", "unusual", "made-of", "together", "compare", "disagree"]
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_question_has_an_answer_in_both_languages(client, question, lang):
    answer = client.get(
        f"/analyse?question={question}&within=zone&kind=restaurant&lang={lang}", headers=HTML
    )
    assert answer.status_code == 200
    sentence = re.search(r'class="answer">(.*?)</p>', answer.text, re.DOTALL)[1]
    english = re.search(r"counted|agree|usinesses|together|apart|tested|residents", sentence)
    assert bool(english) == (lang == "en")


@pytest.mark.parametrize(("lang", "says"), [("en", "not zero"), ("ko", "0이라는 뜻이 아닙니다")])
def test_what_changed_is_not_known_without_a_register(client, lang, says):
    answer = client.get(f"/analyse?question=changed&lang={lang}", headers=HTML)
    assert answer.status_code == 200
    sentence = re.search(r'class="answer">(.*?)</p>', answer.text, re.DOTALL)[1]
    assert says in sentence
    assert not re.search(r"[1-9]", sentence)
    assert 'class="unit-map"' not in answer.text


VIEWS = (
    *(f"/analyse?within=zone&kind=restaurant&question={question}" for question in (
        "where", "unusual", "made-of", "together", "compare", "reach", "disagree",
    )),
    "/analyse?within=zone&kind=grocery&against=cafe",
    "/analyse?within=zone&simulated=beside",
    "/plan?dong=4127354500,4127153700",
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_can_be_taken_away_in_the_language_of_its_reader(client, view, tmp_path):
    """Tables here; that each measure has a picture in both languages, `test_pictures` says."""
    page = client.get(f"{view}&lang=ko", headers=HTML).text
    found = re.findall(r'href="(/(?:analysis|maps)/[^"]*[?&;]lang=ko[^"]*)"', page)
    files = dict.fromkeys(map(unescape, found))
    pictures = {re.search(r"\.(png|pdf)\?", address)[1] for address in files if ".p" in address}
    assert pictures == {"png", "pdf"}
    kinds = set()
    for address in files:
        form = re.search(r"[?&]f=(xlsx|csv|csvw|geojson|fgb)\b", address)
        if form:
            kinds.add(form[1])
            content = client.get(address).raise_for_status().content
            if form[1] == "fgb":
                read_layer(content, tmp_path)
            else:
                READERS[form[1]](content)
    assert kinds - MAP_FILES == {"xlsx", "csv", "csvw"}
    wanted = set() if "together" in view else {"geojson"} if "plan" in view else MAP_FILES
    assert kinds & MAP_FILES == wanted
    assert 'href="#cite"' in page
    link = re.search(r'href="(\?[^"]*lang=ko[^"]*)">이 화면의 링크', page)[1]
    again = client.get(f"{view.partition('?')[0]}{unescape(link)}", headers=HTML).text
    assert re.findall("<h1>.*?</h1>|<td.*?</td>", again) == re.findall(
        "<h1>.*?</h1>|<td.*?</td>", page
    )


def is_korean(titles):
    assert titles
    assert all(re.search("[가-힣]|^p$", title) for title in titles)


def read_workbook(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    is_korean(book.sheet_names)
    header, *rows = book.get_sheet_by_index(0).to_python()
    is_korean(header)
    assert rows


def read_table(content):
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    is_korean(header)
    assert rows


def read_places(content):
    features = json.loads(content)["features"]
    assert features
    assert all(feature["geometry"] for feature in features)


def read_layer(content, folder):
    file = folder / "places.fgb"
    file.write_bytes(content)
    found = pyogrio.read_info(file)
    assert found["features"] > 0
    assert re.search("[가-힣]", found["layer_metadata"]["TITLE"])


MAP_FILES = {"geojson", "fgb"}
READERS = {
    "xlsx": read_workbook,
    "csv": read_table,
    "csvw": lambda content: is_korean([json.loads(content)["dc:title"]]),
    "geojson": read_places,
}


def test_flatgeobuf_has_the_rows_of_the_json_and_their_places(client, tmp_path):
    asked = {"in_zone": "true", "category": "restaurant", "scale": "grid"}
    rows = client.get("/analysis/density", params=asked).json()["rows"]
    file = tmp_path / "density.fgb"
    file.write_bytes(client.get("/analysis/density", params={**asked, "f": "fgb"}).content)
    found = pyogrio.read_dataframe(file)
    plain = found.drop(columns="geometry").astype(object).where(found.notna(), None)
    held = {row["unit"]: row for row in plain.to_dict("records")}  # in the order of its index
    assert held == {row["unit"]: row for row in rows}
    assert found.crs == "EPSG:4326"
    assert found.to_crs(5186).area.to_numpy() / 1e4 == pytest.approx(found["area_ha"], rel=1e-3)


def test_flatgeobuf_of_rows_that_are_no_places_has_no_geometry(client, tmp_path):
    file = tmp_path / "scales.fgb"
    file.write_bytes(client.get("/analysis/scales?f=fgb").content)
    found = pyogrio.read_dataframe(file, read_geometry=False)
    rows = client.get("/analysis/scales").json()["rows"]
    assert found["scale"].tolist() == [row["scale"] for row in rows]
    assert pyogrio.read_info(file)["geometry_type"] in ("Unknown", None)


def test_the_files_that_a_page_offers_are_those_of_its_businesses(client):
    page = client.get("/analyse?kind=grocery&within=zone&lang=en", headers=HTML).text
    addresses = re.findall(r'href="[^"]*(/analysis/density\?f=[^"]*)"', page)
    told = int(re.search(r"n = ([\d,]+)", page)[1].replace(",", ""))
    answer = client.get(unescape(addresses[0]).replace("f=xlsx", "f=json"))
    assert answer.json()["n"] == told > 0


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("question=why", "question", "unusual"),
        ("kind=pizza", "kind", "restaurant"),
        ("within=4113510100", "within", "zone"),
        ("scale=dong&question=unusual", "scale", "hex or grid"),
        (f"unit={'x' * 41}", "unit", "id of a unit"),
        ("simulated=perhaps", "simulated", "true"),
        ("question=reach&to=language-xx", "to", "language-vi"),
        ("question=reach&minutes=7", "minutes", "10"),
        ("classes=pretty", "classes", "jenks"),
        ("classes=own&breaks=9 3", "breaks", "ascending"),
        ("question=compare&area=dong:4113510100", "area", "4127354500"),
        ("question=compare&area=radius:126.79,37.33,50", "area", "100 to 1000"),
        ("question=compare&area=radius:127.9,37.33,300", "area", "within Ansan"),
        ("question=compare&area=polygon:126.79 37.32,126.8 37.32", "area", "3 to 50 corners"),
    ],
)
def test_machines_are_told_what_is_allowed(client, query, parameter, says):
    answer = client.get(f"/analyse?{query}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert says in answer.text


def test_a_unit_of_an_address_is_escaped(client):
    answer = client.get('/analyse?within=zone&unit="><script>alert(1)</script>', headers=HTML)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_areas_of_a_form_are_those_of_the_measure(client):
    """A form sends each area by itself, and empty fields; the page's own address joins them."""
    polygon = "polygon:126.785 37.32,126.805 37.32,126.8 37.335"
    form = {"question": "compare", "lang": "en", "area": ["dong:4127354500", "", polygon]}
    page = client.get("/analyse", params=form, headers=HTML).text
    table = re.search(r"<table>(.*?)</table>", page, re.DOTALL)[1]
    told = re.findall(r"n = ([\d,]+)", table)
    rows = client.get("/analysis/areas", params={"area": ["dong:4127354500", polygon]}).json()
    of_areas = {row["area"]: row["n"] for row in rows["rows"]}
    expected = [*of_areas.values(), rows["n"]]
    assert [int(number.replace(",", "")) for number in told] == expected
    cited = re.search(r'<span translate="no">[^<]*/analyse\?([^<]*)</span>', page)[1]
    again = client.get(f"/analyse?{unescape(cited)}", headers=HTML).text
    assert re.search(r"<table>(.*?)</table>", again, re.DOTALL)[1] == table


def test_bars_of_areas_have_the_shares_of_the_measure(client):
    """The chart of areas, readable without a script: each text and each width is its share."""
    areas = ["dong:4127354500", "radius:126.7949,37.3292,300"]
    query = {"question": "compare", "lang": "en", "area": areas}
    page = client.get("/analyse", params=query, headers=HTML).text
    chart = re.search(r'<ul class="chart grouped">(.*?)</div>', page, re.DOTALL)[1]
    rows = client.get("/analysis/areas", params={"area": areas}).json()["rows"]
    largest = max(max(row["share"] or 0, row["city_share"]) for row in rows)
    drawn = re.findall(
        r'data-area="(\d)" class="">.*?<rect width="([\d.]+)".*?class="number">([\d.]+)%</span>',
        chart,
    )
    expected = [
        (str(areas.index(row["area"]) + 1), row["share"])
        for row in sorted(
            rows, key=lambda row: (-row["city_count"], row["category"], areas.index(row["area"]))
        )
    ]
    assert len(drawn) == len(expected) > 10
    for (number, width, text), (area, share) in zip(drawn, expected, strict=True):
        assert number == area
        assert float(width) == pytest.approx(100 * share / largest, abs=0.06)
        assert float(text) == pytest.approx(100 * share, abs=0.06)
    assert len(re.findall(r'class="bar-name">City<', chart)) == len(rows) / 2


def test_the_selected_area_of_an_address_is_marked(client):
    page = client.get("/analyse?question=compare&unit=2&lang=en", headers=HTML).text
    rows = client.get("/analysis/areas?area=dong:4127354500").json()["rows"]
    shown = next(row for row in rows if row["category"] == "grocery")
    text = unescape(re.sub("<.*?>", "", page))
    assert f"×{shown['quotient']:.2f} ({shown['low']:.2f}–{shown['high']:.2f})" in text
    both = "dong:4127354500,street:food-street-2023"
    answer = client.get("/analysis/areas", params={"area": both}).json()["rows"]
    pair = [row for row in answer if row["category"] == "grocery"][1]
    interval = f"({pair['against_first_low']:.2f}–{pair['against_first_high']:.2f})"
    assert text.count(f"{pair['against_first']:.2f} {interval}") == 2  # in the chart and the table
    assert set(re.findall(r'data-area="(\d)" class="(?:figure )?selected"', page)) == {"2"}
