"""Reading a published snapshot: columns mapped from disk, features as ready GeoJSON bytes.

Serving needs neither GeoPandas nor a GeoJSON encoder: a query is a choice of rows, an answer is a
gather of byte slices out of one file.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from geo.core.errors import SnapshotError
from geo.snapshot.columns import CheckedColumns, Columns
from geo.snapshot.feature_file import FeatureFile
from geo.snapshot.integrity import check_file, read_manifest
from geo.snapshot.layer import Field, Layer
from geo.snapshot.part_index import SUFFIX, PartIndex
from geo.snapshot.parted_layer import LayerPart, PartedLayer
from geo.snapshot.point_index import BBox
from geo.snapshot.read_lock import ReadLock

GROUND = "ground.json"
OPERATORS = "operators.json"
OPERATORS_STAFF = "operators-staff.json"
CHANGES = "changes.json"
CHANGES_STAFF = "changes-staff.json"
STAFF_LAYER = "staff-businesses"
_FOR_ALL = (GROUND, OPERATORS, CHANGES)  # tables that anybody may see; all others are for staff

_BUILD = "run `atlas build`"

Content = TypeVar("Content")


@dataclass(frozen=True)
class Snapshot:
    """One published state of the atlas; immutable.

    Attributes:
        id: content hash, the same for the same data.
        manifest: counts, sources, licences, account of rows, class breaks, sha256 of each file.
        layers: the layers by collection id.
        ground: roads, buildings and stations under the maps, as
            `geo.pipeline.registers.basemap.drawn` writes them; empty where none were loaded.
        version: as `id`, but of the public part alone: it reveals nothing of the rest.
        operators: counts of who runs businesses: the `rule`, the `register` and `rows` as
            `geo.pipeline.disclosure.tables` makes them; empty where no register says it.
        changes: what registers opened and closed: `compared`, `counts`, `turnover` and `releases`
            as `geo.pipeline.registers.change_tables` makes them, for staff also `names`; empty
            where no register is loaded.
        staff: the same for staff; None where nothing is for them alone.
        lock: keeps the files from being removed for as long as this is in use.
    """

    id: str
    manifest: Mapping[str, Any]
    layers: Mapping[str, Layer]
    ground: bytes = b""
    version: str = ""
    operators: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    staff: "Snapshot | None" = None
    lock: ReadLock | None = field(default=None, repr=False, compare=False)


def open_current(home: Path) -> Snapshot:
    """Open the snapshot that `home/current` points to.

    Raises:
        SnapshotError: there is none, or it is not complete.
    """
    current = home / "current"
    if not current.exists():
        raise SnapshotError(f"no snapshot in {home}: run `atlas build` first")
    return open_snapshot(current.resolve())


def open_snapshot(folder: Path) -> Snapshot:
    """Open the snapshot in a folder.

    Raises:
        SnapshotError: the manifest is of another format or lacks a field, or a file is missing or
            is not what the manifest says.
    """
    manifest = read_manifest(folder)
    try:
        return _open(folder, manifest)
    except (KeyError, TypeError, AttributeError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise SnapshotError(
            f"the manifest is not as it must be ({problem}): run `atlas build`"
        ) from error


def _open(folder: Path, manifest: Mapping[str, Any]) -> Snapshot:
    lock = ReadLock(folder)
    hidden = manifest.get("protected", {}).get("properties", {})
    layers = {
        name: _open_layer(folder, (name, meta, meta["files"]), frozenset(hidden.get(name, ())))
        for name, meta in manifest["layers"].items()
    }
    tables = manifest["tables"]
    ground = _table(folder, GROUND, tables, Path.read_bytes) if GROUND in tables else b""
    version = _digest(public_part(manifest))
    snapshot = Snapshot(folder.name, manifest, layers, ground, version, lock=lock)
    return _with_changes(folder, _with_operators(folder, snapshot, hidden) if hidden else snapshot)


def public_part(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest without the tables that are for staff alone."""
    tables = manifest["tables"]
    return {**manifest, "tables": {name: tables[name] for name in _FOR_ALL if name in tables}}


def _with_operators(
    folder: Path, snapshot: Snapshot, hidden: Mapping[str, Sequence[str]]
) -> Snapshot:
    """Add the tables of who runs businesses, and the snapshot for staff where its files are."""
    businesses, tables = snapshot.layers["businesses"], snapshot.manifest["tables"]
    if OPERATORS_STAFF not in tables:  # the public part alone
        return replace(snapshot, operators=_table(folder, OPERATORS, tables, _json))
    # The same rows in the same parts, of which those with other values have files of their own.
    parts = [_staff_part(part, tables, hidden[businesses.id]) for part in businesses.meta["parts"]]
    meta = {**businesses.meta, "parts": parts}
    own = _open_layer(folder, (businesses.id, meta, {**meta["files"], **tables}), frozenset())
    staff = replace(
        snapshot,
        layers={**snapshot.layers, businesses.id: own},
        version=_digest([snapshot.id, "staff"]),
        operators=_table(folder, OPERATORS_STAFF, tables, _json),
    )
    return replace(snapshot, operators=_table(folder, OPERATORS, tables, _json), staff=staff)


def _staff_part(
    part: Mapping[str, Any], tables: Mapping[str, str], hidden: Sequence[str]
) -> dict[str, Any]:
    """Describe a part for staff: it shares the index of the public one but for what that hides."""
    indexed = [name for name in part.get("indexed", ()) if name not in hidden]
    stem = STAFF_LAYER + part["name"].removeprefix("businesses")
    if f"{stem}.arrow" not in tables:
        return {**part, "indexed": indexed}
    values = {name: held for name, held in part["values"].items() if name not in hidden}
    own = {"stem": stem, "blocks": [], "hashed": 0, "columns": [], "values": values}
    return {**part, "indexed": indexed, **own}


def _with_changes(folder: Path, snapshot: Snapshot) -> Snapshot:
    """Add what registers opened and closed, to the snapshot for staff with names."""
    tables = snapshot.manifest["tables"]
    if CHANGES not in tables:
        return snapshot
    counts = _table(folder, CHANGES, tables, _json)
    if CHANGES_STAFF not in tables:  # the public part alone
        return replace(snapshot, changes=counts)
    names = _table(folder, CHANGES_STAFF, tables, _json)
    staff = snapshot.staff or replace(snapshot, version=_digest([snapshot.id, "staff"]))
    return replace(snapshot, changes=counts, staff=replace(staff, changes={**counts, **names}))


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _open_layer(
    folder: Path,
    about: tuple[str, Mapping[str, Any], Mapping[str, str]],
    protected: frozenset[str],
) -> Layer:
    """Open a layer by the folder of its files, its id, meta and their hashes.

    The only part of a layer is read at once, those of a large one when a question needs them.
    """
    name, meta, hashes = about
    fields = {
        field["name"]: Field(
            **{**field, "allowed": tuple(field["allowed"])}, protected=field["name"] in protected
        )
        for field in meta["fields"]
    }
    parts = [(folder / part.get("stem", part["name"]), part) for part in meta["parts"]]
    if not parts or sum(part["rows"] for _, part in parts) != meta["count"]:
        raise SnapshotError(f"the parts of {name} are not what the manifest says: {_BUILD}")
    if len(parts) == 1:
        return _open_part(*parts[0], (name, meta, hashes), fields)
    return PartedLayer(
        name, meta, fields, [_layer_part(*part, (name, meta, hashes), fields) for part in parts]
    )


def _layer_part(
    path: Path,
    part: Mapping[str, Any],
    about: tuple[str, Mapping[str, Any], Mapping[str, str]],
    fields: Mapping[str, Field],
) -> LayerPart:
    """Describe a part whose files are there, and open them later."""
    for suffix in (".arrow", ".features"):
        _read(path.with_name(path.name + suffix), Path.stat)
    index = _part_index(path.parent, part)
    return LayerPart(
        part["rows"],
        BBox(*part["bbox"]) if part["bbox"] else None,
        (part["ids"][0], part["ids"][1]),
        {name: frozenset(values) for name, values in part["values"].items()},
        partial(_open_part, path, part, about, fields, index),
        index,
    )


def _part_index(folder: Path, part: Mapping[str, Any]) -> PartIndex | None:
    """Describe the index of a part, which is that of the public one also for staff."""
    blocks: Sequence[str] = part.get("index", ())
    if not blocks:
        return None
    path = folder / f"{part['name']}{SUFFIX}"
    _read(path, Path.stat)
    return PartIndex(path, blocks, part["indexed"], part["keys"])


def _open_part(
    path: Path,
    part: Mapping[str, Any],
    about: tuple[str, Mapping[str, Any], Mapping[str, str]],
    fields: Mapping[str, Field],
    index: PartIndex | None = None,
) -> Layer:
    """Open a part of a layer as a layer of its own."""
    name, meta, hashes = about
    columns = _part_columns(path.with_name(f"{path.name}.arrow"), part, hashes)
    features = _part_features(path.with_name(f"{path.name}.features"), part, hashes, index)
    lacking = sorted(fields.keys() - set(columns.column_names))
    if lacking or len(columns) != part["rows"]:
        raise SnapshotError(f"{path.name}.arrow is not what the manifest says: {_BUILD}")
    return Layer(name, meta, fields, columns, features, index)


def _part_columns(file: Path, part: Mapping[str, Any], hashes: Mapping[str, str]) -> Columns:
    """Open the columns of a part: those of a layer in parts are checked one by one."""
    blocks: Sequence[str] = part.get("columns", ())
    if not blocks:
        columns: Columns = _table(file.parent, file.name, hashes, _columns)
        return columns
    return _read(file, lambda file: CheckedColumns(file, blocks))


def _part_features(
    file: Path, part: Mapping[str, Any], hashes: Mapping[str, str], index: PartIndex | None
) -> FeatureFile:
    """Open the features of a part, checked block by block or all at once."""
    if index is not None and part.get("hashed"):
        return _read(file, lambda file: FeatureFile(file, index.digests, part["hashed"]))
    if part["blocks"]:
        blocks = [bytes.fromhex(digest) for digest in part["blocks"]]
        return _read(file, lambda file: FeatureFile(file, blocks))
    return _table(file.parent, file.name, hashes, FeatureFile)


def _table(
    folder: Path, name: str, hashes: Mapping[str, str], reader: Callable[[Path], Content]
) -> Content:
    """Read a file after checking that it is what the manifest says."""

    def read(path: Path) -> Content:
        check_file(path, hashes[name])
        return reader(path)

    return _read(folder / name, read)


def _read(path: Path, reader: Callable[[Path], Content]) -> Content:
    """Read a file of a snapshot."""
    try:
        return reader(path)
    except FileNotFoundError as error:
        raise SnapshotError(f"{path.name} is missing: run `atlas build`") from error
    except (OSError, ValueError) as error:  # pa.ArrowInvalid is a ValueError
        raise SnapshotError(f"{path.name} cannot be read: run `atlas build`") from error


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _columns(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
