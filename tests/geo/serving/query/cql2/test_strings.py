"""Text without regard to case and accents, and patterns."""

import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from questions import layer_of, selected

from geo.serving.query.cql2.strings import (
    fold_accents,
    fold_accents_of_column,
    fold_case,
    fold_case_of_column,
)

# Letters that lower case does not make equal, accents apart and together, jamo, marks of others.
LETTERS = "aAàÀßẞſσςΣİıøØŒÅÅé\u0301\u0308ǰ한ᄒ\u1161\u11abがか\u3099กำहिЙй"
TEXTS = st.text(st.sampled_from(LETTERS) | st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.none() | TEXTS.map(lambda text: unicodedata.normalize("NFC", text))))
@example(["STRASSE", "Straße", None, "한글", "ΟΔΟΣ"])
def test_a_column_is_folded_as_each_of_its_texts_is(texts):
    whole = pa.chunked_array([pa.array(texts[:2], pa.string()), pa.array(texts[2:], pa.string())])
    for column, pair in (
        (fold_case_of_column, fold_case),
        (fold_accents_of_column, fold_accents),
    ):
        expected = [None if text is None else pair(text) for text in texts]
        assert column(whole).to_pylist() == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("ΟΔΟΣ", "οδος"),
        ("Ångström", "ÅNGSTRÖM"),
        ("ﬁ", "FI"),
        ("ДОМ", "дом"),
    ],
)
def test_case_is_folded_as_unicode_says(one, other):
    assert fold_case(one) == fold_case(other)


@pytest.mark.parametrize(
    ("accented", "plain"),
    [
        ("débárquér", "debarquer"),
        ("København", "Kobenhavn"),
        ("Łódź", "Lodz"),
        ("Đà Nẵng", "Da Nang"),
        ("Phở", "Pho"),
        ("Œuvre", "OEuvre"),
        ("Ελλάδα", "Ελλαδα"),
        ("한글", "한글"),
        (unicodedata.normalize("NFD", "한글"), "한글"),
        ("がん", "がん"),  # not かん: the voicing is no accent
        ("กำ", "กำ"),  # vowel signs are letters
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_accents_are_taken_away_and_nothing_else(accented, plain):
    assert fold_accents(accented) == plain


@pytest.fixture(scope="module")
def layer():
    names = ["Phở Hà Nội", "PHO HA NOI", "한글 식당", "50% off", "a_b", "a\\b", "a\nb", "", None]
    return layer_of({"name": ("string", names)})


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("casei(name) = casei('pho ha noi')", [1]),
        ("accenti(casei(name)) = accenti(casei('phở hà nội'))", [0, 1]),
        ("casei(accenti(name)) LIKE casei(accenti('PHỞ%'))", [0, 1]),
        ("name = '한글 식당'", [2]),
        (f"name = '{unicodedata.normalize('NFD', '한글 식당')}'", [2]),
        (f"name LIKE '{unicodedata.normalize('NFD', '한')}%'", [2]),
        ("name LIKE '한_ __'", [2]),
        (r"name LIKE '%\%%'", [3]),
        (r"name LIKE 'a\_b'", [4]),
        ("name LIKE 'a_b'", [4, 5, 6]),
        (r"name LIKE 'a\\\\b'", [5]),  # escaped once for the text and once for the pattern
        (r"name = 'a\\b'", [5]),
        (r"name = 'a\nb'", [6]),
        ("name LIKE ''", [7]),
        ("name NOT LIKE '%'", []),
        ("name LIKE '(.*'", []),
        ("casei(name) IN (casei('A_B'), casei('50% OFF'))", [3, 4]),
        ("name > 'a' AND name < 'b'", [4, 5, 6]),
        ("name IS NULL", [8]),
        ("casei(name) IS NULL", [8]),
    ],
)
def test_texts_are_compared(layer, text, rows):
    assert selected(layer, text) == rows


@given(st.lists(st.text("ab%_\\x", max_size=6), max_size=4), st.text("ab%_\\", max_size=5))
def test_a_pattern_means_what_its_regular_expression_means(texts, pattern):
    parts, escaped = [], False
    for item in pattern:
        if escaped:
            # A backslash before anything else than a wildcard or itself stands for itself.
            parts.append(re.escape(item if item in "%_\\" else "\\" + item))
        elif item != "\\":
            parts.append({"%": ".*", "_": "."}.get(item, re.escape(item)))
        escaped = item == "\\" and not escaped
    if escaped:
        parts.append(re.escape("\\"))
    layer = layer_of({"name": ("string", [*texts, None])})
    expected = [
        row for row, text in enumerate(texts) if re.fullmatch("".join(parts), text, re.DOTALL)
    ]
    written = pattern.replace("\\", "\\\\")
    assert selected(layer, f"name LIKE '{written}'") == expected
