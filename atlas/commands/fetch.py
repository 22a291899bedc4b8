"""Fetch registers from their publishers, and load them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import data_folder, home_folder
from geo.core.errors import GeoError
from geo.core.progress import OnStep, one_line, plain_console, show_progress
from geo.pipeline.printed_tables import ingest_tables
from geo.snapshot.home_lock import lock_home

commands = typer.Typer()
Sources = Annotated[
    list[str] | None,
    typer.Argument(help="semas, permits, osm, overture, boundaries; all where none is named."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be asked of whom; ask nothing.")
]


@commands.command()
def fetch(
    sources: Sources = None,
    dry_run: DryRun = False,
    load: Annotated[bool, typer.Option("--load/--no-load", help="Load what was fetched.")] = True,
    as_json: AsJson = False,
) -> None:
    """Fetch registers from their publishers, without a key, and load them."""
    counts = _fetch_all(sources or [], dry_run=dry_run, load=load, again=True)
    print_counts(as_json, counts, [])
    _exit_on_failure(counts)


@commands.command()
def refresh(sources: Sources = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Fetch what has changed at the publishers, load it, and say what changed."""
    counts = _fetch_all(sources or [], dry_run=dry_run, load=True, again=False)
    print_counts(as_json, counts, [])
    _exit_on_failure(counts)


def _exit_on_failure(counts: dict[str, Any]) -> None:
    if counts.get("failed"):
        raise typer.Exit(1)


def _fetch_all(names: list[str], *, dry_run: bool, load: bool, again: bool) -> dict[str, Any]:
    from geo.pipeline.fetching.fetch import Errand, fetch_source
    from geo.pipeline.fetching.plan import chosen_sources, plan_lines
    from geo.pipeline.fetching.publishers import read_publishers

    console = plain_console(stderr=True)
    publishers, chosen = read_publishers(), chosen_sources(names)
    for line in plan_lines(chosen, publishers):
        console.print(line)
    if dry_run:
        console.print("dry run: nothing was asked")
        return {"asked": 0, "sources": len(chosen)}
    loaded, unchanged, failed = [], [], []
    for name in chosen:
        try:
            with show_progress() as step:
                found = fetch_source(Errand(name, publishers, home_folder() / "fetched", step))
                if found.unchanged and not again:
                    unchanged.append(name)
                    continue
                if load:
                    _load(name, found.files, step)
            loaded.append(name)
        except GeoError as error:  # the other sources are fetched all the same
            console.print(f"{name}: {one_line(str(error))}")
            failed.append(name)
    return {"fetched": loaded, "unchanged": unchanged, "failed": failed}


def _load(name: str, files: tuple[Path, ...], step: OnStep) -> None:
    """Load the files of a source and publish them; say where the rows went and what changed."""
    from geo.pipeline.build import publish_all
    from geo.pipeline.ingest import prepare
    from geo.pipeline.ingest_reference import prepare_outlines
    from geo.pipeline.register_catalogue import source_of

    places = (data_folder(), home_folder())
    with lock_home(home_folder(), step):
        if name == "boundaries":
            done = prepare_outlines(files, "dong", places, step)
        else:
            done = prepare(source_of(name, None), files, "ansan", places, step)
        publish_all(done.composed, home_folder(), step)
    console = plain_console(stderr=True)
    console.print(f"{name}: " + " · ".join(f"{k} {v}" for k, v in asdict(done.account).items()))
    for table in ingest_tables(done)[1:]:
        console.print(table)
