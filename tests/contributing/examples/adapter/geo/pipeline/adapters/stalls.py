"""Stalls of markets, as a city publishes them."""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from geo.core.source import load_spec
from geo.pipeline.adapters.adapter import RegisterAdapter
from geo.pipeline.adapters.records import ParsedRecords, no_rows, records
from geo.readers.table import ROW, Table

SPEC: Final = load_spec(__file__, "stalls")


def parse_register(table: Table) -> Iterator[ParsedRecords]:
    """Parse the records of one file of stalls."""
    for batch in table.batches:
        cells = {name: pd.Series(batch.column(name), dtype="str") for name in table.header}
        made = records(
            key=cells["번호"],
            row=batch.column(ROW).to_numpy(),
            name_ko=cells["상호"],
            category=cells["업종"].map(SPEC.lookup_table("category", cells["업종"])),
            address_road=cells["주소"],
            x=cells["경도"].astype(float),
            y=cells["위도"].astype(float),
            status="open",
        )
        yield ParsedRecords(table.name, made, no_rows(), SPEC.crs)


ADAPTER: Final = RegisterAdapter(spec=SPEC, parse=parse_register)
