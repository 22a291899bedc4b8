"""`datapackage.json`: what every committed data file is, whose it is and what its fields mean.

The words are in `datapackage.toml` (files, sources, licences) and `fields.toml`; a table that
belongs to one provider is described by its source and layer (`own_tables`). Sizes and hashes are
taken from the files. Form: Frictionless Data Package 2.0.
"""

import csv
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any, Final

from geo.core.errors import ContractError, GeoError
from geo.pipeline.refdata.own_tables import own_tables
from geo.pipeline.refdata.packages import SOURCES
from geo.snapshot.schema.households import SERIES

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
FOLDERS: Final = ("shapes", "tables")
FORMATS: Final = {
    ".csv": {"type": "table", "format": "csv", "mediatype": "text/csv"},
    ".geojson": {"format": "geojson", "mediatype": "application/geo+json"},
}


def describe(folder: Path) -> dict[str, Any]:
    """Build the descriptor of the data folder, ready to be written as JSON.

    Raises:
        GeoError: a described file is missing.
        ContractError: a file is not described, or its columns are not those described.
    """
    words, fields = _words("datapackage.toml"), _words("fields.toml")
    fields["households"] |= {
        name: {"type": "integer", "title": series.names, "description": series.description}
        for name, series in SERIES.items()
    }
    shared = [_written_out(resource, words, fields) for resource in words["resource"]]
    own = own_tables(folder, {resource["path"] for resource in shared})
    _check_all_described(folder, {resource["path"] for resource in (*shared, *own)})
    return {
        "$schema": PROFILE,
        **words["package"],
        "licenses": list(words["licence"].values()),
        "sources": list(words["source"].values()),
        "resources": [_resource(folder, resource) for resource in (*shared, *own)],
    }


def _words(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _check_all_described(folder: Path, described: set[str]) -> None:
    files = {f"{sub}/{file.name}" for sub in FOLDERS for file in (folder / sub).glob("*")}
    if files - described:
        raise ContractError(f"{sorted(files - described)} not described in datapackage.toml")
    if described - files:
        raise GeoError(f"{sorted(described - files)} missing in {folder}: restore them from git")


def _written_out(
    resource: dict[str, Any], words: dict[str, Any], fields: dict[str, Any]
) -> dict[str, Any]:
    """Put the fields, licences and sources in place of their names."""
    return {
        **resource,
        "fields": [{"name": name, **rest} for name, rest in fields[resource["fields"]].items()],
        "licences": [words["licence"][name] for name in resource["licences"]],
        "sources": [words["source"][name] for name in resource["sources"]],
    }


def _resource(folder: Path, resource: dict[str, Any]) -> dict[str, Any]:
    file = folder / resource["path"]
    content = file.read_bytes()
    named = resource["fields"]
    _check_columns(file, [field["name"] for field in named])
    return {
        **{key: resource[key] for key in ("name", "path", "title", "description")},
        **FORMATS[file.suffix],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **_origin(resource.get("packages", [])),
        "licenses": resource["licences"],
        "sources": resource["sources"],
        **_schema(file, named, resource),
    }


def _origin(packages: list[str]) -> dict[str, Any]:
    """State whether a file was derived, and from which packages, or collected by hand."""
    if not packages:
        return {"origin": "collected"}
    versions = [dict(zip(("package", "version"), SOURCES[name], strict=True)) for name in packages]
    return {"origin": "derived", "derivedFrom": versions}


def _schema(file: Path, named: list[dict[str, Any]], resource: dict[str, Any]) -> dict[str, Any]:
    """Return the table schema of a CSV; for GeoJSON, the properties of its features."""
    if file.suffix != ".csv":
        return {"crs": "EPSG:4326", "featureProperties": named}
    keys = {key: resource[key] for key in ("primaryKey", "foreignKeys") if key in resource}
    return {"schema": {"fields": named, "missingValues": [""], **keys}}


def _check_columns(file: Path, described: list[str]) -> None:
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as lines:
            headers = [next(csv.reader(lines))]
    else:
        features = json.loads(file.read_bytes())["features"]
        headers = [list(feature["properties"]) for feature in features]
    for columns in headers:
        if columns != described:
            raise ContractError(f"{file.name} has {columns}, but fields.toml has {described}")
