"""Export of all layers into a schema of a PostGIS database, which takes the place of the last one.

Everything happens in one transaction: the layers are written into a new schema, and at its end two
schemas change their names. Readers see the old layers until then and the new ones after it, and a
failure leaves nothing. Only public layers are written, as the service answers them to anybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import shapely

from geo.core.database import (
    NAME_BYTES,
    DatabaseAddress,
    DatabaseError,
    connect,
    identifier,
    literal,
    rows,
    run,
)
from geo.core.progress import Step
from geo.serving.formats.batches import Selection, batches, schema_of
from geo.serving.formats.export import licence_notices
from geo.serving.formats.postgis_statements import FOREIGN, GRANTS
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot, open_current

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

DEFAULT_SCHEMA: Final = "atlas"
GEOMETRY: Final = "geom"
MARK: Final = "Ansan Atlas, snapshot "  # begins the comment of a schema that may be replaced
_BEFORE: Final = "_before_"  # in the name of a schema whose place another took
_SRID: Final = 4326
_TYPES: Final = {
    "string": "text",
    "date": "text",  # a day, a month or a year: never made more exact than its source
    "boolean": "boolean",
    "integer": "bigint",
    "number": "double precision",
    "list": "text[]",
}
_WAIT: Final = "5s"  # for readers of the old tables, before they are left to the next export
_LOCKED: Final = "55P03"


@dataclass(frozen=True)
class DatabaseExport:
    """What was written into a database.

    Attributes:
        schema: where the tables are.
        snapshot: its id, as `/health` has it.
        counts: rows by layer.
        still_read: whether readers hold old tables, which the next export removes.
    """

    schema: str
    snapshot: str
    counts: dict[str, int]
    still_read: bool


def export_database(
    home: Path, address: DatabaseAddress, on_step: Callable[[str], None] = lambda _: None
) -> DatabaseExport:
    """Write all public layers of the current snapshot into a schema of a database.

    Args:
        home: where snapshots live.
        address: the database; its `schema` is made, or replaced if an export wrote it.
        on_step: told what happens next.

    Raises:
        DatabaseError: the database cannot be reached or refuses; nothing in it has changed.
        SnapshotError: nothing has been built yet.
    """
    if address.table:
        raise DatabaseError("an export writes all layers: name a schema in the address, no table")
    schema = address.schema or DEFAULT_SCHEMA
    snapshot = open_current(home)
    with connect(address) as connection:
        target = _target(connection, schema)
        for layer in snapshot.layers.values():
            _write(connection, target, (snapshot, layer), on_step)
        on_step("switching schemas")
        _describe_schema(connection, target, snapshot)
        _swap(connection, target)
        connection.commit()
        still_read = _remove_old(connection, schema)
    counts = {name: layer.count for name, layer in snapshot.layers.items()}
    return DatabaseExport(schema, snapshot.version, counts, still_read)


@dataclass(frozen=True)
class _Target:
    """Where the layers go: the schema, the one they are written into, the one PostGIS is in."""

    schema: str
    new: str
    old: str
    postgis: str
    replaces: bool


def _target(connection: "Connection", schema: str) -> _Target:
    """Check the database and the schema, and make the new one.

    Raises:
        DatabaseError: no UTF-8, no PostGIS, an export that is not done yet, or a schema that holds
            what no export wrote.
    """
    token = token_hex(4)
    new, old = f"{schema}_next_{token}", f"{schema}{_BEFORE}{token}"
    if len(old.encode()) > NAME_BYTES:
        raise DatabaseError(f"the name of the schema, {schema}, is too long: give it a shorter one")
    ((encoding,),) = rows(connection, "SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        raise DatabaseError(
            f"the database holds text as {encoding}, which lacks letters of the layers: make one "
            "with ENCODING 'UTF8'"
        )
    found = rows(
        connection,
        "SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace "
        "WHERE extname = 'postgis'",
    )
    if not found:
        raise DatabaseError("the database has no PostGIS: its owner runs CREATE EXTENSION postgis")
    lock = f"SELECT pg_try_advisory_xact_lock(hashtext({literal(MARK + schema)}))"
    if not rows(connection, lock)[0][0]:
        raise DatabaseError(f"another export is writing the schema {schema}: wait for its end")
    replaces = _may_replace(connection, schema)
    run(connection, f"CREATE SCHEMA {identifier(new)}")
    return _Target(schema, new, old, str(found[0][0]), replaces)


def _may_replace(connection: "Connection", schema: str) -> bool:
    """Check whether there is such a schema, of an earlier export.

    Raises:
        DatabaseError: it, or something in it or made from it, is not of an export.
    """
    comments = rows(
        connection,
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1",
        [schema],
    )
    if not comments:
        return False
    if not str(comments[0][0]).startswith(MARK):
        raise DatabaseError(
            f"the schema {schema} is there, and no export wrote it: name another in the address"
        )
    foreign = rows(connection, FOREIGN, [schema, MARK])
    if foreign:
        raise DatabaseError(
            f"{foreign[0][0]} is or uses a table of the schema {schema}, which this export "
            "replaces: move it, or name another schema in the address"
        )
    return True


def _write(
    connection: "Connection",
    target: _Target,
    what: tuple[Snapshot, Layer],
    on_step: Callable[[str], None],
) -> None:
    """Write a layer as a table, with its indexes and comments."""
    snapshot, layer = what
    table = identifier(target.new, layer.id)
    run(connection, f"CREATE TABLE {table} ({', '.join(_columns(target, layer))})")
    selection = Selection(layer, np.arange(layer.count), list(layer.fields))
    schema = schema_of(selection).append(pa.field(GEOMETRY, pa.binary()))
    reader = pa.RecordBatchReader.from_batches(schema, _batches(selection, schema, on_step))
    with connection.cursor() as cursor:
        cursor.adbc_ingest(layer.id, reader, mode="append", db_schema_name=target.new)
    on_step(f"indexing {layer.id}")
    run(connection, f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
    run(connection, f"CREATE INDEX ON {table} USING gist ({GEOMETRY})")
    for statement in _comments(table, snapshot, layer):
        run(connection, statement)
    run(connection, f"ANALYZE {table}")


def _columns(target: _Target, layer: Layer) -> Iterator[str]:
    yield "id text"
    for field in layer.fields.values():
        yield f"{identifier(field.name)} {_TYPES[field.type]}"
    shape = layer.meta["geometry"] if layer.meta["geometry"] == "Point" else "Geometry"
    yield f"{GEOMETRY} {identifier(target.postgis)}.geometry({shape}, {_SRID})"


def _batches(
    selection: Selection, schema: pa.Schema, on_step: Callable[[str], None]
) -> Iterator[pa.RecordBatch]:
    layer, done = selection.layer, 0
    for batch in batches(selection):
        on_step(Step(f"writing {layer.id}", done, layer.count))
        shapes = shapely.to_wkb(shapely.set_srid(batch.shapes, _SRID), include_srid=True)
        columns = [*batch.table.columns, pa.array(shapes, pa.binary())]
        yield from pa.table(columns, schema=schema).combine_chunks().to_batches()
        done += len(batch.table)


def _comments(table: str, snapshot: Snapshot, layer: Layer) -> Iterator[str]:
    """Write comments: snapshot, title and licences of the table, the meaning of its columns."""
    notices = licence_notices(snapshot, layer.id)
    lines = [f"{MARK}{snapshot.version}", f"{layer.meta['title']}. {layer.meta['description']}"]
    yield f"COMMENT ON TABLE {table} IS {literal(chr(10).join([*lines, *notices]))}"
    for field in layer.fields.values():
        column = f"{table}.{identifier(field.name)}"
        yield f"COMMENT ON COLUMN {column} IS {literal(field.description)}"


def _describe_schema(connection: "Connection", target: _Target, snapshot: Snapshot) -> None:
    comment = literal(f"{MARK}{snapshot.version}")
    run(connection, f"COMMENT ON SCHEMA {identifier(target.new)} IS {comment}")


def _swap(connection: "Connection", target: _Target) -> None:
    """Give the new schema the name and the rights of the old one."""
    if target.replaces:
        for (grant,) in rows(connection, GRANTS, [target.schema, target.new]):
            run(connection, grant)
        _rename(connection, target.schema, target.old)
    _rename(connection, target.new, target.schema)


def _rename(connection: "Connection", name: str, to: str) -> None:
    run(connection, f"ALTER SCHEMA {identifier(name)} RENAME TO {identifier(to)}")


def _remove_old(connection: "Connection", schema: str) -> bool:
    """Remove schemas whose place another took; return whether readers still hold one."""
    from adbc_driver_manager import Error

    start = f"{schema}{_BEFORE}"
    found = rows(
        connection,
        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1) "
        "AND starts_with(obj_description(oid, 'pg_namespace'), $2)",
        [start, MARK],
    )
    try:
        run(connection, f"SET LOCAL lock_timeout = '{_WAIT}'")
        for (name,) in found:
            run(connection, f"DROP SCHEMA {identifier(name)} CASCADE")
        connection.commit()
    except Error as error:
        connection.rollback()
        if error.sqlstate != _LOCKED:
            raise
        return True
    return False
