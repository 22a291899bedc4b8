"""Languages: which one is answered in, and how it names and writes things."""

import shutil

import pytest

from maps import i18n
from maps.i18n import LANGUAGES, VISITORS_LANGUAGES, Words, pick, translator


def test_a_language_is_a_folder_with_a_catalogue():
    assert LANGUAGES == ("en", "ko")
    fifteen = "bn en fil id km ko mn my ne ru th ur uz vi zh"
    assert " ".join(VISITORS_LANGUAGES) == fifteen


@pytest.mark.parametrize(
    ("requested", "header", "lang"),
    [
        ("ko", "en", "ko"),
        ("fr", "ko-KR,ko;q=0.9", "ko"),
        (None, "en;q=0.5, ko;q=0.9", "ko"),
        (None, "fr, de;q=0.8", "en"),
        (None, "ko;q=0, en", "en"),
        (None, "", "en"),
        (None, ";;;=,q", "en"),
        (None, "ko" + "," * 100_000, "ko"),
    ],
)
def test_language_is_the_one_asked_for_or_the_browsers_best(requested, header, lang):
    assert pick(requested, header) == lang


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        ("2024", "2024", "2024년"),
        ("2024-05", "May 2024", "2024년 5월"),
        ("2024-05-31", "May 31, 2024", "2024년 5월 31일"),
        ("2019 (24th)", "2019 (24th)", "2019 (24th)"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(text, english, korean):
    assert Words("en").day(text) == english
    assert Words("ko").day(text) == korean


@pytest.mark.parametrize(
    ("code", "english", "korean"),
    [
        ("uz", "Uzbekistan", "우즈베키스탄"),
        ("central-asia", "Central Asia", "중앙 아시아"),
        ("middle-east", "Western Asia", "서아시아"),
        ("zz-unheard-of", "zz-unheard-of", "zz-unheard-of"),
    ],
)
def test_kitchens_are_named_by_cldr(code, english, korean):
    assert (Words("en").cuisine(code), Words("ko").cuisine(code)) == (english, korean)


def test_numbers_are_grouped_and_rounded():
    words = Words("en")
    assert words.number(81784) == "81,784"
    assert words.number(1.25, 2) == "1.25"
    assert words.number(999_999_999_999_999) == "999,999,999,999,999"
    assert words.number(1.756e308) == "1.76E308"
    assert words.number(-1e15) == "−1E15"
    assert words.percent(0.8336) == "83.4%"


def test_plural_forms_are_those_of_the_language():
    pair = ("{n} place at this address", "{n} places at this address")
    assert Words("en").forms(*pair) == {"one": pair[0], "other": pair[1]}
    assert Words("ko").forms(*pair) == {"other": "이 주소에 {n}곳"}


def test_a_phrase_nobody_translated_comes_back_unchanged():
    assert Words("ko").phrase("a phrase of tomorrow's data") == "a phrase of tomorrow's data"
    assert Words("ko").phrase("") == ""


def test_a_code_has_a_word_in_every_language():
    assert Words("en").coded("category", "labour-agency") == "Employment agency"
    assert translator("ko").pgettext("category", "labour-agency") == "직업소개소"


def test_a_language_may_have_words_for_visitors_alone(tmp_path, monkeypatch):
    for lang in LANGUAGES:
        shutil.copytree(i18n.LOCALE / lang, tmp_path / lang)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    message = 'msgctxt "category"\nmsgid "restaurant"\nmsgstr "Quán ăn"\n'
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / i18n.VISITORS).write_text(header + message, encoding="utf-8")
    monkeypatch.setattr(i18n, "LOCALE", tmp_path)
    monkeypatch.setattr(i18n, "translator", i18n.translator.__wrapped__)
    words = Words("vi")
    assert words.coded("category", "restaurant") == "Quán ăn"
    assert words.coded("category", "cafe") == Words("en").coded("category", "cafe") == "Café"
    assert words.coded("measure", "density") == "How densely businesses stand"
    assert words.phrase("Food streets") == "Food streets"
    assert words.forms("{n} place close together", "{n} places close together") == {
        "other": "{n} places close together"
    }


@pytest.mark.parametrize("lang", sorted(set(VISITORS_LANGUAGES) - {"en"}))
@pytest.mark.parametrize("number", [0, 1, 2, 5, 11, 21, 100])
def test_every_number_has_its_plural_form_in_every_language(lang, number):
    said = translator(lang).ngettext("%(n)s place", "%(n)s places", number)
    assert "place" not in said
    assert "%(n)s" in said


def test_minus_zero_is_written_as_zero_whichever_comes_first():
    """Both are equal, so one text must do for both."""
    words = Words("en")
    assert [words.number(value, 1) for value in (-0.0, 0.0, -0.0)] == ["0.0"] * 3


def test_a_share_of_any_size_can_be_written():
    assert Words("en").percent(1.5e300) == "1.5E302%"
    assert Words("en").percent(0.125) == "12.5%"
