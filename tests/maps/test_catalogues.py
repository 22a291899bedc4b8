"""The catalogue that a translator gets."""

import subprocess
import sys
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from geo.core.errors import BadParameterError
from maps.catalogues import draft
from maps.i18n import LOCALE, VISITORS


def test_a_new_language_gets_every_message_with_its_english():
    made = draft("fr")
    catalogue = read_po(BytesIO(made.content), locale="fr")
    english = read_po(BytesIO(draft("en").content), locale="en")
    keys = {(message.context, message.id) for message in catalogue if message.id}
    assert keys == {(message.context, message.id) for message in english if message.id}
    assert len(made.missing) == made.messages == len(keys)
    cafe = catalogue.get("cafe", "category")
    assert (cafe.string, cafe.auto_comments) == ("", ["Café"])


def test_a_language_that_is_whole_lacks_nothing():
    made = draft("ko")
    assert made.missing == ()
    assert read_po(BytesIO(made.content), locale="ko").get("cafe", "category").string == "카페"


def test_plural_forms_are_those_of_the_language():
    polish = read_po(BytesIO(draft("pl").content), locale="pl")
    assert polish.num_plurals == 3


def test_a_draft_keeps_the_plural_rule_and_the_header_of_the_catalogue():
    made, kept = (
        read_po(BytesIO(content), locale="ru")
        for content in (draft("ru").content, (LOCALE / "ru" / VISITORS).read_bytes())
    )
    assert (made.num_plurals, made.plural_expr) == (kept.num_plurals, kept.plural_expr)
    assert "not yet reviewed" in made.header_comment


@pytest.mark.parametrize("lang", ["klingon", "", "../ko", "v"])
def test_what_is_no_language_is_refused(lang):
    with pytest.raises(BadParameterError, match="lang"):
        draft(lang)


def test_the_command_writes_the_file_and_says_what_is_missing(tmp_path):
    command = [sys.executable, "-m", "atlas", "catalogue", "fr", "--to", tmp_path / "fr.po"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (tmp_path / "fr.po").read_bytes() == draft("fr").content
    assert f"0 of {draft('vi').messages} messages in fr" in result.stdout
    assert "missing: Café" in result.stdout
