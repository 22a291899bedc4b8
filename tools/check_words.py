"""Check the words of the packages and documents: the field's own terms, and no riddles.

Run from the root of the tree: `python tools/check_words.py`. The lists are in `tools/words.toml`.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGES = ("geo", "maps", "api", "atlas")
OTHER_CODE = ("bench", "tools", "tests")
TEXTS = (*PACKAGES, "data", "docs", "README.md", "CONTRIBUTING.md")
SUFFIXES = (".py", ".toml", ".md", ".json", ".html", ".js", ".po")
LISTS = Path(__file__).with_name("words.toml")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class WordLists:
    """What the words are checked against.

    Attributes:
        most_one: how often `one` may be a variable in all code.
        rooms: folders in which the other rules hold and `one` is no variable.
        participles: names that nothing public may have, lower case.
        first_words: words that may not begin a docstring, lower case.
        riddles: patterns that no text matches, each with the idiomatic words.
    """

    most_one: int
    rooms: tuple[str, ...]
    participles: frozenset[str]
    first_words: frozenset[str]
    riddles: tuple[tuple[str, str], ...] = ()


def read_lists(path: Path = LISTS) -> WordLists:
    """Read the word lists."""
    lists = tomllib.loads(path.read_text("utf-8"))
    return WordLists(
        lists["most_one"],
        tuple(lists["rooms"]),
        frozenset(lists["participles"].split()),
        frozenset(lists["first_words"].split()),
        tuple(lists["riddles"].items()),
    )


def check(root: Path, lists: WordLists) -> list[str]:
    """Check the packages below a folder.

    Returns:
        One sentence for each violation, with file and line.
    """
    faults: list[str] = []
    ones = sum(
        len(list(variables(ast.parse(path.read_text("utf-8")), "one")))
        for path in _code(root, OTHER_CODE)
    )
    for path in _code(root, PACKAGES):
        place, tree = path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))
        lines = list(variables(tree, "one"))
        ones += len(lines)
        if place.startswith(tuple(f"{room}/" for room in lists.rooms)):
            faults += [f"{place}:{line}: call the variable `one` by what it is" for line in lines]
            faults += [f"{place}:{fault}" for fault in _bad_names(tree, lists)]
            faults += [f"{place}:{fault}" for fault in _bad_docstrings(tree, lists)]
    if ones > lists.most_one:
        faults.append(f"`one` is a variable {ones} times, at most {lists.most_one} are allowed")
    return faults + list(_riddles(root, lists))


def _code(root: Path, folders: Iterable[str]) -> list[Path]:
    """List the modules below folders, in order."""
    files = (file for name in folders for file in (root / name).rglob("*.py"))
    return sorted(file for file in files if "node_modules" not in file.parts)


def _riddles(root: Path, lists: WordLists) -> Iterator[str]:
    patterns = [(re.compile(riddle), plain) for riddle, plain in lists.riddles]
    for path in _text_files(root):
        text = path.read_text("utf-8")
        for pattern, plain in patterns:
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                place = f"{path.relative_to(root).as_posix()}:{line}"
                yield f"{place}: write {plain}, not `{found.group()}`"


def _text_files(root: Path) -> list[Path]:
    """List the files whose sentences people read."""
    found = (path for name in TEXTS for path in [root / name, *(root / name).rglob("*")])
    return sorted(
        path
        for path in found
        if path.suffix in SUFFIXES and path.is_file() and "node_modules" not in path.parts
    )


def variables(tree: ast.AST, name: str) -> Iterator[int]:
    """Yield the line of each place that binds a variable or parameter of a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            yield node.lineno
        if isinstance(node, ast.arg) and node.arg == name:
            yield node.lineno


def _bad_names(tree: ast.AST, lists: WordLists) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, Function | ast.ClassDef) or _is_property(node):
            continue
        if node.name.lower() in lists.participles:
            yield f"{node.lineno}: `{node.name}` says what happened: name it by a noun or a verb"


def _bad_docstrings(tree: ast.AST, lists: WordLists) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, Function) or node.name.startswith("_") or _is_property(node):
            continue
        words = (ast.get_docstring(node) or "").split()
        if words and not is_imperative(words[0], lists.first_words):
            yield f"{node.lineno}: begin the docstring of `{node.name}` with a verb, not {words[0]}"


def is_imperative(word: str, first_words: frozenset[str]) -> bool:
    """Judge whether a first word can be an imperative: on no list, and no plural."""
    plain = word.lower().rstrip(",.:;")
    return plain not in first_words and (not plain.endswith("s") or plain.endswith("ss"))


def _is_property(node: Any) -> bool:
    names = (getattr(decorator, "id", "") for decorator in node.decorator_list)
    return any(name in ("property", "cached_property") for name in names)


def main() -> None:
    """Print the violations, and fail where there are any."""
    faults = check(Path(), read_lists())
    print(*faults, sep="\n", end="\n" if faults else "")  # noqa: T201 - it is a command
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
