"""The committed data, built once for all tests of the documentation."""

from pathlib import Path

import pytest
from forked_program import atlas_program
from published import committed_home


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """A home with the committed data."""
    return committed_home(tmp_path_factory)


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """A folder with the program `atlas`, for scripts of the documentation."""
    folder = tmp_path_factory.mktemp("bin")
    with atlas_program(folder):
        yield folder
