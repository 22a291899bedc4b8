"""Why rows are set aside, and what is allowed instead of a wrong value, is Korean too."""

import ast
import re
from collections import ChainMap
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


PROJECT = Path(__file__).parents[2]
# What people ask by addresses and forms; the rest is asked by machines and on the command line.
ASKED_BY_PEOPLE = sorted(
    file
    for pattern in (
        "geo/serving/analysis/*.py",
        "geo/serving/table_join/*.py",
        "geo/serving/class_choice.py",
        "maps/pages/**/*.py",
        "maps/reports/*.py",
        "api/parameters/form_length.py",
        "api/http/same_origin.py",
        "api/routes/staff_*.py",
    )
    for file in PROJECT.glob(pattern)
)
A_WORD = re.compile(r"[\w/=.-]+")  # a code or a value


def allowed_texts(node, named):
    """The texts that what is allowed may be, with 7 or a word for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [
            "".join(text_of(part, named, fill) for part in node.values) for fill in ("7", "abc")
        ]
    if isinstance(node, ast.Name) and node.id in named:
        return allowed_texts(named[node.id], named)
    return []


def text_of(part, named, fill):
    """A part of a text: as it stands, as what its name is bound to, or filled."""
    if isinstance(part, ast.Constant):
        return part.value
    bound = named.get(ast.unparse(part.value))
    texts = [] if bound is None else allowed_texts(bound, named)
    return texts[0 if fill == "7" else -1] if texts else fill


def assigned(tree):
    """What the names of a module or function are bound to."""
    return {
        ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target): node.value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
    }


def allowed_instead(file):
    """For each refusal of a module the texts that what it allows may be."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in functions:
        named = ChainMap(assigned(scope), assigned(tree))
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "BadParameterError":
                yield allowed_texts(node.args[2], named)


def test_what_is_allowed_instead_has_korean_words():
    words, found = (
        Words("ko"),
        [texts for file in ASKED_BY_PEOPLE for texts in allowed_instead(file)],
    )
    sentences = [texts for texts in found if texts and not A_WORD.fullmatch(texts[0])]
    missing = [
        texts[0]
        for texts in sentences
        if not any(translate_message(words, REFUSAL, text) for text in texts)
    ]
    assert missing == []
    assert len(sentences) > 30
