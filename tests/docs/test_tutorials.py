"""The tutorials of the documentation run, and print what their pages show.

A block ```sh or ```python of such a page is run in the order of the page, in one folder and one
namespace for the page; a block ```text after it is what it prints. Only the address differs.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from served_process import served

PROJECT = Path(__file__).parents[2]
HOST = "http://localhost:8000"
PAGES = ("index", "staff", "planners", "gis", "walk-analyst", "walk-planner", "first-register")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What sets up the service that the others ask, or needs a database, and an example of a row.
NOT_RUN = ("console", "json")


@dataclass(frozen=True)
class Block:
    """A block of a page.

    Attributes:
        kind: sh or python.
        code: what it runs.
        shown: what it prints; None where the page does not show it.
    """

    kind: str
    code: str
    shown: str | None


def blocks_of(page):
    """The blocks of a page that are run, each with the output that follows it."""
    fences = FENCE.findall((PROJECT / "docs" / f"{page}.md").read_text("utf-8"))
    following = [*fences[1:], ("", "")]
    return [
        Block(kind, code, after[1] if after[0] == "text" else None)
        for (kind, code), after in zip(fences, following, strict=True)
        if kind in ("sh", "python")
    ]


@pytest.fixture(scope="module")
def address(home, tmp_path_factory):
    with served(home, tmp_path_factory.mktemp("log") / "log") as service:
        yield service.address


@pytest.fixture
def run(home, address, programs, tmp_path, monkeypatch):
    """Run a block in the folder of the page; what it prints comes back."""
    paths = {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}
    environment = {**os.environ, **paths, "ATLAS_HOME": str(home)}
    monkeypatch.chdir(tmp_path)
    known = {}

    def python(code):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, known)  # noqa: S102 - our own page
        return printed.getvalue()

    def shell(code):
        command = ["bash", "-euo", "pipefail", "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def of(block):
        code = block.code.replace(HOST, address)
        printed = (python if block.kind == "python" else shell)(code)
        return printed.replace(address, HOST)

    return of


@pytest.mark.parametrize("page", PAGES)
def test_what_a_tutorial_prints_is_what_its_page_shows(page, run):
    blocks = blocks_of(page)
    assert blocks
    for block in blocks:
        program = block.code.split()[0]
        if block.kind == "sh" and program.startswith("ogr") and not shutil.which(program):
            continue  # GDAL's own programs are no part of the project
        printed = run(block)
        if block.shown is not None:
            assert tidy(printed) == tidy(block.shown), block.code


def tidy(text):
    """Lines without white space at their ends, which Markdown does not keep, and our mark."""
    return [line.rstrip() for line in text.replace("\ufeff", "").strip().splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_tutorial_is_run_or_says_what_it_is(page):
    kinds = [kind for kind, _ in FENCE.findall((PROJECT / "docs" / f"{page}.md").read_text())]
    assert set(kinds) <= {"sh", "python", "text", *NOT_RUN}
    shown = [block for block in blocks_of(page) if block.shown is not None]
    assert kinds.count("text") == len(shown) > 0
