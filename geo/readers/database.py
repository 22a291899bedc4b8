"""Read a table or view of a PostgreSQL database as a table of text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from geo.core.database import (
    DatabaseAddress,
    DatabaseError,
    connect,
    failed,
    identifier,
    literal,
    rows,
)
from geo.readers.errors import NoRowsError
from geo.readers.table import GEOMETRY, Table, clean_header, record_batch

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

BETWEEN: Final = "|"  # the members of a list, as in the CSV of an export
_ZONE: Final = "Asia/Seoul"  # of days, where a point in time is stored
_DAY: Final = "CASE WHEN {0} = date_trunc('day', {0}) THEN {0}::date::text ELSE {0}::text END"
_AS_TEXT: Final = {
    "bool": "CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' END",
    "numeric": "trim_scale({0})::text",
    "timestamp": _DAY,
    "timestamptz": _DAY.format(f"({{0}} AT TIME ZONE '{_ZONE}')"),
}
_GEOMETRIES: Final = ("geometry", "geography")
_COLUMNS: Final = """
SELECT attname, typname, typcategory, nspname
FROM pg_attribute JOIN pg_type t ON t.oid = atttypid JOIN pg_namespace n ON n.oid = typnamespace
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_KEY: Final = """
SELECT attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
WHERE indrelid = to_regclass($1) AND indisprimary AND attnum = ANY (indkey) ORDER BY attnum
"""
_OTHERS: Final = """
SELECT table_schema || '.' || table_name FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
  AND table_name NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')
ORDER BY 1 LIMIT 5
"""


class _Column(NamedTuple):
    name: str
    type: str
    category: str
    namespace: str

    @property
    def drawn(self) -> bool:
        return self.type in _GEOMETRIES


def database_table(address: DatabaseAddress) -> Table:
    """Open a table or view of a database; lists are joined by |, a geometry is GeoJSON.

    Its rows are in the order of the primary key, or of all cells, so that they have the same
    numbers whenever it is read.

    Raises:
        DatabaseError: no table is named, there is none of the name, or it cannot be read.
        InputFileError: it holds no row, or its columns are no header; here or from `Table.batches`.
    """
    if not address.table:
        raise DatabaseError("the address names no table: end it with ?table=NAME")
    table = _qualified(address)
    with connect(address) as connection:
        columns = _columns(connection, address, table)
        keys = [name for (name,) in rows(connection, _KEY, [table])]
        crs = _crs(connection, table, columns)
    name = ".".join(filter(None, (address.schema, address.table)))
    header = clean_header(name, [GEOMETRY if each.drawn else each.name for each in columns])
    query = _query(table, columns, keys)
    return Table(name, "utf-8", "", header, _batches(address, query, header), [], [], crs)


def _qualified(address: DatabaseAddress) -> str:
    """Quote the name of the table: of the schema in the address, or as `schema.table`."""
    schema, table = address.schema, address.table
    if not schema:
        schema, _, table = table.rpartition(".")
    return identifier(*filter(None, (schema, table)))


def _columns(connection: "Connection", address: DatabaseAddress, table: str) -> list[_Column]:
    """List the columns; of several geometries the first alone.

    Raises:
        DatabaseError: there is no such table.
    """
    found = [_Column(*row) for row in rows(connection, _COLUMNS, [table])]
    if not found:
        others = ", ".join(name for (name,) in rows(connection, _OTHERS))
        raise DatabaseError(
            f"{address.shown}: there is no table {table}; it has {others or 'none'}"
        )
    drawn = [column for column in found if column.drawn]
    return [column for column in found if column not in drawn[1:]]


def _crs(connection: "Connection", table: str, columns: list[_Column]) -> str:
    """Return the reference system of the geometries; "" where there are none or it is not known.

    Raises:
        DatabaseError: they are in several.
    """
    drawn = next((column for column in columns if column.drawn), None)
    if drawn is None:
        return ""
    name = identifier(drawn.name)
    srid, kind, systems = (
        identifier(drawn.namespace, each) for each in ("st_srid", "geometry", "spatial_ref_sys")
    )
    found = rows(
        connection,
        "SELECT coalesce(auth_name || ':' || auth_srid, '') "  # noqa: S608 # quoted names
        f"FROM (SELECT DISTINCT {srid}({name}::{kind}) AS srid "
        f"FROM {table} WHERE {name} IS NOT NULL) used LEFT JOIN {systems} USING (srid)",
    )
    if len(found) > 1:
        several = ", ".join(sorted(system or "an unknown one" for (system,) in found))
        raise DatabaseError(
            f"the geometries of {table} are in several systems ({several}): make a view with "
            "ST_Transform"
        )
    return str(found[0][0]) if found else ""


def _query(table: str, columns: list[_Column], keys: list[str]) -> str:
    cells = ", ".join(f"coalesce({_text(column)}, '')" for column in columns)
    places = ", ".join(str(place) for place in range(1, len(columns) + 1))
    order = ", ".join(identifier(key) for key in keys) or places
    return f"SELECT {cells} FROM {table} ORDER BY {order}"  # noqa: S608 # quoted names


def _text(column: _Column) -> str:
    """Return the expression of a column as text, as a CSV file would have it."""
    name = identifier(column.name)
    if column.drawn:
        function, kind = (
            identifier(column.namespace, each) for each in ("st_asgeojson", "geometry")
        )
        return f"{function}({name}::{kind}, 15, 0)"
    if column.category == "A":
        return f"array_to_string({name}, {literal(BETWEEN)})"
    return _AS_TEXT.get(column.type, "{0}::text").format(name)


def _batches(
    address: DatabaseAddress, query: str, header: tuple[str, ...]
) -> Iterator[pa.RecordBatch]:
    done = 0
    with connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        for batch in _stream(address, cursor.fetch_record_batch()):
            if len(batch):
                numbers = pa.array(range(done + 1, done + len(batch) + 1), pa.int64())
                yield record_batch(batch.columns, header, numbers)
                done += len(batch)
    if not done:
        raise NoRowsError(address.table, "holds no row", "name a table with rows")


def _stream(address: DatabaseAddress, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Yield what a query streams.

    Raises:
        DatabaseError: the database fails on the way, or the connection is lost.
    """
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (OSError, pa.ArrowException) as error:
            raise failed(address, error) from error
        yield batch
