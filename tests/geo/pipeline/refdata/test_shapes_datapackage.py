"""`datapackage.json` describes every file, with true hashes, keys and types."""

import csv
import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.core.errors import ContractError, GeoError
from geo.pipeline.refdata.describe import describe

DATA = Path(__file__).parents[4] / "data"
PACKAGE: dict[str, Any] = json.loads((DATA / "datapackage.json").read_bytes())
RESOURCES: dict[str, dict[str, Any]] = {
    resource["name"]: resource for resource in PACKAGE["resources"]
}
TABLES = [name for name, resource in RESOURCES.items() if resource["format"] == "csv"]
PARSERS = {"integer": int, "number": float, "date": date.fromisoformat, "string": str}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / RESOURCES[name]["path"]).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def keys(name: str, fields: list[str]) -> list[tuple[str, ...]]:
    return [tuple(row[field] for field in fields) for row in rows(name)]


def copy_of_data(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_every_file_is_listed_once():
    files = {f"{file.parent.name}/{file.name}" for file in DATA.glob("*/*")}
    assert sorted(resource["path"] for resource in PACKAGE["resources"]) == sorted(files)


@pytest.mark.parametrize("name", RESOURCES)
def test_size_and_hash_are_those_of_the_file(name):
    one = RESOURCES[name]
    content = (DATA / one["path"]).read_bytes()
    assert one["bytes"] == len(content)
    assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.mark.parametrize("name", RESOURCES)
def test_every_file_has_licence_source_and_origin(name):
    one = RESOURCES[name]
    assert re.fullmatch(r"[a-z0-9-]+", name)
    assert one["title"] and one["description"] and one["mediatype"] and one["encoding"] == "utf-8"
    assert all(licence["path"].startswith("https://") for licence in one["licenses"])
    assert one["licenses"] and one["sources"]
    assert ("derivedFrom" in one) == (one["origin"] == "derived")


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_and_every_cell_fits(name):
    fields = RESOURCES[name]["schema"]["fields"]
    found = rows(name)
    assert list(found[0]) == [field["name"] for field in fields]
    for field in fields:
        assert field["description"]
        cells = [row[field["name"]] for row in found]
        filled = [PARSERS[field["type"]](cell) for cell in cells if cell != ""]
        limits = field.get("constraints", {})
        assert not limits.get("required") or len(filled) == len(cells)
        assert set(filled) <= set(limits.get("enum", filled))
        assert all(re.fullmatch(limits.get("pattern", "(?s).*"), str(cell)) for cell in filled)


@pytest.mark.parametrize("name", TABLES)
def test_primary_keys_are_unique(name):
    found = keys(name, RESOURCES[name]["schema"]["primaryKey"])
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", TABLES)
def test_foreign_keys_lead_somewhere(name):
    for link in RESOURCES[name]["schema"].get("foreignKeys", []):
        target = link["reference"]
        assert set(keys(name, link["fields"])) <= set(keys(target["resource"], target["fields"]))


def test_a_file_nobody_describes_is_caught(tmp_path):
    folder = copy_of_data(tmp_path)
    (folder / "tables" / "stray.csv").write_text("id\n1\n")
    with pytest.raises(ContractError, match=r"tables/stray\.csv"):
        describe(folder)


def test_a_missing_file_is_named(tmp_path):
    folder = copy_of_data(tmp_path)
    (folder / "tables" / "places.csv").unlink()
    with pytest.raises(GeoError, match=r"tables/places\.csv.*missing"):
        describe(folder)


def test_a_new_column_is_caught(tmp_path):
    folder = copy_of_data(tmp_path)
    (folder / "tables" / "surveys.csv").write_text("year,owner\n2022,someone\n")
    with pytest.raises(ContractError, match=r"surveys\.csv has \['year', 'owner'\]"):
        describe(folder)
