"""What tests of the pipeline share: the committed data, one real build, hand-made layers."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pytest
from forked_program import atlas_program
from hypothesis import settings
from published import committed_home, new_home
from shapely.geometry import LineString, box

from geo.core.crs import STORE
from geo.pipeline.areas import Areas, read_areas
from geo.pipeline.geocoding.gazetteer import Gazetteer
from geo.pipeline.registers.reference_layers import References
from geo.pipeline.sources import streets
from geo.snapshot.reader import Snapshot, open_snapshot

# The same examples in every run, however busy the machine.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

DATA = Path(__file__).parents[2] / "data"
KNOWN = {"provenance": "observed", "source": "test", "source_date": "2020-11-01", "accuracy_m": 1.0}


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@dataclass(frozen=True)
class CommittedSnapshot:
    """A snapshot of the committed data.

    Attributes:
        folder: where it is, in `snapshots` of its home.
    """

    folder: Path


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> CommittedSnapshot:
    """The committed data, built once for all workers."""
    home = committed_home(tmp_path_factory, "atlas")
    return CommittedSnapshot((home / "current").resolve())


@pytest.fixture(scope="session")
def program(tmp_path_factory) -> Iterator[Path]:
    """The program `atlas`, for commands in processes of their own."""
    folder = tmp_path_factory.mktemp("bin")
    with atlas_program(folder):
        yield folder / "atlas"


@pytest.fixture
def home(published, tmp_path) -> Path:
    """An atlas of the test's own, with the committed data in it."""
    return new_home(tmp_path, published.folder)


@pytest.fixture(scope="module")
def module_home(published, tmp_path_factory) -> Path:
    """An atlas of a module's own, for what several of its tests begin with (`copy_current`)."""
    return new_home(tmp_path_factory.mktemp("module"), published.folder)


@pytest.fixture(scope="session")
def snapshot(published) -> Snapshot:
    return open_snapshot(published.folder)


@pytest.fixture(scope="session")
def areas() -> Areas:
    return read_areas(DATA, References())


@pytest.fixture(scope="session")
def gazetteer(areas) -> Gazetteer:
    return Gazetteer(streets.read_lines(DATA), areas.legal_dong, areas.frame("gu"))


@pytest.fixture
def data_copy(tmp_path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture
def edit(data_copy) -> Callable[[str, str, str], None]:
    """Change a file of the copy as a maintainer would: `datapackage.json` then describes it."""

    def change(file: str, old: str, new: str) -> None:
        path, package = data_copy / file, data_copy / "datapackage.json"
        before = path.read_text("utf-8")
        assert before.count(old) == 1
        path.write_text(before.replace(old, new), "utf-8")
        described = json.loads(package.read_text("utf-8"))
        for resource in described["resources"]:
            if resource["path"] == file:
                resource["hash"] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        package.write_text(json.dumps(described), "utf-8")

    return change


@pytest.fixture
def gu() -> gpd.GeoDataFrame:
    """Two squares of 0.01 degree side by side, as the layer `gu` has to be."""
    return gpd.GeoDataFrame(
        {
            "gu_code": ["41271", "41273"],
            "name_ko": ["상록구", "단원구"],
            "name_en": ["Sangnok-gu", None],
            "area_km2": [1.25, 1.5],
            **KNOWN,
        },
        index=["41271", "41273"],
        geometry=[box(126.80, 37.30, 126.81, 37.31), box(126.79, 37.30, 126.80, 37.31)],
        crs=STORE,
    )


@pytest.fixture
def lanes() -> gpd.GeoDataFrame:
    """One line, as the layer `streets` has to be."""
    return gpd.GeoDataFrame(
        {
            "name_ko": ["곧은길"],
            "name_en": ["Godeun-gil"],
            "from_no": [1],
            "to_no": [11],
            "length_m": [100.0],
            "fit_rmse_m": [None],
            "points_used": [0],
            "inferred_m": [0.0],
            "gap_m": [0.0],
            **KNOWN,
        },
        index=["godeun-gil"],
        geometry=[LineString([(126.79, 37.30), (126.80, 37.31)])],
        crs=STORE,
    )
