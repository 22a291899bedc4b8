"""The registers that `atlas ingest` knows, by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

import pandas as pd

from geo.core.errors import BadParameterError
from geo.core.prefetch import prefetch, rebatch
from geo.core.vocab import LOADABLE
from geo.pipeline.adapters import osm, permits, semas, table
from geo.pipeline.adapters.mapping import DERIVED, Mapping, load_mapping, ready_mappings
from geo.pipeline.adapters.records import Harvest, records
from geo.pipeline.registers.basemap import read_basemap
from geo.pipeline.registers.release import Source
from geo.readers import Table, open_tables

AT_ONCE: Final = 50_000  # rows that become a frame


def source_of(name: str, mapping: str | None) -> Source:
    """Return the source of a register by its name.

    Args:
        name: semas, permits, osm or table.
        mapping: for `table`, a ready mapping or the path of a mapping file.

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
        harvest, derives = partial(_mapped, chosen), chosen.key == DERIVED
        return Source(chosen.id, chosen.spec(), harvest, complete_in, derives_ids=derives)
    if mapping is not None:
        raise BadParameterError("mapping", mapping, "none: only `table` takes a mapping")
    if name == "semas":
        return Source(name, semas.SPEC, partial(_tables, semas.parse_register), complete_in="area")
    if name == "permits":
        return Source(name, permits.SPEC, partial(_tables, permits.parse_register), complete_in="")
    if name == "osm":
        return Source(name, osm.SPEC, _maps, complete_in="", ground=read_basemap)
    raise BadParameterError("source", name, LOADABLE)


def _tables(
    harvest: Callable[[Table], Iterator[Harvest]], files: Sequence[Path]
) -> Iterator[Harvest]:
    """Yield the records of all tables in the files, and the rows that could not be parsed."""
    for opened in open_tables(files):
        yield from harvest(replace(opened, batches=prefetch(rebatch(opened.batches, AT_ONCE))))
        yield _broken(opened)


def _mapped(mapping: Mapping, files: Sequence[Path]) -> Iterator[Harvest]:
    """Yield records as `_tables` does, without the text of unparsed rows, which may be private."""
    for opened in open_tables(files):
        yield from table.parse_register(opened, mapping)
        broken = _broken(opened)
        yield replace(broken, aside=broken.aside.assign(text=""))


def _broken(read: Table) -> Harvest:
    rows = pd.DataFrame(read.broken, columns=["row", "reason", "text"])
    return Harvest(read.name, records(key=[], row=[]), rows, "")


def _maps(files: Sequence[Path]) -> Iterator[Harvest]:
    for path in files:
        yield from osm.parse_register(path)
