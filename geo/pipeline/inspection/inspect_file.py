"""Inspect a file: header, columns, kinds, values, encoding, reference system."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from geo.core.errors import BadParameterError
from geo.pipeline.adapters.mapping import FILLED
from geo.pipeline.areas import read_areas
from geo.pipeline.geocoding.geocode import GeocodingReference
from geo.pipeline.ingest import ground_of
from geo.pipeline.inspection.columns import describe_columns, read_cells
from geo.pipeline.inspection.inspection import Inspection
from geo.pipeline.inspection.roles import assign_roles
from geo.pipeline.inspection.systems import GuessedSystem, guess_system
from geo.pipeline.inspection.values import LOOKED_UP, sort_values
from geo.pipeline.registers.reference_layers import References
from geo.readers import Table, open_tables
from geo.readers.layout import FOUND, Layout

_SORTED = (*LOOKED_UP, "operator_nationality", "cuisine")


def inspect_files(
    files: Sequence[Path],
    data: Path,
    layout: Layout = FOUND,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Inspection]:
    """Inspect the tables of some files.

    Args:
        files: CSV, XLSX, GeoJSON, folders and zips.
        data: the project's `data` folder.
        layout: where the header is, if that is known.
        columns: header by column of a record, where that is known; "" for none.

    Raises:
        BadParameterError: there is no such column of a record.
        InputFileError: a file is not a table.
    """
    for role in columns.keys() - set(FILLED):
        raise BadParameterError("column", role, sorted(FILLED))
    ground = ground_of(data, read_areas(data, References()), "ansan")
    for table in open_tables(files, layout=layout):
        yield inspect_table(table, ground, columns)


def inspect_table(
    table: Table, ground: GeocodingReference, known: Mapping[str, str] = MappingProxyType({})
) -> Inspection:
    """Inspect one table, read to its end."""
    cells = read_cells(table)
    columns = describe_columns(cells)
    roles = _with_known(assign_roles(columns), known, {column.header for column in columns})
    crs = guess_system(cells, roles, ground) if "x" in roles else GuessedSystem(table.crs, 1.0)
    if crs.swapped:
        roles = roles | {"x": roles["y"], "y": roles["x"]}
    by_header = {column.header: column for column in columns}
    values = {role: sort_values(role, by_header[roles[role]]) for role in _SORTED if role in roles}
    if (
        "category" not in known and "category" in roles and not values["category"][0]
    ):  # no trade is known: not a column of it
        roles = {role: header for role, header in roles.items() if role != "category"}
    return Inspection(
        name=table.name,
        encoding=table.encoding if table.delimiter else "",
        header_row=table.positions.of(1) - 1,
        rows=len(cells),
        broken=len(table.broken),
        columns=columns,
        roles=roles,
        crs=crs,
        known={role: known for role, (known, _) in values.items()},
        unknown={role: unknown for role, (_, unknown) in values.items() if unknown},
    )


def _with_known(
    roles: dict[str, str], known: Mapping[str, str], headers: Collection[str]
) -> dict[str, str]:
    """Return the roles as they are known; headers of other tables and "" name no column."""
    taken = set(known.values())
    others = {
        role: header for role, header in roles.items() if role not in known and header not in taken
    }
    roles = {**others, **{role: header for role, header in known.items() if header in headers}}
    placed = {"x", "y"} <= roles.keys()
    return {role: header for role, header in roles.items() if placed or role not in ("x", "y")}
