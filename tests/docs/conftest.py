"""The committed data, built once for all tests of the documentation."""

from pathlib import Path

import pytest
from published import committed_home


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """A home with the committed data."""
    return committed_home(tmp_path_factory)
