"""The declaration of a register: whose it is, and how its files become records."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import geopandas as gpd
from pydantic import model_validator

from geo.core.declarations import Declaration
from geo.core.source import Spec
from geo.pipeline.adapters.records import ParsedRecords
from geo.readers.table import Table


class RegisterAdapter(Declaration):
    """A register that `atlas ingest` loads; the name of its module is its id.

    Attributes:
        spec: who publishes it, from the TOML file beside the module.
        parse: yields the records of one table, for registers that come as tables.
        parse_files: yields the records of files of another kind.
        complete_in: where it lists every business: all of the `area` it is loaded for, the
            `zone` alone, or nowhere ("").
        ground: roads, buildings and stations in the files, where they may hold such.
        copy_in_data: the source in `data/` that is a copy of it and gives way to it.
        whole_country: whether it may be loaded for all of Korea (`--area all`).
    """

    spec: Spec
    parse: Callable[[Table], Iterator[ParsedRecords]] | None = None
    parse_files: Callable[[Sequence[Path]], Iterator[ParsedRecords]] | None = None
    complete_in: Literal["area", "zone", ""] = ""
    ground: Callable[[Sequence[Path], gpd.GeoDataFrame], gpd.GeoDataFrame] | None = None
    copy_in_data: str = ""
    whole_country: bool = False

    @model_validator(mode="after")
    def _check_reading(self) -> "RegisterAdapter":
        if (self.parse is None) == (self.parse_files is None):
            raise ValueError("`parse` for tables or `parse_files` for other files, one of the two")
        return self
