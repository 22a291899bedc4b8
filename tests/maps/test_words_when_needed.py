"""Catalogues are read when somebody meets their words, not whenever the service starts."""

import subprocess
import sys

import pytest
from jinja2 import Environment

from maps.i18n import LANGUAGES
from maps.web.render import environment

READ = "from maps.i18n import translator; print(translator.cache_info().currsize)"
PAGES = "import sys; print('folium' in sys.modules)"


@pytest.mark.parametrize(("module", "count"), [("api.app", 0), ("maps.preloaded", len(LANGUAGES))])
def test_only_helpers_read_catalogues_and_import_pages_beforehand(module, count):
    command = [sys.executable, "-c", f"import {module}; {READ}; {PAGES}"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert said.split() == [str(count), str(count > 0)]


def test_templates_are_compiled_once_for_all_languages(monkeypatch):
    names = environment("en").list_templates()
    for name in names:
        environment("en").get_template(name)
    monkeypatch.setattr(Environment, "compile", None)
    environment.cache_clear()
    assert all(environment(lang).get_template(name) for lang in ("en", "ko") for name in names)
