"""Reading a published snapshot: columns mapped from disk, features as ready GeoJSON bytes.

Serving needs neither GeoPandas nor a GeoJSON encoder: a query is a choice of rows, an answer is a
gather of byte slices out of one file.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from geo.errors import SnapshotError
from geo.feature_file import FeatureFile
from geo.layer import Field, Layer

GROUND = "ground.json"
OPERATORS = "operators.json"
OPERATORS_STAFF = "operators-staff.json"
STAFF_LAYER = "staff-businesses"
_FOR_ALL = (GROUND, OPERATORS)  # tables that anybody may see; all others are for staff

Content = TypeVar("Content")


@dataclass(frozen=True)
class Snapshot:
    """One published state of the atlas; immutable.

    Attributes:
        id: content hash, the same for the same data.
        manifest: counts, sources, licences, account of rows, class breaks, sha256 of each file.
        layers: the layers by collection id.
        ground: roads, buildings and stations under the maps, as `geo.registers.ground.drawn` writes
            them; empty where none were loaded.
        version: as `id`, but of what may be seen alone: it tells nothing of the rest.
        operators: counts of who runs businesses: the `rule`, the `register` and `rows` as
            `geo.protected.tables` makes them; empty where no register says it.
        staff: the same for staff; None where nothing is protected.
    """

    id: str
    manifest: Mapping[str, Any]
    layers: Mapping[str, Layer]
    ground: bytes = b""
    version: str = ""
    operators: Mapping[str, Any] = field(default_factory=dict)
    staff: "Snapshot | None" = None


def open_current(home: Path) -> Snapshot:
    """The snapshot that `home/current` points to.

    Raises:
        SnapshotError: there is none, or it is not complete.
    """
    current = home / "current"
    if not current.exists():
        raise SnapshotError(f"no snapshot in {home}: run `atlas build` first")
    return open_snapshot(current.resolve())


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot in one folder.

    Raises:
        SnapshotError: the manifest or a file of a layer is missing or cut off.
    """
    manifest = _read(folder / "manifest.json", _json)
    hidden = manifest.get("protected", {}).get("properties", {})
    layers = {
        name: _open_layer(folder / name, name, meta, frozenset(hidden.get(name, ())))
        for name, meta in manifest["layers"].items()
    }
    tables = manifest["tables"]
    ground = _read(folder / GROUND, Path.read_bytes) if GROUND in tables else b""
    shown = {**manifest, "tables": {name: tables[name] for name in _FOR_ALL if name in tables}}
    found = Snapshot(folder.name, manifest, layers, ground, _digest(shown))
    return _with_operators(folder, found) if hidden else found


def _with_operators(folder: Path, found: Snapshot) -> Snapshot:
    """The snapshot with the tables of who runs businesses, and the one for staff."""
    businesses = found.layers["businesses"]
    own = _open_layer(folder / STAFF_LAYER, businesses.id, businesses.meta, frozenset())
    staff = replace(
        found,
        layers={**found.layers, businesses.id: own},
        version=_digest([found.id, "staff"]),
        operators=_read(folder / OPERATORS_STAFF, _json),
    )
    return replace(found, operators=_read(folder / OPERATORS, _json), staff=staff)


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _open_layer(path: Path, name: str, meta: Mapping[str, Any], protected: frozenset[str]) -> Layer:
    """A layer by the path of its files without their suffix."""
    columns = _read(path.with_suffix(".arrow"), _columns)
    features = _read(path.with_suffix(".features"), FeatureFile)
    fields = {
        one["name"]: Field(
            **{**one, "allowed": tuple(one["allowed"])}, protected=one["name"] in protected
        )
        for one in meta["fields"]
    }
    return Layer(name, meta, fields, columns, features)


def _read(path: Path, reader: Callable[[Path], Content]) -> Content:
    """What a file of a snapshot holds."""
    try:
        return reader(path)
    except FileNotFoundError as error:
        problem = "is missing"
        cause: Exception = error
    except (OSError, ValueError) as error:  # pa.ArrowInvalid is a ValueError
        problem, cause = "cannot be read", error
    where = f"{path.name} {problem} in snapshot {path.parent.name[:12]}"
    raise SnapshotError(f"{where}: run `atlas build`") from cause


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _columns(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
