"""The registers that `atlas ingest` knows, by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import pandas as pd

from geo.core.database import DatabaseAddress
from geo.core.declarations import not_allowed
from geo.core.errors import BadParameterError, SourceChangedError
from geo.core.prefetch import prefetch, rebatch
from geo.core.vocab import CATEGORIES, HALAL
from geo.pipeline.adapters import table
from geo.pipeline.adapters.catalogue import ADAPTERS
from geo.pipeline.adapters.mapping import DERIVED, Mapping, load_mapping, ready_mappings
from geo.pipeline.adapters.records import ParsedRecords, records
from geo.pipeline.loadable import LOADABLE
from geo.pipeline.registers.release import Source
from geo.readers import Table, open_tables
from geo.readers.database import database_table

CLOSED_LISTS: Final = {"category": CATEGORIES, "halal": HALAL, "status": ("open", "closed")}
AT_ONCE: Final = 50_000  # rows that become a frame
_ALL: Final = slice(0, None)
_Parser = Callable[[Table], Iterator[ParsedRecords]]
Opener = Callable[[Sequence[Path]], Iterator[Table]]


def source_of(name: str, mapping: str | None, database: DatabaseAddress | None = None) -> Source:
    """Return the source of a register by its name.

    Args:
        name: of an adapter, or table.
        mapping: for `table`, a ready mapping or the path of a mapping file.
        database: for `table`, the table of a database that is read instead of files.

    Raises:
        BadParameterError: no such register; or a mapping is missing, or out of place.
        MappingError: the mapping cannot be used.
    """
    if name == "table":
        if mapping is None:
            allowed = f"a mapping file, or one of {', '.join(ready_mappings())}"
            raise BadParameterError("mapping", None, allowed)
        chosen = load_mapping(mapping)
        complete_in: Literal["zone", ""] = "zone" if chosen.complete else ""
        parse_files = partial(_mapped, chosen, _opener(chosen, database))
        derives = chosen.key == DERIVED
        return Source(chosen.id, chosen.spec(), parse_files, complete_in, derives_ids=derives)
    if mapping is not None:
        raise BadParameterError("mapping", mapping, "none: only `table` takes a mapping")
    if name not in ADAPTERS:
        raise BadParameterError("source", name, LOADABLE)
    adapter = ADAPTERS[name]
    read = partial(_tables, adapter.parse) if adapter.parse else adapter.parse_files
    assert read is not None  # noqa: S101 # an adapter has one of the two
    return Source(
        name,
        adapter.spec,
        partial(_verified, name, read),
        adapter.complete_in,
        adapter.ground,
        parse_table=partial(_verified_table, name, adapter.parse) if adapter.parse else None,
    )


def table_reader(
    name: str, mapping: str | None, database: DatabaseAddress | None = None
) -> Opener | None:
    """Return what opens the files of a source as tables; None where they are none."""
    if name in ADAPTERS and ADAPTERS[name].parse is None:
        return None
    if name == "table" and mapping is not None:
        return _opener(load_mapping(mapping), database)
    return open_tables


def _opener(mapping: Mapping, database: DatabaseAddress | None) -> Opener:
    if database is not None:
        return partial(_database_tables, database)
    return partial(open_tables, layout=mapping.layout())


def _database_tables(database: DatabaseAddress, _: Sequence[Path]) -> Iterator[Table]:
    yield database_table(database)


def _verified(
    name: str, read: Callable[[Sequence[Path]], Iterator[ParsedRecords]], files: Sequence[Path]
) -> Iterator[ParsedRecords]:
    """Yield what an adapter reads, and name the adapter where that is no record.

    Raises:
        DeclarationError: a word of a closed list is none of it.
        SourceChangedError: the adapter looks for a column that there is not.
    """
    file = f"geo/pipeline/adapters/{name.replace('-', '_')}.py"
    try:
        for batch in read(files):
            for column, allowed in CLOSED_LISTS.items():
                for value in batch.frame[column].dropna().unique():
                    if value not in allowed:
                        raise not_allowed(file, column, value, allowed)
            yield batch
    except KeyError as error:
        raise SourceChangedError(f"{file}: its table has no {error}") from error


def _verified_table(
    name: str, parse: _Parser, files: Sequence[Path], place: int
) -> Iterator[ParsedRecords]:
    """Yield the records of the table in the files that has this place."""
    return _verified(name, partial(_tables, parse, places=slice(place, place + 1)), files)


def _tables(parse: _Parser, files: Sequence[Path], places: slice = _ALL) -> Iterator[ParsedRecords]:
    """Yield the records of all tables in the files, and the rows that could not be parsed."""
    for opened in islice(open_tables(files), places.start, places.stop):
        yield from parse(replace(opened, batches=prefetch(rebatch(opened.batches, AT_ONCE))))
        yield _broken(opened)


def _mapped(mapping: Mapping, opened_as: Opener, files: Sequence[Path]) -> Iterator[ParsedRecords]:
    """Yield records as `_tables` does, without the text of unparsed rows, which may be private."""
    for opened in opened_as(files):
        yield from table.parse_register(opened, mapping)
        broken = _broken(opened)
        yield replace(broken, rejects=broken.rejects.assign(text=""))


def _broken(read: Table) -> ParsedRecords:
    rows = pd.DataFrame(read.broken, columns=["row", "reason", "text"])
    return ParsedRecords(read.name, records(key=[], row=[]), rows, "")
