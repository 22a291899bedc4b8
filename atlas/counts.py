"""The counts that every command ends with: a table for people, one line of JSON for programs."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from geo.core.progress import plain_console

AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON on the last line.")]


def print_counts(as_json: bool, counts: Mapping[str, Any], tables: list[Table]) -> None:
    """Print what a command has done.

    Args:
        as_json: whether one JSON object ends the output.
        counts: numbers and names of the result.
        tables: the same for people; without any, the counts are one line.
    """
    console = plain_console()
    for table in tables:
        console.print(table)
    if as_json:
        print(json.dumps(counts, ensure_ascii=False))
    elif not tables:
        console.print(" · ".join(f"{name} {value}" for name, value in counts.items()))
    elif "snapshot" in counts:
        console.print(f"snapshot {counts['snapshot'][:12]}")
