"""A service over a survey that says who runs a business, asked by anybody and by staff."""

import json
import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import httpx
import pytest
import survey
from staffed import TOKENS, settings

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="session")
def told(home):
    return survey.shops(home)


@pytest.fixture(scope="session")
def surveyed(home, tmp_path_factory) -> Callable[..., Path]:
    """Homes with releases of a survey, one after the other; a first release is loaded once."""
    firsts: list[tuple[list[dict], Path]] = []

    def copy_of(other: Path) -> Path:
        folder = tmp_path_factory.mktemp("surveyed")
        return Path(shutil.copytree(other, folder, symlinks=True, dirs_exist_ok=True))

    def with_first(rows: list[dict]) -> Path:
        known = [folder for others, folder in firsts if others == rows]
        if not known:
            known = [copy_of(home)]
            survey.load(known[0], DATA, rows, "202006")
            firsts.append((deepcopy(rows), known[0]))
        return known[0]

    def made(first, *later) -> Path:
        folder = copy_of(with_first(first))
        for number, rows in enumerate(later, start=1):
            survey.load(folder, DATA, rows, f"202{number}06")
        return folder

    return made


@pytest.fixture(scope="session")
def survey_home(surveyed, told):
    return surveyed(told)


@pytest.fixture(scope="session")
def guarded(survey_home, serve):
    """Address of the service."""
    return serve(settings(survey_home))


@pytest.fixture(scope="session")
def anybody(guarded):
    with httpx.Client(base_url=guarded, timeout=60) as one:
        yield one


@pytest.fixture(scope="session")
def kim(guarded):
    bearer = {"Authorization": f"Bearer {TOKENS['kim']}"}
    with httpx.Client(base_url=guarded, timeout=60, headers=bearer) as one:
        yield one


@pytest.fixture(scope="session")
def noted(survey_home) -> Callable[[], list[dict]]:
    """What the log says so far."""
    return lambda: [
        json.loads(line)
        for line in (survey_home / "audit" / "audit.log").read_text("utf-8").splitlines()
    ]
