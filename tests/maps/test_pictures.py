"""Findings as pictures: what is on the page, whatever a finding holds."""

import io
import re
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image
from shapely.geometry import box, mapping

from geo.serving.analysis.census import INDICATOR, census
from geo.serving.analysis.changes import COMPUTED, residents, surveys
from geo.serving.analysis.coverage import COLLECTED, OTHER_SECTORS
from geo.serving.analysis.measures import MEASURES
from geo.serving.analysis.operators import operators
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.analysis.sample import drop_simulated, point_sample
from geo.serving.analysis.testing import NOT_REAL
from geo.statistics.class_methods import round_bounds
from maps.i18n import LANGUAGES, Words
from maps.print import labels
from maps.print.encodings import ENCODINGS, Encoding, encoding_of, number, one_row_per_place
from maps.print.legend_entries import legend_entries
from maps.print.map_frame import _apart, extent_of, metric_areas, separate_islands
from maps.print.paper import Frame
from maps.print.picture import PictureSettings, picture
from maps.print.scale_north_legend import round_length
from maps.print.typesetting import Block, FontMetrics, fit_blocks
from maps.style.number_format import amount_format, number_format
from maps.wording.prose import translate_sentence
from maps.wording.titles import DECIDING, TITLES, title_of

ADDRESS = "https://atlas.example/analysis/density?scale=hex&f=pdf"
SETTING = PictureSettings("pdf", "en", ADDRESS, ("Test data", "시험 자료"))
EN = Words("en")
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}  # in strings of a PDF
# Four squares of 0.002 degrees in Westdong, from west to east.
SQUARES = [mapping(box(126.79 + k / 400, 37.33, 126.792 + k / 400, 37.332)) for k in range(4)]


def finding(**changed):
    """A density of four squares: two with businesses, an empty one and one not known."""
    rows = [{"unit": f"u{k}", "per_ha": value} for k, value in enumerate([4.0, 10.0, 0.0, None])]
    columns = (Column("unit", "square"), Column("per_ha", "businesses per hectare"))
    basis = Evidence(14, {"no place": 2}, ("2024", "2026-05-31"), {"observed": 1.0})
    plain = MeasureResult(
        "density", "How densely", "Counts.", basis, {"scale": "grid"}, columns, rows, (), SQUARES
    )
    return replace(plain, **changed)


def text_of(pdf):
    """Text of a page in the order it was drawn: codes of each font through its ToUnicode map."""
    objects = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj\n(.*?)endobj", pdf, re.DOTALL)}
    held = next(item for item in objects.values() if re.match(rb"<<( /F\d+ \d+ 0 R)+ >>", item))
    fonts = {}
    for name, at in re.findall(rb"/(F\d+) (\d+) 0 R", held):
        font = objects[int(at)]
        fonts[name] = codes_of(stream_of(objects[int(re.search(rb"ToUnicode (\d+)", font)[1])]))
    content = max((stream_of(item) for item in objects.values()), key=lambda one: one.count(b"BT"))
    return "\n".join(shown_in(block, fonts) for block in re.findall(rb"BT\n.*?ET\n", content, re.S))


def stream_of(body):
    found = re.search(rb"stream\n(.*)\nendstream", body, re.DOTALL)
    return zlib.decompress(found[1]) if found and b"/FlateDecode" in body else b""


def codes_of(cmap):
    found = {}
    for first, held in re.findall(rb"<(\w+)> <\w+> \[([^\]]*)\]", cmap):
        for k, element in enumerate(re.findall(rb"<(\w+)>", held)):
            found[int(first, 16) + k] = bytes.fromhex(element.decode()).decode("utf-16-be")
    return found


def shown_in(block, fonts):
    """What the strings of one text object say."""
    text, font = "", {}
    for name, string in re.findall(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)", block, re.DOTALL):
        if name:
            font = fonts[name]
            continue
        plain = re.sub(rb"\\(.)", lambda one: ESCAPED.get(one[1], one[1]), string, flags=re.DOTALL)
        text += "".join(font[code] for code in plain)
    return text


@pytest.fixture(scope="module")
def measured(real):
    """Measures, each computed once: in English of all businesses, in Korean of the real ones."""

    @cache
    def computed(name, lang):
        businesses, measure = real.layers["businesses"], MEASURES[name]
        rows = np.arange(businesses.count)
        counted = rows if lang == "en" else drop_simulated(businesses, rows)
        sample = point_sample(businesses, counted)
        return measure.of(real, sample, {}) if measure.of else measure.alone(real, {})

    return computed


@pytest.fixture(scope="module")
def drawn(real, measured):
    """The words on the picture of a measure in a language, drawn once."""

    @cache
    def words(name, lang):
        return text_of(picture(measured(name, lang), real, replace(SETTING, lang=lang)))

    return words


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_measure_has_a_picture(real, measured, drawn, name, lang):
    held, text = measured(name, lang), drawn(name, lang)
    assert " ".join(title_of(held, real, Words(lang)).split()) in " ".join(text.split())
    assert ADDRESS in text
    assert Words(lang).number(held.basis.n) in text


@pytest.mark.parametrize(
    ("measure", "parameters", "chosen", "english", "korean"),
    [
        ("census", {"indicator": "foreign_share", "year": 2025}, {},
         "Foreign residents as % of residents, by dong: census of 2025",
         "행정동별 주민 가운데 외국인 주민의 비율(%): 2025년 총조사"),
        ("density", {"scale": "hex"}, {"category": "restaurant,cafe", "in_zone": "true"},
         "How densely businesses stand: by hexagon · Restaurant and Café · in the special zone",
         "업소가 얼마나 빽빽한가: 육각형 구역별 · 음식점 및 카페 · 다문화마을특구 안"),
        ("places", {}, {"cuisine": "vn", "foreign_run": "true", "in_food_street": "true"},
         "Real places, by kind: cuisine: Vietnam · foreign-run shops · in the food street",
         "실제 장소, 종류별: 음식: 베트남 · 외국인 운영 업소 · 다문화음식거리 안"),
        ("places", {}, {"operator_nationality": "cn,null", "dong_code": "4127354500"},
         "Real places, by kind: nationality of the operator: China and not known · Westdong",
         "실제 장소, 종류별: 운영자 국적: 중국 및 알려지지 않음 · 서동"),
        ("clustering", {"kind": "bakery"}, {"filter": "halal IS NULL"},
         "Whether a category keeps together among all: Bakery · filter = halal IS NULL",
         "한 업종이 서로 모여 있는가: 제과점 · 조건식 = halal IS NULL"),
        ("residents", {"group": "foreign", "scale": "dong"}, {},
         "How the number of foreign residents changed, 2015 to 2025: by dong",
         "외국인 주민 수의 변화, 2015~2025년: 행정동별"),
        ("surveys", {"series": "total_shops", "base": "2012"}, {},
         "All shops of the special zone by survey, 2008 to 2022: 2012 = 100",
         "조사별 다문화마을특구의 전체 업소 수, 2008~2022년: 2012년 = 100"),
    ],
)  # fmt: skip
def test_titles_say_what_is_drawn(small, measure, parameters, chosen, english, korean):
    held = finding(measure=measure, parameters=parameters, filters=chosen)
    assert title_of(held, small, EN) == english
    assert title_of(held, small, Words("ko")) == korean


def test_every_choice_of_what_is_counted_has_a_title():
    codes = {
        f"{name} {value}"
        for name, deciding in DECIDING.items()
        for parameter in MEASURES[name].parameters
        if parameter.name == deciding
        for value in parameter.values
    }
    assert codes == {title for title in TITLES if " " in title}


def test_what_is_drawn_is_said_of_measures_that_there_are():
    """One of which nothing is said is drawn by its first column of numbers."""
    of_no_address = {"joined"}  # a table handed in: drawn as a measure is, without being one
    assert set(ENCODINGS) - of_no_address <= set(MEASURES)


def test_png_is_a4_lying_at_150_dpi(small):
    with Image.open(io.BytesIO(picture(finding(), small, replace(SETTING, kind="png")))) as image:
        assert image.format == "PNG"
        assert image.size == (1753, 1240)  # 297 by 210 mm are 1753.9 by 1240.2 dots
        assert len(image.getcolors(1 << 20)) > 20


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_equal_findings_give_equal_bytes_in_several_threads(small, kind):
    setting = replace(SETTING, kind=kind)
    with ThreadPoolExecutor(4) as pool:
        drawn = pool.map(lambda _: picture(finding(), small, setting), range(6))
    assert len(set(drawn)) == 1


def test_the_page_says_what_the_finding_rests_on(small):
    text = text_of(picture(finding(caveats=("beware of this",)), small, SETTING))
    for said in ("How densely", "n = 14", "2024", "May 31, 2026", "left out 2: no place", "Counts.",
                 "kind of unit = squares", "beware of this", "Test data", "시험 자료",
                 ADDRESS):  # fmt: skip
        assert said in text


def test_names_are_those_of_the_language(small):
    assert "Westdong" in text_of(picture(finding(), small, SETTING))
    assert "서동" in text_of(picture(finding(), small, replace(SETTING, lang="ko")))


@pytest.mark.parametrize(("share", "times"), [(0.0, 0), (0.25, 1)])
def test_what_is_simulated_is_said(small, share, times):
    basis = replace(finding().basis, provenance={"observed": 1 - share, "simulated": share})
    text = text_of(picture(finding(basis=basis), small, SETTING))
    assert text.count("Simulated: 25.0%") == times


def test_hidden_zero_and_missing_are_three_things(small):
    states = ["shown", "hidden", "zero", "missing"]
    rows = [{"unit": k, "state": state, "count": 5 * (k == 0), "reason": "protected"}
            for k, state in enumerate(states)]  # fmt: skip
    held = finding(measure="operators", rows=rows)
    key = legend_entries(rows, ENCODINGS["operators"], "count", EN)
    held_by = {item.rows: item.look for item in key if item.rows}
    assert list(held_by) == [(0,), (2,), (1,), (3,)]
    assert len({(look.face, look.hatch) for look in held_by.values()}) == 4
    text = text_of(picture(held, small, SETTING))
    for label in (labels.PROTECTED, labels.ZERO, labels.MISSING):
        assert text.count(label) == 1


def test_an_empty_place_is_no_place_without_data():
    key = legend_entries(finding().rows, ENCODINGS["density"], "per_ha", EN)
    assert [(item.label, item.amount) for item in key][-2:] == [("zero", "1"), ("no data", "1")]
    assert sum(len(item.rows) for item in key) == 4


@pytest.mark.parametrize("said", [OTHER_SECTORS % "remittance, travel", COLLECTED])
def test_why_no_unit_is_covered_is_said_in_korean(said):
    told = translate_sentence(Words("ko"), said)
    assert told.endswith("어느 구역도 조사 범위에 들지 않는다")
    assert ("은행·송금 및 여행사" in told) == ("remittance" in said)


@pytest.mark.parametrize(
    ("why", "label"),
    [
        (["outside", "outside"], "Not covered: no list looks there"),
        (["category", "category"], "Not covered: no list covers these kinds"),
        (["source", "source"], "Not covered: collections of single places only"),
        (["category", "outside"], "Not covered: no list looks there"),
    ],
)
def test_the_legend_says_why_units_are_not_covered(why, label):
    rows = [
        {"unit": str(n), "per_ha": None, "coverage": "not-covered", "uncovered_because": item}
        for n, item in enumerate(why)
    ]
    (entry,) = legend_entries(rows, ENCODINGS["density"], "per_ha", EN)
    assert (entry.label, entry.look.hatch) == (label, "xxx")


def test_bands_are_their_own_classes():
    rows = [{"from_share": 0.4, "to_share": 0.6, "area_ha": 2.0, "state": "shown"},
            {"from_share": 0.0, "to_share": 0.2, "area_ha": 7.5, "state": "shown"},
            {"from_share": None, "area_ha": 1.0, "state": "hidden", "reason": "few"}]  # fmt: skip
    key = legend_entries(rows, ENCODINGS["shares"], "from_share", EN)
    assert [(item.label, item.amount) for item in key] == [
        ("0.0 to 0.2", "7.5"), ("0.4 to 0.6", "2.0"), (labels.TOO_FEW, "1.0")
    ]  # fmt: skip


def test_shares_are_percentages_wherever_people_read_them(small):
    columns = (Column("value", "foreign among all residents, 0 to 1", share=True),)
    rows = [{"value": item} for item in (0.05, 0.125, 0.3, 0.4567)]
    parameters = {"indicator": "foreign_share", "class_bounds": [0.1, 0.25, 0.5]}
    held = finding(measure="census", columns=columns, rows=rows, parameters=parameters)
    text = text_of(picture(held, small, SETTING))
    assert "more than 10%, up to 25%" in text
    assert "class bounds = 10.00%; 25.00%; 50.00%" in text
    assert "0 to 1" not in text
    bars = text_of(picture(replace(held, measure="own", shapes=None), small, SETTING))
    assert "45.7%" in bars
    assert "0.4567" not in bars


SHARES = {
    "shares": {"from_share", "to_share"},
    "clustering": {"share", "low", "high"},
    "operators": {"share_from", "share_to"},
    "scales": {"share_hot"},
    "list-agreement": {"share", "low", "high"},
    "reach": {"share_from", "share_to", "share_possible"},
    "areas": {"share", "city_share", "simulated_share"},
    "outlines": {"share_of_older", "share_of_newer"},
    "census": {"value"},
    "neighbours": {"value"},
    "profiles": {
        "foreign_share", "foreign_household_share", "one_person_share", "detached_share",
        "apartment_share", "multi_family_share", "other_quarters_share",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", MEASURES)
def test_columns_of_shares_are_marked_as_such(measured, name):
    held = measured(name, "en")
    marked = {column.name for column in held.columns if column.share} - {"covered_share"}
    walked = {
        column.name
        for column in held.columns
        if re.fullmatch(r"\w+_\d+_min_(from|to)", column.name)
    }
    assert marked == SHARES.get(name, walked)


def drawn_text(held, snapshot, lang):
    return text_of(picture(held, snapshot, replace(SETTING, lang=lang)))


@pytest.mark.parametrize(
    ("lang", "base_year", "estimated"),
    [("en", "100 = as in the base year", "≈ estimated: a split dong"),
     ("ko", "100 = 기준 연도와 같음", "≈ 추정값: 나뉜 행정동")],
)  # fmt: skip
def test_estimated_values_and_the_base_year_are_marked(real, lang, base_year, estimated):
    held = residents(real, {})
    text = drawn_text(held, real, lang)
    assert base_year in text
    assert estimated in text
    assert text.count("≈") == 1 + sum(row["estimated"] for row in held.rows) > 1
    whole = drawn_text(residents(real, {"scale": "unit"}), real, lang)
    assert base_year in whole
    assert "≈" not in whole


@pytest.mark.parametrize(("lang", "label"), [("en", "○ computed"), ("ko", "○ 다른 수에서 계산")])
def test_the_total_that_nobody_counted_is_marked_where_it_is_shown(real, lang, label):
    total, foreign = (surveys(real, {"series": name}) for name in ("total_shops", "foreign_run"))
    assert COMPUTED in total.caveats
    assert COMPUTED not in foreign.caveats
    assert label in drawn_text(total, real, lang)
    assert "○" not in drawn_text(foreign, real, lang)


@pytest.mark.parametrize(("lang", "label"), [("en", "1 = as often as by"), ("ko", "1 = 우연히")])
def test_a_quotient_is_compared_with_one(small, lang, label):
    assert label in drawn_text(colocated("yes"), small, lang)


@pytest.mark.parametrize("name", MEASURES)
def test_a_korean_picture_says_nothing_in_english(drawn, name):
    text = " ".join(drawn(name, "ko").replace(ADDRESS, "").split())
    cited = re.sub(r"\([^()]*\b\d{4}[^()]*\)", "", text.replace(SETTING.sources[0], ""))
    assert set(re.findall(r"(?<![\w-])[A-Za-z][A-Za-z-]{2,}(?!\w)", cited)) <= LATIN


@pytest.mark.parametrize("indicator", INDICATOR.values)
def test_every_indicator_of_a_census_is_described_in_korean(real, indicator):
    held = census(real, {"indicator": indicator})
    (meant,) = (column.description for column in held.columns if column.name == "value")
    assert re.search("[가-힣]", translate_sentence(Words("ko"), meant.replace(", 0 to 1", "")))


def test_a_sentence_with_values_is_translated_with_them():
    said = "quotients of fewer than 5 businesses are not given"
    assert translate_sentence(Words("ko"), said) == "업소가 5곳보다 적으면 입지계수를 주지 않는다"
    assert translate_sentence(EN, said) == said
    assert (
        translate_sentence(Words("ko"), "nobody translated this 100 % {x}")
        == "nobody translated this 100 % {x}"
    )


# Names of people and systems; a term that Korean writes with signs of its own.
LATIN = {"EPSG", "Fisher", "Getis-Ord", "Jenks"}
HOSTILE = "$\\frac{1}{0}$ <script>alert(1)</script> \x00\u202e😀 %s {x}"


def test_hostile_texts_are_printed_and_nothing_else(small):
    rows = [{"unit": HOSTILE, "per_ha": 1.0}]
    basis = replace(finding().basis, left_out={HOSTILE: 1}, dates=(HOSTILE, None))
    held = finding(title=HOSTILE, method=HOSTILE, basis=basis, parameters={HOSTILE: HOSTILE})
    setting = replace(SETTING, address=HOSTILE, sources=(HOSTILE,))
    printed = "$\\frac{1}{0}$ <script>alert(1)</script> ? %s {x}"
    for item in (held, replace(held, rows=rows, shapes=None), replace(held, measure="new")):
        assert printed in text_of(picture(item, small, setting))


def test_long_texts_are_cut_with_a_sign(small):
    long = tuple(f"caveat number {k} of very many that nobody can print" for k in range(400))
    held = finding(measure="own", caveats=long, method="word " * 5000, title="title " * 200)
    text = text_of(
        picture(held, small, replace(SETTING, address="https://x.example/" + "a" * 9000))
    )
    assert text.count(labels.MORE) == 2
    assert re.search(r"title ti\w*\s+…", text)
    assert "caveat number 0 " in text
    assert "caveat number 399 " not in text


@pytest.mark.parametrize(
    "changed",
    [
        {"shapes": None},
        {"shapes": None, "measure": "new"},
        {"shapes": [], "rows": []},
        {"shapes": None, "rows": [], "columns": ()},
        {"shapes": [None] * 4},
        {"shapes": [{"type": "Point", "coordinates": [126.79, 37.33]}] * 4},
        {"rows": [{}] * 4},
        {"rows": [{"per_ha": -3.0}, {"per_ha": 5.5}, {"per_ha": float("nan")}, {"per_ha": "x"}]},
        {"shapes": None, "measure": "clustering", "rows": [{"distance_m": 10, "share": None}]},
        {"shapes": None, "measure": "surveys", "rows": [{"year": 2008, "value": 149}]},
        {"basis": Evidence(0, {}, (None, None), {})},
    ],
)
def test_there_is_always_a_picture(small, changed):
    held = finding(**changed)
    title = title_of(held, small, EN)
    assert title in text_of(picture(held, small, SETTING))


def test_a_measure_that_is_not_known_shows_its_first_numbers():
    assert encoding_of(finding(measure="new")) == Encoding(("per_ha",), by=("unit",))


def test_of_several_releases_and_groups_one_is_drawn():
    told = [("2023", "CN", 90), ("2024", "CN", 5), ("2024", "VN", 10)]
    rows = [dict(zip(("release", "of", "count"), item, strict=True)) for item in told]
    assert one_row_per_place(rows) == ([2], {"release": "2024", "of": "VN"})


@pytest.mark.parametrize(("value", "wanted"), [(3, 3.0), (True, None), ("3", None), (None, None)])
def test_only_numbers_are_numbers(value, wanted):
    assert number(value) == wanted


@pytest.mark.parametrize(("most", "wanted"), [(99, 50), (100, 100), (230, 200), (7_900, 5_000)])
def test_scales_are_round(most, wanted):
    assert round_length(most) == wanted


def test_classes_reach_from_the_least_to_the_largest():
    assert round_bounds([0.5, 9.0]) == [2.0, 4.0, 6.0, 8.0, 10.0]
    assert round_bounds([-5.0, 5.0]) == [-3.0, -1.0, 1.0, 3.0, 5.0]
    assert round_bounds([-1.0, -1.0]) == [-1.0]


@pytest.mark.parametrize(
    ("values", "shown"), [([0.2, 0.4], "0.2"), ([0.125], "0.125"), ([3, 1234.5], "3")]
)
def test_numbers_have_the_decimals_they_need(values, shown):
    assert number_format(values, EN)(values[0]) == shown


@pytest.mark.parametrize(
    ("bounds", "shown"),
    [
        ([0.0004, 0.001], ["0.0004", "0.0010"]),
        ([0, 0.00002], ["0.00000", "0.00002"]),
        ([-1, -0.9999], ["−1.0000", "−0.9999"]),
        ([0.0, 2e-9, 1e-8], ["0E0", "2E−9", "1E−8"]),
        ([1000, 1000.25], ["1,000.0", "1,000.2"]),
        ([0.1 + 0.2, 0.3], ["0.3", "0.3"]),
    ],
)
def test_bounds_that_differ_have_labels_that_differ(bounds, shown):
    assert [number_format(bounds, EN)(bound) for bound in bounds] == shown


def test_the_legend_of_small_numbers_repeats_no_label():
    rows = [{"per_ha": value} for value in (0.0001, 0.0004, 0.0006, 0.001)]
    labelled = [entry.label for entry in legend_entries(rows, ENCODINGS["density"], "per_ha", EN)]
    assert len(set(labelled)) == len(labelled) == 5
    assert labelled[0] == "more than 0.0000, up to 0.0002"


def test_the_least_of_numbers_below_zero_is_in_its_class():
    rows = [{"per_ha": value} for value in (-16.0, -8.0, 4.0)]
    labelled = [entry.label for entry in legend_entries(rows, ENCODINGS["density"], "per_ha", EN)]
    assert labelled[:2] == ["−16 to −12", "more than −12, up to −8"]


@pytest.mark.parametrize(
    ("values", "bounds", "wanted"),
    [
        ((-6.5, -4.5, 0.0, 3.2), (-6.0, 0.0, 3.2), "more than −6.0, below 0.0"),
        ((-4.5, 0.0, 3.2), (0.0, 3.2), "below 0.0"),
    ],
)
def test_zero_is_in_no_class_since_it_has_an_entry_of_its_own(values, bounds, wanted):
    encoding = Encoding(("n",), bounds=bounds)
    legend = legend_entries([{"n": value} for value in values], encoding, "n", EN)
    (entry,) = (entry for entry in legend if entry.label == wanted)
    assert all(values[n] < 0 for n in entry.rows)
    assert legend[-1].label.startswith("zero")


def test_where_the_least_number_is_a_class_of_its_own_the_next_begins_above_it():
    rows = [{"n": value} for value in (-12.75, -8.0, -1.0)]
    encoding = Encoding(("n",), bounds=(-12.75, -8.0, -1.0))
    labelled = [entry.label for entry in legend_entries(rows, encoding, "n", EN)]
    assert labelled[:2] == ["−12.75", "more than −12.75, up to −8.00"]


def test_measured_numbers_need_not_differ_but_are_not_shown_as_zero():
    write = amount_format([12345.61, 12345.62, 0.004], EN)
    assert [write(item) for item in (12345.61, 12345.62, 0.004)] == ["12,346", "12,346", "0.004"]


def test_a_map_fills_its_frame_with_equal_scales():
    held = extent_of([box(200_000, 500_000, 201_000, 500_100)], Frame(0, 0, 200, 100))
    assert held.east - held.west == pytest.approx(1_100)  # 1 km and 5 % on either side
    assert held.north - held.south == pytest.approx(550)
    assert held.metres_a_mm == pytest.approx(5.5)


def test_islands_far_from_the_city_have_a_map_of_their_own():
    city = [box(x, 0, x + 1_000, 1_000) for x in (0, 1_000, 2_500)]
    island = box(-30_000, 0, -29_000, 1_000)
    assert separate_islands([*city, island]) == (city, [island])
    assert separate_islands(city) == (city, [])


def test_lines_are_no_wider_than_their_column():
    face = FontMetrics()
    text = "안산 다문화마을특구 " * 20 + "https://atlas.example/" + "x" * 300
    lines = face.lines(text, 7.0, 60.0)
    assert all(face.width_mm(line, 7.0) <= 60.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_blocks_shrink_before_they_are_cut():
    blocks = [Block("one", "word " * 40), Block("two", "short")]
    small, large = (
        fit_blocks(FontMetrics(), blocks, 60.0, height, "… more") for height in (16.0, 50.0)
    )
    assert small.size < large.size
    assert not any("… more" in line for lines in small.lines for line in lines)
    cut = fit_blocks(FontMetrics(), blocks, 60.0, 9.0, "… more")
    assert cut.lines[0][-1].endswith("… more")
    assert cut.lines[1] == ["short"]


def test_matplotlib_is_loaded_only_to_draw():
    heavy = "matplotlib folium geopandas pandas scipy"
    script = (
        f"import sys, maps.print.picture; print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("counts", [[0, 1], [1], [1, 2, 3], [0, 1, 2, 3], [1, 4, 7]])
def test_classes_of_small_counts_have_bounds_of_their_own(counts):
    rows = [{"unit": str(n), "count": count} for n, count in enumerate(counts)]
    held = legend_entries(rows, Encoding(("count",)), "count", Words("en"))
    labels = [item.label for item in held]
    assert len(set(labels)) == len(labels)
    assert not any("." in label for label in labels)
    assert sorted(n for item in held for n in item.rows) == list(range(len(counts)))


def colocated(*unusual):
    rows = [
        {"of": "cafe", "to": kind, "n": 9, "quotient": 2.0, "p": 0.001, "unusual": bool(name)}
        for kind, name in zip(("pub", "bakery", "grocery"), unusual, strict=False)
    ]
    basis = Evidence(9, {}, ("2026", "2026"), {"observed": 1.0})
    names = ("of", "to", "n", "quotient", "p", "unusual")
    columns = tuple(Column(name, name) for name in names)
    return MeasureResult("colocation", "", "", basis, {"state": "tested"}, columns, rows)


def test_only_pairs_that_pass_the_false_discovery_rate_are_drawn(small):
    setting = PictureSettings("pdf", "en", "https://atlas.example", ())
    text = text_of(picture(colocated("yes", ""), small, setting))
    assert "Pub" in text
    assert "Bakery" not in text
    nothing = text_of(picture(colocated("", ""), small, setting))
    assert "None of 2 stands out" in nothing
    korean = picture(
        colocated(""), small, PictureSettings("pdf", "ko", "https://atlas.example", ())
    )
    assert "두드러지는 것이 없습니다" in text_of(korean)


def test_without_a_register_the_picture_says_why_nothing_is_drawn(small):
    nothing = operators(small, {})
    assert nothing.rows
    assert "No register is loaded" in text_of(picture(nothing, small, SETTING))
    korean = picture(nothing, small, replace(SETTING, lang="ko"))
    assert "대장이 아직 없습니다" in text_of(korean)


@pytest.mark.parametrize(("lang", "word"), [("en", "NOT REAL"), ("ko", "실제 아님")])
def test_a_demonstration_is_marked_across_the_picture(small, lang, word):
    setting = replace(SETTING, lang=lang)
    assert word not in text_of(picture(finding(), small, setting))
    shown = text_of(picture(finding(caveats=(NOT_REAL,)), small, setting))
    assert shown.count(word) == 2


@pytest.mark.parametrize(("lang", "words"), [("en", "not zero"), ("ko", "0이 아님")])
def test_a_filter_on_what_no_list_says_is_not_shown_as_nothing(real, lang, words):
    layer = real.layers["businesses"]
    nobody = point_sample(layer, layer.select({"foreign_run": [True], "provenance": ["observed"]}))
    held = MEASURES["isolines"].of(real, nobody, {})
    text = text_of(picture(held, real, replace(SETTING, lang=lang)))
    assert words in text
    assert "o rows" not in text


def test_places_at_one_point_are_drawn_once():
    here, there = ({"type": "Point", "coordinates": [x, 37.33]} for x in (126.79, 126.80))
    dots = metric_areas([here] * 18_000 + [there])
    extent = extent_of(dots, Frame(0, 0, 180, 120))
    drawn = _apart(dots, extent)
    assert [round(dot.centroid.x - dots[0].centroid.x) for dot in drawn] == [0, 886]
    assert metric_areas([]) == []
    assert metric_areas([None])[0].is_empty
