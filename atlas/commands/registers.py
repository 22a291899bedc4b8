"""Load registers, boundaries and residents, compare them, and take them out again."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import data_folder, home_folder
from atlas.turns import By, NoWait
from geo.core.database import DatabaseAddress, database_address, is_database
from geo.core.errors import BadParameterError
from geo.core.progress import plain_console, show_progress
from geo.pipeline.loadable import LOADABLE
from geo.pipeline.printed_tables import (
    changes_table,
    compare_tables,
    ingest_tables,
    inspection_tables,
    turnover_tables,
)
from geo.snapshot.home_lock import Turn, lock_home

if TYPE_CHECKING:  # the pipeline is imported when a command runs
    from geo.pipeline.ingest import IngestResult

commands = typer.Typer()


@commands.command()
def ingest(
    source: Annotated[str, typer.Argument(help=f"One of {', '.join(LOADABLE)}.")],
    files: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders or zips, as published; or for table one of a database, "
            "postgresql://USER@HOST/DATABASE?table=NAME."
        ),
    ],
    area: Annotated[
        str, typer.Option(help="Registers: ansan, a gu or dong; semas: all or a city.")
    ] = "ansan",
    mapping: Annotated[
        str | None, typer.Option(help="table: a ready mapping's name, or a TOML file.")
    ] = None,
    layer: Annotated[str, typer.Option(help="boundaries: dong, zone or food-streets.")] = "dong",
    year: Annotated[
        int | None, typer.Option(help="residents: the year, where no column says it.")
    ] = None,
    definition: Annotated[
        str, typer.Option(help="residents: who counts, where no column says it.")
    ] = "",
    engine: Annotated[
        str, typer.Option(help="semas: spark://host:7077 reads and joins there; empty: here.")
    ] = "",
    older: Annotated[
        bool, typer.Option("--older", help="Registers: take a release older than the loaded one.")
    ] = False,
    rejects: Annotated[
        list[Path] | None, typer.Option(help="Write the rows set aside to a .csv or .xlsx file.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
    no_wait: NoWait = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Load a register, boundaries, residents, addresses or decisions, in one step."""
    from geo.pipeline.build import publish_all
    from geo.pipeline.country.engines import use_engine
    from geo.pipeline.register_catalogue import table_reader
    from geo.pipeline.rejects import saving_rejects

    paths, database = _inputs(source, files)
    options = _Options(area, mapping, layer, (year, definition), older, database)
    with (
        use_engine(engine),
        saving_rejects(rejects or (), paths, table_reader(source, mapping, database)) as save,
        show_progress() as step,
        lock_home(home_folder(), step, Turn(waits=not no_wait, by=by)),
    ):
        done = _prepare(source, paths, options, step)
        save(done.rejects)
        if not dry_run:
            publish_all(done.composed, home_folder(), step)
    counts = {
        **asdict(done.account),
        "dropped": dict(done.dropped),
        "details": {what: dict(counted) for what, counted in done.details.items()},
    }
    if dry_run:
        plain_console(stderr=True).print("dry run: nothing was written")
    print_counts(as_json, counts, ingest_tables(done))


@dataclass(frozen=True)
class _Options:
    """How files are read, each option for some kinds of source.

    Attributes:
        area: registers and addresses: what is loaded of them.
        mapping: tables: how their columns are called.
        layer: boundaries: which outlines they are.
        edition: residents: year and definition.
        older: registers: also take a release older than the loaded one.
        database: tables: one of a database, instead of files.
    """

    area: str
    mapping: str | None
    layer: str
    edition: tuple[int | None, str]
    older: bool
    database: DatabaseAddress | None = None


def _inputs(source: str, files: list[str]) -> tuple[list[Path], DatabaseAddress | None]:
    """Tell the address of a database from names of files.

    Raises:
        BadParameterError: the source reads no database, or there is something beside the address.
        DatabaseError: the address is none.
    """
    addresses = [database_address(file) for file in files if is_database(file)]
    if addresses and source != "table":
        raise BadParameterError("source", source, "table, with --mapping, for a database")
    if addresses and len(files) > 1:
        raise BadParameterError("files", len(files), "the address of one table alone, or files")
    return [] if addresses else [Path(file) for file in files], next(iter(addresses), None)


def _prepare(
    source: str, files: list[Path], options: _Options, on_step: Callable[[str], None]
) -> "IngestResult":
    """Prepare what the files of a source change, by the kind of source."""
    from geo.pipeline.ingest import prepare
    from geo.pipeline.ingest_addresses import prepare_addresses
    from geo.pipeline.ingest_reference import prepare_outlines, prepare_residents
    from geo.pipeline.register_catalogue import source_of
    from geo.pipeline.review import prepare_decisions

    places = (data_folder(), home_folder())
    if source == "boundaries":
        return prepare_outlines(files, options.layer, places, on_step)
    if source == "residents":
        return prepare_residents(files, options.edition, places, on_step)
    if source == "addresses":
        return prepare_addresses(files, options.area, places, on_step)
    if source == "decisions":
        return prepare_decisions(files, places, on_step)
    register = source_of(source, options.mapping, options.database)
    return prepare(register, files, options.area, places, on_step, older=options.older)


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
    from geo.pipeline.inspection.inspect_file import inspect_files
    from geo.readers.layout import Layout

    layout = Layout(sheet, skip, header_rows)
    columns = dict(pair.partition("=")[::2] for pair in column or ())
    found = list(inspect_files([file], data_folder(), layout, columns))
    draft = max(found, key=lambda inspection: inspection.rows).draft()
    if write is not None:
        with atomic_file(write) as handle:
            handle.write(draft.encode())
    if as_json:
        print_counts(as_json, {"tables": [inspection.plain() for inspection in found]}, [])
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
