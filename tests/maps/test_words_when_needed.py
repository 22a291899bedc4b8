"""Catalogues are read when somebody meets their words, not whenever the service starts."""

import subprocess
import sys

import pytest

from maps.i18n import LANGUAGES

READ = "from maps.i18n import translator; print(translator.cache_info().currsize)"


@pytest.mark.parametrize(
    ("module", "count"), [("api.app", 0), ("maps.preloaded_words", len(LANGUAGES))]
)
def test_only_helpers_read_catalogues_beforehand(module, count):
    command = [sys.executable, "-c", f"import {module}; {READ}"]
    assert int(subprocess.run(command, capture_output=True, check=True).stdout) == count
