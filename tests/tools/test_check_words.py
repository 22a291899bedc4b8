"""The words of packages and documents are checked, and a violation has its file and line."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.check_words import WordLists, check

ROOT = Path(__file__).parents[2]
LISTS = WordLists(
    1,
    ("geo/core",),
    frozenset({"said"}),
    frozenset({"the", "rows"}),
    ((r"\bstands? twice\b", "appears twice"),),
)
GOOD = '''
def rows(names: list[str]) -> list[str]:
    """Read the rows.

    The rows are text.
    """
    return [name for name in names]
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("geo/core", "geo/other"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file.py").write_text(GOOD)
    return tmp_path


def plant(tree: Path, room: str, old: str, new: str) -> list[str]:
    path = tree / "geo" / room / "file.py"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new))
    return check(tree, LISTS)


def test_words_of_the_field_pass(tree: Path) -> None:
    assert check(tree, LISTS) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("name for name", "one for one", "7: call the variable `one` by what it is"),
        ("(names:", "(one:", "2: call the variable `one` by what it is"),
        ("rows(", "said(", "2: `said` says what happened"),
        ("Read the rows.", "The rows.", "2: begin the docstring of `rows` with a verb, not The"),
        ("Read the rows.", "Lines of text.", "with a verb, not Lines"),
    ],
)
def test_a_violation_is_told_in_a_room_that_is_done(
    tree: Path, old: str, new: str, fault: str
) -> None:
    (found,) = plant(tree, "core", old, new)
    assert found.startswith("geo/core/file.py:")
    assert fault in found


def test_other_rooms_are_only_counted(tree: Path) -> None:
    assert plant(tree, "other", "rows(names", "said(one") == []
    assert plant(tree, "other", "name for name", "one for one in [] for one") == [
        "`one` is a variable 2 times, at most 1 are allowed"
    ]


def test_tests_are_counted_too(tree: Path) -> None:
    (tree / "tests").mkdir()
    (tree / "tests/test_file.py").write_text("for one in []:\n    for one in []:\n        pass\n")
    assert check(tree, LISTS) == ["`one` is a variable 2 times, at most 1 are allowed"]


def test_a_private_function_or_a_property_may_be_a_noun_phrase(tree: Path) -> None:
    assert plant(tree, "core", "def rows(", "@property\ndef said(") == []
    (found,) = plant(tree, "core", "Read the rows.", "The rows.")
    assert "`rows`" in found
    path = tree / "geo/core/file.py"
    path.write_text(path.read_text().replace("def rows(", "def _rows("))
    assert check(tree, LISTS) == []


@pytest.mark.parametrize("name", ["geo/other/file.py", "docs/api.md", "data/x.json", "README.md"])
def test_a_riddle_is_found_in_every_text(tree: Path, name: str) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('"""\nIt stands twice.\n"""\n')
    assert check(tree, LISTS) == [f"{name}:2: write appears twice, not `stands twice`"]


def test_the_packages_keep_to_their_lists() -> None:
    command = [sys.executable, "tools/check_words.py"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "")
