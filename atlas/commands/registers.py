"""Look at tables and registers, compare them, review their pairs, and take them out again."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import data_folder, home_folder
from geo.core.progress import plain_console, show_progress
from geo.pipeline.printed_tables import (
    changes_table,
    compare_tables,
    inspection_tables,
    turnover_tables,
)

commands = typer.Typer()


@commands.command()
def review(
    write: Annotated[Path, typer.Argument(help="The .xlsx file to write.")],
    as_json: AsJson = False,
) -> None:
    """Write the pairs of businesses that the matching nearly decided otherwise, to be answered."""
    from geo.pipeline.review import write_review

    pairs = write_review(write, (data_folder(), home_folder()))
    counts = {str(now): int(count) for now, count in pairs["now"].value_counts().items()}
    print_counts(as_json, {"pairs": len(pairs), **counts}, [])


@commands.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or GeoJSON, as it came.")],
    write: Annotated[
        Path | None, typer.Option(help="Write the drafted mapping to a .toml file.")
    ] = None,
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook.")] = "",
    skip: Annotated[
        int | None, typer.Option(help="Rows above the header, where it is not found.", min=0)
    ] = None,
    header_rows: Annotated[
        int | None, typer.Option(help="Rows of the header: 1 or 2.", min=1, max=2)
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="FIELD=HEADER, where it is guessed wrongly.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a table holds, and draft a mapping for `atlas ingest table`."""
    from geo.core.atomic_file import atomic_file
    from geo.pipeline.inspection.draft import draft_mapping
    from geo.pipeline.inspection.inspect_file import inspect_files
    from geo.readers.layout import Layout

    layout = Layout(sheet, skip, header_rows)
    columns = dict(pair.partition("=")[::2] for pair in column or ())
    found = list(inspect_files([file], data_folder(), layout, columns))
    draft = draft_mapping(max(found, key=lambda inspection: inspection.rows))
    if write is not None:
        with atomic_file(write) as handle:
            handle.write(draft.encode())
    if as_json:
        tables = [{**table.plain(), "draft": draft_mapping(table)} for table in found]
        print_counts(as_json, {"tables": tables}, [])
        return
    console = plain_console(stderr=write is None)  # the draft alone is on standard output
    for inspection in found:
        for table in inspection_tables(inspection):
            console.print(table)
    print(f"{write}: a mapping to read and change\n" if write else draft, end="")


@commands.command()
def mapping(
    name: Annotated[str, typer.Argument(help="A ready mapping; without one, the template.")] = "",
) -> None:
    """Print a mapping file for `atlas ingest table`: the template, or a ready one to start from."""
    from geo.pipeline.adapters.mapping import mapping_text

    print(mapping_text(name), end="")


@commands.command()
def compare(as_json: AsJson = False) -> None:
    """Compare the lists of businesses: where they agree and where they do not."""
    from geo.pipeline.registers.compare import compare_registers
    from geo.snapshot.reader import open_current

    found = compare_registers(open_current(home_folder()))
    print_counts(as_json, found.plain(), compare_tables(found))


@commands.command()
def changes(
    write: Annotated[
        Path | None, typer.Option(help="Write the list with names to a .csv or .xlsx file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what opened, closed, moved and was renamed, and how long licensed businesses last."""
    from geo.core.atomic_file import atomic_file
    from geo.pipeline.areas import read_areas
    from geo.pipeline.registers.loaded_data import load_from_snapshot
    from geo.pipeline.registers.turnover import LISTED, list_changes, plain, turnover
    from geo.pipeline.written_table import check_table_file, write_table

    if write is not None:
        check_table_file("write", write)
    loaded = load_from_snapshot(home_folder())
    areas = read_areas(data_folder(), loaded.references)
    listed = list_changes(loaded.registers, areas.frame("dong"))
    if write is not None:
        with atomic_file(write) as to:
            write_table(LISTED, listed.to_numpy().tolist(), to, write.suffix.lower())
    found = [each for each in map(turnover, loaded.registers.values()) if each is not None]
    tables = [changes_table(listed)]
    for each in found:
        tables += turnover_tables(each)
    counts = {"changes": listed.to_dict("records"), "turnover": [plain(each) for each in found]}
    print_counts(as_json, counts, tables)


@commands.command()
def forget(
    source: Annotated[str, typer.Argument(help="A register, outline or table that was loaded.")],
    as_json: AsJson = False,
) -> None:
    """Take something that was loaded out again, of the atlas and of the snapshots before."""
    from geo.pipeline.registers.removal import remove_source

    with show_progress() as step:
        done = remove_source(source, (data_folder(), home_folder()), step)
    print_counts(as_json, {"forgotten": source, **asdict(done)}, [])
