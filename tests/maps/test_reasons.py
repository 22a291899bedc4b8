"""Why rows are set aside is told in Korean too, on the pages for staff and in their files."""

import ast
import re
from pathlib import Path

import pytest

from geo.pipeline import adapters, country, registers
from maps.i18n import Words
from maps.wording.prose import REFUSAL, translate_message

FOLDERS = [Path(package.__path__[0]) for package in (adapters, registers, country)]
# The workbook of pairs is the command's; its words are on no page.
OF_THE_COMMAND = ("decision_rows", "decisions", "near_pairs")
FILES = sorted(
    file for folder in FOLDERS for file in folder.glob("*.py") if file.stem not in OF_THE_COMMAND
)
SENTENCE = re.compile(r"(it|its|has|no|a|the|not|closed)\b.* ")


def reasons(file):
    """The sentences that a module names by a constant; one that ends with ': ' takes a value."""
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            text = node.value.value
            if (
                isinstance(text, str)
                and SENTENCE.match(text)
                and ast.unparse(node.target).isupper()
            ):
                yield text + "폐점" if text.endswith(": ") else text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_reason_has_korean_words(file):
    words = Words("ko")
    missing = [text for text in reasons(file) if not translate_message(words, REFUSAL, text)]
    assert missing == []


def test_reasons_are_found_at_all():
    found = [text for file in FILES for text in reasons(file)]
    assert "it has no name" in found
    assert len(found) > 25
