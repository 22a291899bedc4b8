"""The committed data, built once for all tests of the documentation."""

from pathlib import Path

import pytest

from geo.pipeline.build import build


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """A home with the committed data."""
    home = tmp_path_factory.mktemp("documented")
    build(Path(__file__).parents[2] / "data", home)
    return home
