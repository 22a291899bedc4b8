"""A copy of the package with what the examples add, built and served once."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from additions import EDITS, EXAMPLES, add, copy_package, edit
from forked_atlas import ForkedAtlas
from served_process import served


class Copy:
    """A copy of the package.

    Attributes:
        folder: where it is.
        home: where its snapshots are.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(self.folder),
            "PYTHONSAFEPATH": "1",  # not what is in the working directory
            "PYTHONDONTWRITEBYTECODE": "1",  # an edit within one second would not be seen
            "ATLAS_HOME": str(self.home),
        }

    def atlas(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the copy."""
        return subprocess.run(
            [sys.executable, "-m", "atlas", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def extended(tmp_path_factory):
    """The package with all additions, built, and a file of the new register loaded."""
    copy = Copy(tmp_path_factory.mktemp("extended"), tmp_path_factory.mktemp("home"))
    copy_package(copy.folder)
    for name in EXAMPLES:
        add(name, copy.folder)
    for change in EDITS:
        edit(copy.folder, *change)
    described = copy.atlas("shapes")
    assert (described.returncode, described.stderr) == (0, "")
    built = copy.atlas("ingest", "stalls", str(Path(__file__).with_name("stalls.csv")))
    assert built.returncode == 0, built.stderr
    return copy


@pytest.fixture(scope="session")
def address(extended, tmp_path_factory):
    """Where the extended atlas is served."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    environment = {k: v for k, v in extended.environment.items() if k != "ATLAS_HOME"}
    with served(extended.home, log, **environment) as process:
        yield process.address


@pytest.fixture(scope="session")
def ask(address):
    """Asks the extended atlas; JSON becomes what it says."""

    def ask(path: str):
        with urlopen(f"{address}{path}", timeout=60) as answer:  # noqa: S310
            body = answer.read()
        return json.loads(body) if "json" in answer.headers["Content-Type"] else body

    return ask


@pytest.fixture(scope="session")
def broken_copy(extended, tmp_path_factory):
    """A second copy with all additions, for mistakes; it has no snapshot."""
    copy = Copy(tmp_path_factory.mktemp("broken"), tmp_path_factory.mktemp("none"))
    copy_package(copy.folder, extended.folder)
    return copy


@pytest.fixture(scope="session")
def forked(broken_copy):
    """Commands of the broken copy."""
    commands = ForkedAtlas(broken_copy.environment)
    yield commands
    commands.close()


@pytest.fixture
def edited(broken_copy):
    """Changes a file of the broken copy for the length of a block."""

    @contextmanager
    def edited(path: str, old: str, new: str):
        file = broken_copy.folder / path
        text = file.read_text("utf-8")
        edit(broken_copy.folder, path, old, new)
        try:
            yield
        finally:
            file.write_text(text, "utf-8")

    return edited


@pytest.fixture
def refusal(edited, forked):
    """Runs a command with a mistake in a file: the one line in which it is refused."""

    def refusal(path: str, old: str, new: str, command: tuple[str, ...] = ("build",)) -> str:
        with edited(path, old, new):
            status, said = forked.run(*command)
        assert (status, "Traceback" in said) == (1, False), said
        (line,) = [line for line in said.splitlines() if line.startswith("atlas: ")]
        return line

    return refusal
