"""The TOML description of a source, and its files read as it describes them."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from pydantic import Field, ValidationError

from geo.core.declarations import Declaration, invalid
from geo.core.errors import SourceChangedError

PACKAGE: Final = "datapackage.json"  # in `data/`: its files with their SHA-256


class Spec(Declaration):
    """One source: who publishes it, under which licence, and what to expect in its files.

    Attributes:
        id: short name; the `source` property of its features.
        retrieved: day the data was taken from the publisher, or a remark where it was collected.
        attribution: the sentence to print wherever the data is shown, in English.
        attribution_ko: the same for pages in Korean, with the publisher's own name.
        crs: reference system as the publisher states it; empty for tables without coordinates.
        files: files under `data/`, whose SHA-256 are in `data/datapackage.json`.
        accuracy_m: how far off an outline may be, metres; None where each row says so itself.
        rows: least and most rows to expect, per file.
        lookup: spellings of the source to values of the atlas, per property.
        numbers: figures the source's method needs.
        example: rows as given and what they must become; run by the tests.
        columns: what columns of its table mean that are no properties of its layer.
    """

    id: str
    title: str
    publisher: str
    url: str
    retrieved: str
    licence: str
    licence_url: str
    attribution: str
    attribution_ko: str
    crs: str
    encoding: str
    files: tuple[str, ...]
    accuracy_m: float | None = None
    rows: dict[str, tuple[int, int]]
    lookup: dict[str, dict[str, str]] = Field(default_factory=dict)
    numbers: dict[str, Any] = Field(default_factory=dict)
    example: tuple[dict[str, Any], ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)

    def public(self) -> dict[str, str]:
        """Return the fields that the manifest and every page show."""
        return {
            name: getattr(self, name)
            for name in (
                "title", "publisher", "url", "retrieved", "licence", "licence_url", "attribution",
                "attribution_ko",
            )
        }  # fmt: skip

    def lookup_table(self, column: str, raw: Iterable[str]) -> dict[str, str]:
        """Return the lookup table of a property, after checking that it has every spelling.

        Raises:
            SourceChangedError: a spelling has no entry.
        """
        if column not in self.lookup:
            raise SourceChangedError(f"source {self.id}: [lookup.{column}] is missing")
        table = self.lookup[column]
        unknown = sorted(set(raw) - table.keys())
        if unknown:
            raise SourceChangedError(
                f"source {self.id}: unmapped {column} {unknown}: add them to [lookup.{column}]"
            )
        return table


@dataclass(frozen=True)
class Exclusion:
    """Rows that were read and not published, with the reason."""

    reason: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class SourceFeatures:
    """The features that a source yields for one layer.

    Attributes:
        layer: collection id.
        source: id of the source.
        frame: published rows, indexed by feature id, lon/lat geometry.
        read: rows read.
        exclusions: rows left out with a reason.
        merged: rows that went into a row of another source; read = len(frame) + merged + left out.
    """

    layer: str
    source: str
    frame: gpd.GeoDataFrame
    read: int
    exclusions: tuple[Exclusion, ...] = ()
    merged: int = 0


@cache
def load_spec(beside: str, name: str) -> Spec:
    """Load the TOML file of a source from the folder of the file `beside`.

    Raises:
        SourceChangedError: the file is missing or not TOML, or a key of it is missing, unknown or
            of the wrong type.
    """
    path = Path(beside).with_name(f"{name}.toml")
    try:
        return Spec.model_validate({"id": name, **tomllib.loads(path.read_text("utf-8"))})
    except tomllib.TOMLDecodeError as error:
        raise SourceChangedError(f"{path.name}: {error}") from error
    except ValidationError as error:
        raise SourceChangedError(str(invalid(path.name, error))) from error
    except FileNotFoundError as error:
        raise SourceChangedError(f"{path.name} is missing beside {Path(beside).name}") from error


def read_table(data: Path, spec: Spec, file: str) -> pd.DataFrame:
    """Read a CSV file of the source, every cell as text, "" where it is empty.

    Raises:
        SourceChangedError: the file is missing, altered, or has too few or too many rows.
    """
    path = _verified_path(data, spec, file)
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=spec.encoding)
    _check_rows(spec, file, len(table))
    return table


def read_shapes(data: Path, spec: Spec, file: str) -> gpd.GeoDataFrame:
    """Read a GeoJSON file of the source in the CRS that its TOML file declares.

    Raises:
        SourceChangedError: the file is missing, altered, or has too few or too many rows.
    """
    path = _verified_path(data, spec, file)
    features = json.loads(path.read_text("utf-8"))["features"]
    _check_rows(spec, file, len(features))
    return gpd.GeoDataFrame.from_features(features, crs=spec.crs)


def _check_rows(spec: Spec, file: str, rows: int) -> None:
    low, high = spec.rows[file]
    if not low <= rows <= high:
        raise SourceChangedError(f"{file}: {rows} rows, expected {low} to {high}")


def _verified_path(data: Path, spec: Spec, file: str) -> Path:
    """Return the path of a file after comparing its SHA-256 with `data/datapackage.json`."""
    if file not in spec.files:
        raise SourceChangedError(f"{spec.id}.toml does not list {file}")
    path = data / file
    if not path.is_file():
        raise SourceChangedError(f"{file} is missing from {data}: run `atlas shapes`")
    if hashlib.sha256(path.read_bytes()).hexdigest() != _file_hashes(data).get(file):
        raise SourceChangedError(
            f"{file} is not the file that datapackage.json describes; after a wanted change "
            "run `atlas shapes`"
        )
    return path


def _file_hashes(data: Path) -> dict[str, str]:
    path = data / PACKAGE
    if not path.is_file():
        raise SourceChangedError(f"{PACKAGE} is missing from {data}: run `atlas shapes`")
    return _hashes_by_path(path.read_bytes())


@lru_cache(maxsize=4)
def _hashes_by_path(package: bytes) -> dict[str, str]:
    """Read the sha256 of each file that a data package describes, once for all its files."""
    return {
        resource["path"]: resource["hash"].removeprefix("sha256:")
        for resource in json.loads(package)["resources"]
    }
