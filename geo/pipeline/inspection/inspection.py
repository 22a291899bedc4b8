"""What an inspection finds in a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.pipeline.inspection.columns import Column
from geo.pipeline.inspection.systems import GuessedSystem


@dataclass(frozen=True)
class Inspection:
    """What a table holds.

    Attributes:
        name: file, and sheet where there are several.
        encoding: of the text; "" for workbooks and JSON.
        header_row: of the spreadsheet, the last one where there are two.
        rows: rows that can be read.
        broken: rows that cannot.
        columns: in their order.
        roles: header by column of a record.
        crs: of the coordinates, as far as it can be guessed.
        known: value of the atlas by spelling, by column of a record.
        unknown: count by spelling that nothing knows, by column of a record.
    """

    name: str
    encoding: str
    header_row: int
    rows: int
    broken: int
    columns: Sequence[Column]
    roles: dict[str, str]
    crs: GuessedSystem
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return all of it as values of JSON."""
        return {
            "name": self.name,
            "encoding": self.encoding,
            "header_row": self.header_row,
            "rows": self.rows,
            "broken": self.broken,
            "crs": self.crs.crs,
            "columns": [
                {
                    "header": column.header,
                    "column": next((r for r, h in self.roles.items() if h == column.header), None),
                    "kind": column.kind,
                    "filled": column.filled,
                    "distinct": len(column.values),
                    "samples": list(column.samples),
                }
                for column in self.columns
            ],
            "known": self.known,
            "unknown": self.unknown,
        }
