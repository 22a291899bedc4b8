"""Load a register, boundaries, residents, addresses or decisions."""

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
from geo.core.garbage import collect_seldom
from geo.core.progress import plain_console, show_progress
from geo.pipeline.loadable import LOADABLE
from geo.pipeline.printed_tables import ingest_tables
from geo.snapshot.home_lock import Turn, lock_home

if TYPE_CHECKING:  # the pipeline is imported when a command runs
    from geo.pipeline.ingest import IngestResult

commands = typer.Typer()

Source = Annotated[str, typer.Argument(help=f"One of {', '.join(LOADABLE)}.")]
Files = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders or zips, as published; or for table one of a database, "
        "postgresql://USER@HOST/DATABASE?table=NAME."
    ),
]
Area = Annotated[str, typer.Option(help="Registers: ansan, a gu or dong; semas: all or a city.")]
Mapping = Annotated[str | None, typer.Option(help="table: a ready mapping's name, or a TOML file.")]
OutlinesLayer = Annotated[str, typer.Option(help="boundaries: dong, zone or food-streets.")]
Year = Annotated[int | None, typer.Option(help="residents: the year, where no column says it.")]
Definition = Annotated[str, typer.Option(help="residents: who counts, where no column says it.")]
Engine = Annotated[
    str, typer.Option(help="semas: spark://host:7077 reads and joins there; empty: here.")
]
Older = Annotated[
    bool, typer.Option("--older", help="Registers: take a release older than the loaded one.")
]
Rejects = Annotated[
    list[Path] | None, typer.Option(help="Write the rows set aside to a .csv or .xlsx file.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]


@commands.command()
@collect_seldom()  # what is imported is no garbage either
def ingest(
    source: Source,
    files: Files,
    area: Area = "ansan",
    mapping: Mapping = None,
    layer: OutlinesLayer = "dong",
    year: Year = None,
    definition: Definition = "",
    engine: Engine = "",
    older: Older = False,
    rejects: Rejects = None,
    dry_run: DryRun = False,
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
    places = (data_folder(), home_folder())
    if source == "boundaries":
        from geo.pipeline.ingest_reference import prepare_outlines

        return prepare_outlines(files, options.layer, places, on_step)
    if source == "residents":
        from geo.pipeline.ingest_reference import prepare_residents

        return prepare_residents(files, options.edition, places, on_step)
    if source == "addresses":
        from geo.pipeline.ingest_addresses import prepare_addresses

        return prepare_addresses(files, options.area, places, on_step)
    if source == "decisions":
        from geo.pipeline.review import prepare_decisions

        return prepare_decisions(files, places, on_step)
    from geo.pipeline.ingest import prepare
    from geo.pipeline.register_catalogue import source_of

    register = source_of(source, options.mapping, options.database)
    return prepare(register, files, options.area, places, on_step, older=options.older)
