"""Starting: settings, missing parts, what is (not) imported."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from starlette.requests import Request

from api.app import create_app
from api.http.links import base_url
from api.http.security_headers import page_policy
from api.service.settings import Settings
from geo.core.errors import SnapshotError
from maps.web.page import Page, Site


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
    heavy = "geopandas pandas scipy sklearn folium"
    script = f"import sys, api.app; print([m for m in '{heavy}'.split() if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_version_served_is_the_version_installed(client):
    served = client.get("/api").json()["info"]["version"]
    assert served == version("ansan-atlas")
    command = [sys.executable, "-m", "atlas", "--version"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == f"atlas {served}\n"
    assert f"\nversion: {served}\n" in (Path(__file__).parents[2] / "CITATION.cff").read_text()


@pytest.mark.parametrize("path", ["/collections/", "/docs/", "/static", "/maps/density/"])
def test_nothing_redirects_to_a_host_that_anybody_can_name(client, path):
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code in (308, 404)
    assert answer.headers.get("location") == (path.rstrip("/") if path[-1] == "/" else None)


@pytest.mark.parametrize("host", ["[", "", "a b", "\\", "x" * 3000])
def test_a_broken_host_header_breaks_nothing(client, host):
    for path in ("/collections", "/nothing", "/maps/residents?lang=en"):
        assert client.get(path, headers={"Host": host}).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    ("scope", "base"),
    [
        ({"server": ("127.0.0.1", 8000)}, "http://127.0.0.1:8000"),
        ({"server": ("::1", 8000)}, "http://[::1]:8000"),
        ({"server": ("192.0.2.1", 443), "scheme": "https"}, "https://192.0.2.1:443"),
        ({"server": ("127.0.0.1", 80), "root_path": "/atlas"}, "http://127.0.0.1:80/atlas"),
        ({"server": ("/run/atlas.sock", None)}, "http://localhost"),
        ({"server": None}, "http://localhost"),
    ],
)
def test_links_begin_where_the_server_stands(home, scope, base):
    app = create_app(Settings(home=home))
    request = Request({"type": "http", "scheme": "http", "app": app, "headers": [], **scope})
    assert base_url(request) == base


@pytest.mark.parametrize(
    "setting",
    [
        {"public_url": "atlas.example"},
        {"public_url": "https://atlas.example/?x=1"},
        {"public_url": "javascript:alert(1)"},
        {"basemap_url": "https://tiles.example/{z}/{x}.png", "basemap_attribution": "©"},
        {"basemap_url": "https://a.example; script-src */{z}/{x}/{y}", "basemap_attribution": "©"},
    ],
)
def test_addresses_in_settings_are_checked(setting):
    with pytest.raises(ValidationError, match="must be"):
        Settings(**setting)


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
        ("http://localhost:8080/{z}/{x}/{y}.png?key=1", "http://localhost:8080"),
        ("/tiles/{z}/{x}/{y}.png", None),
    ],
)
def test_the_policy_names_the_host_of_the_tiles(url, source):
    site = Site("en", Settings(basemap_url=url, basemap_attribution="©").basemap_url, "©")
    images = page_policy(Page(""), site, ancestors="*").split("img-src ")[1].split(";")[0]
    assert images.split() == ["'self'", "data:", *([source] if source else [])]


def test_static_files_are_asked_about_each_time(client):
    first = client.get("/static/vendor/leaflet/leaflet.js")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-encoding"] == "gzip"
    etag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/static/vendor/leaflet/leaflet.js", headers=etag).status_code == 304
