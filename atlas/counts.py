"""The counts that every command ends with: a table for people, one line of JSON for programs."""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from geo.core.progress import plain_console

AsJson = Annotated[
    bool, typer.Option("--json", help="Print the counts as one JSON object, on one line.")
]


def print_counts(as_json: bool, counts: Mapping[str, Any], tables: list[Table]) -> None:
    """Print what a command has done.

    Args:
        as_json: whether the output is one JSON object on one line, and nothing else.
        counts: numbers and names of the result; NaN becomes null.
        tables: the same for people; without any, the counts are one line.
    """
    if as_json:
        print(orjson.dumps(counts, option=orjson.OPT_NON_STR_KEYS).decode())
        return
    console = plain_console()
    for table in tables:
        console.print(table)
    if not tables:
        console.print(" · ".join(f"{name} {value}" for name, value in counts.items()))
    elif "snapshot" in counts:
        console.print(f"snapshot {counts['snapshot'][:12]}")
