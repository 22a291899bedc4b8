"""Starting: settings, missing parts, what is (not) imported."""

import subprocess
import sys

import httpx
import pytest
from pydantic import ValidationError

from api.app import create_app
from api.settings import Settings
from geo.errors import SnapshotError


def test_without_a_snapshot_the_service_says_what_to_do(tmp_path):
    with pytest.raises(SnapshotError, match="atlas build"):
        create_app(Settings(home=tmp_path))


def test_without_front_end_files_the_service_says_what_to_do(home, tmp_path, monkeypatch):
    monkeypatch.setattr("api.app.STATIC", {"/static": tmp_path / "missing"})
    with pytest.raises(SnapshotError, match="make setup"):
        create_app(Settings(home=home))


def test_tiles_need_their_attribution():
    with pytest.raises(ValidationError, match="ATLAS_BASEMAP_ATTRIBUTION"):
        Settings(basemap_url="https://tiles.example/{z}/{x}/{y}.png")


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    assert Settings().home == tmp_path


def test_tiles_are_let_in_by_the_policy(home, serve):
    settings = Settings(
        home=home,
        basemap_url="https://tiles.example/{z}/{x}/{y}.png",
        basemap_attribution="© Tiles Example",
    )
    answer = httpx.get(f"{serve(settings)}/maps/residents")
    assert "img-src 'self' data: https://tiles.example" in answer.headers["content-security-policy"]
    assert "© Tiles Example" in answer.text


def test_serving_does_not_import_what_builds():
    heavy = "geopandas pandas pandera scipy sklearn folium"
    script = f"import sys, api.app; print([m for m in '{heavy}'.split() if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
