"""The checker of visitors' catalogues finds what a translator can get wrong, and ours pass it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geo.core.errors import BadParameterError
from maps import catalogues
from maps.catalogue_checks import cells, find_problems
from maps.catalogues import draft
from maps.i18n import LOCALE, VISITORS, VISITORS_LANGUAGES

PROJECT = Path(__file__).parents[2]
NOTES = PROJECT / "docs" / "languages"
BY_MACHINE = [
    lang
    for lang in VISITORS_LANGUAGES
    if "X-Translation: machine" in (LOCALE / lang / VISITORS).read_text("utf-8")
]


MISSING = ": is not translated"


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_what_a_catalogue_says_has_no_problem(lang):
    """A message that is new in English is said in English until somebody translates it."""
    found = find_problems(lang)
    assert [problem for problem in found if not problem.endswith(MISSING)] == []
    assert lang in BY_MACHINE or found == []


@pytest.mark.parametrize("lang", BY_MACHINE)
def test_most_of_a_catalogue_is_translated(lang):
    missing = [problem for problem in find_problems(lang) if problem.endswith(MISSING)]
    assert len(missing) < 0.3 * draft(lang).messages


@pytest.mark.parametrize(
    ("lang", "before", "after", "problem"),
    [
        ("ru", "%(n)s из %(total)s мест", "%(n)s из мест", "has other placeholders than"),
        ("ru", 'msgstr[2] "{n} мест рядом"', "", "{n} place close together: is not translated"),
        ("ru", "n%10==1 && n%100!=11", "n==1", "plural forms: the rule is not that of CLDR"),
        ("vi", "nplurals=1; plural=0", "nplurals=2; plural=n!=1", "the rule is not that of CLDR"),
        ("ru", '"Пекарня"', '"Bakery"', "Bakery: has words in Latin letters: Bakery"),
        ("ru", '"Пекарня"', '""', "Bakery: is not translated"),
        ("ru", '"Закрыть"', f'"{"Закрыть " * 7}"', "Close: is a label and takes"),
        ("zh", '"面包店"', '"…"', "has no word in the letters of the language"),
        ("vi", '"Xem toàn bộ danh sách"', '"Show the whole list"', "is the English text"),
        ("vi", '"Đóng"', '"Đóng lại"', ""),
    ],
)
def test_a_mistake_is_found(lang, before, after, problem, tmp_path, monkeypatch):
    shutil.copytree(LOCALE, tmp_path, dirs_exist_ok=True)
    file = tmp_path / lang / VISITORS
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    found = "\n".join(find_problems(lang))
    before_it = {line for line in found.splitlines() if line.endswith(MISSING)}
    assert problem in found if problem else before_it == set(found.splitlines())


def test_columns_are_counted_as_they_are_seen():
    assert [cells(text) for text in ("abc", "안산", "ខ្មែរ", "cà")] == [3, 4, 4, 2]


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(BadParameterError, match="lang"):
        find_problems("tlh")


def test_the_command_checks(tmp_path):
    command = [sys.executable, "-m", "atlas", "catalogue", "vi", "--check"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    count = len(find_problems("vi"))
    assert f"problems {count}" in result.stdout
    assert result.returncode == (1 if count else 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", BY_MACHINE)
def test_a_catalogue_by_machine_says_so(lang):
    header = (LOCALE / lang / VISITORS).read_text(encoding="utf-8").split("msgid", 1)[0]
    assert "Translated by machine and not yet reviewed" in header


@pytest.mark.parametrize("lang", BY_MACHINE)
def test_thirty_phrases_have_been_translated_back(lang):
    """The notes quote the catalogue; they cannot go on about words that were mended."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", (NOTES / f"{lang}.md").read_text(), re.M)
    english = {row[0]: row[1] for row in rows[1:]}
    assert len(english) >= 30
    catalogue = (LOCALE / lang / VISITORS).read_text(encoding="utf-8")
    said = {
        text.replace("\\", "")
        for text in re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', catalogue, re.M)
    }
    assert [text for text in english.values() if text not in said] == []
