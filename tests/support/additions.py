"""The examples of CONTRIBUTING: files that add one thing each, and a package to add them to."""

import re
import shutil
from fnmatch import fnmatch
from pathlib import Path

PROJECT = Path(__file__).parents[2]
EXAMPLES_FOLDER = PROJECT / "tests" / "contributing" / "examples"
EXAMPLES = tuple(sorted(folder.name for folder in EXAMPLES_FOLDER.iterdir()))
PARTS = ("geo", "maps", "api", "atlas", "data")
HELPLINES = "geo/snapshot/schema/layers/helplines.py"
# A property of a layer that there is: changes of files in place of new ones.
EDITS = (
    (HELPLINES, "import text, text_list", "import text, text_list, truth"),
    (HELPLINES, '"confidence": C', '"toll_free": truth("calls cost nothing"),\n"confidence": C'),
    (
        "geo/pipeline/sources/helplines.py",
        'provenance="observed",',
        'provenance="observed", toll_free=table["cost"] == "free",',
    ),
)


def files_of(example: str) -> list[str]:
    """The files of an example, as paths in the project."""
    folder = EXAMPLES_FOLDER / example
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def add(example: str, folder: Path) -> None:
    """Put the files of an example into a copy of the package; none of them is there yet."""
    for path in files_of(example):
        assert not (PROJECT / path).exists(), path
        to = folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLES_FOLDER / example / path, to)


def edit(folder: Path, path: str, old: str, new: str) -> None:
    """Replace the one text in a file of a copy by another."""
    file = folder / path
    text = file.read_text("utf-8")
    assert old in text, f"{path} has no {old}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def copy_package(folder: Path, package: Path = PROJECT) -> None:
    """Copy what runs; the front-end libraries are linked.

    Compiled modules come along: they are valid as long as their source has the time and size of
    before, and every command of the copy would compile 500 modules without them.
    """
    ignored = shutil.ignore_patterns("node_modules", "*.pyc.*")  # Python is writing the latter
    for part in PARTS:
        shutil.copytree(package / part, folder / part, ignore=ignored)
    (folder / "maps" / "node_modules").symlink_to((PROJECT / "maps" / "node_modules").resolve())


def recipe(title: str) -> list[str]:
    """The files that a recipe of CONTRIBUTING names, as patterns of their paths.

    Args:
        title: its heading, such as "a layer".
    """
    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.split(f"\n### {title}\n", 1)[1].split("\n#", 1)[0]
    return [re.sub(r"<[^>]+>", "*", path) for path in re.findall(r"^- `([^`]+)`", section, re.M)]


def outside_recipe(files: list[str], title: str) -> list[str]:
    """The files that a recipe does not name, and the patterns of it that no file fits."""
    patterns = recipe(title)
    strange = [file for file in files if not any(fnmatch(file, pattern) for pattern in patterns)]
    unused = [pattern for pattern in patterns if not any(fnmatch(file, pattern) for file in files)]
    return strange + unused
