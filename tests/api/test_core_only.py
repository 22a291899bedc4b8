"""Serving needs the core alone: no engine that builds, draws or computes statistics."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import pytest
from core_only import core, plain
from served_process import served

from geo.core.extras import MODULES, remedy

PROJECT = Path(__file__).parents[2]
PROGRAM = PROJECT / "tests" / "support" / "core_only.py"
HTML = {"Accept": "text/html"}
ITEMS = "/collections/businesses/items"
TILES = "/collections/{}/tiles/WebMercatorQuad/14"

ANSWERED = [
    *(("/", {}), ("/", HTML), ("/conformance", {}), ("/collections", HTML), ("/api", {})),
    *((f"{ITEMS}?f={form}&limit=50", {}) for form in ("json", "geojsonseq", "csv", "kml")),
    *((f"{ITEMS}?f={form}", {}) for form in ("parquet", "html")),
    (f"{ITEMS}?category=cafe&bbox=126.79,37.31,126.85,37.34", {}),
    (f"{ITEMS}?filter=S_INTERSECTS(geometry,POINT(126.8 37.3)) OR name_ko LIKE '%25안산%25'", {}),
    (f"{ITEMS}?limit=5&crs=http://www.opengis.net/def/crs/EPSG/0/5186", {}),
    ("/collections/gu/items/41271", HTML),
    (f"{TILES.format('businesses')}/6358/13962", {}),
    (f"{TILES.format('dong')}/6358/13962", {}),
    ("/analysis/counts?collection=businesses&by=category", {}),
    ("/analysis/density?f=xlsx", {}),
    ("/analysis/density?f=csvw", {}),
    ("/analysis/residents", {}),
    *((f"/maps/{page}", HTML) for page in ("food-streets", "density", "residents", "join")),
    *(("/eat", HTML), ("/docs", HTML), ("/health/ready", {}), ("/metrics", {})),
]
NOT_INSTALLED = [
    ("/maps/density.png", "pictures"),
    ("/maps/hot-spots.pdf?lang=ko", "pictures"),
    ("/plan/report.pdf?dong=4127354500", "pictures"),
    ("/analysis/hot-spots", "pictures"),
    (f"{ITEMS}?f=fgb", "build"),
]


@pytest.fixture(scope="module")
def small(home, tmp_path_factory):
    """A service of the core, over a copy of a snapshot that something else has built."""
    copy = tmp_path_factory.mktemp("core") / "home"
    shutil.copytree(home, copy, symlinks=True)
    with (
        served(copy, copy.parent / "log", program=(str(PROGRAM),)) as one,
        httpx.Client(base_url=one.address, timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize(("path", "headers"), ANSWERED)
def test_the_core_serves(small, path, headers):
    answer = small.get(path, headers=headers)
    assert (answer.status_code, bool(answer.content)) == (200, True), answer.text[:500]


def test_the_core_joins_a_table(small):
    file = {"table": ("values.csv", "행정동,값\n원곡동,3\n".encode(), "text/csv")}
    assert small.post("/maps/join", files=file, headers=HTML).status_code == 200


@pytest.mark.parametrize(("path", "extra"), NOT_INSTALLED)
def test_what_needs_an_extra_names_it(small, path, extra):
    answer = small.get(path)
    assert (answer.status_code, answer.json()["status"]) == (501, 501)
    assert f"pip install 'ansan-atlas[{extra}]'" in answer.json()["detail"]


def test_people_meet_a_page_that_names_the_extra(small):
    page = small.get("/maps/density.png", headers=HTML)
    assert (page.status_code, page.headers["content-type"][:9]) == (501, "text/html")
    assert "ansan-atlas[pictures]" in page.text


def test_codings_are_those_that_are_installed(small):
    given = small.get(ITEMS, headers={"Accept-Encoding": "zstd, gzip"})
    assert given.headers["content-encoding"] == "gzip"


def test_a_command_that_needs_an_extra_names_it(tmp_path):
    env = {"ATLAS_HOME": str(tmp_path), "PATH": ""}
    ran = subprocess.run(
        [sys.executable, PROGRAM, "build"], env=env, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("atlas: this needs the extra `build`")
    assert ran.stderr.count("\n") == 1


def distributions(requirements):
    return {plain(re.match(r"[\w.-]+", text)[0]) for text in requirements}


def test_modules_of_extras_are_those_of_the_project_file():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    named = packages_distributions()
    for extra in ("build", "pictures"):
        listed = {plain(name) for module in MODULES[extra] for name in named[module]}
        assert listed <= distributions(extras[extra])
        assert distributions(extras[extra]) - listed <= {"scipy"}  # in both
        lock = (PROJECT / "requirements" / f"{extra}.txt").read_text()
        locked = {plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.M)}
        assert locked >= core() - {"ansan-atlas"} | distributions(extras[extra])
    assert distributions(project["dependencies"]) <= core()


def test_heavy_engines_are_not_in_the_core():
    heavy = {"scikit-learn", "networkx", "pyogrio", "geopandas", "osmium", "matplotlib", "scipy"}
    assert heavy.isdisjoint(core())


def test_a_module_that_belongs_to_no_extra_is_a_failure():
    assert remedy(ModuleNotFoundError(name="nonsense")) is None
    assert remedy(ModuleNotFoundError(name="scipy.spatial")).count("`pictures`") == 1
