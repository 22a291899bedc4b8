"""The `atlas` command: build, load registers, check, export, serve.

Exit status: 0 done, 1 refused with a reason, 2 wrong use. Every command ends with counts; with
`--json` they stand as one JSON object on the last line.
"""

import gc
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from geo import __version__
from geo.core.errors import GeoError
from geo.core.extras import remedy
from geo.core.progress import one_line, plain_console, show_progress
from geo.pipeline.loadable import LOADABLE
from geo.pipeline.printed_tables import (
    account_table,
    compare_tables,
    count_table,
    ingest_tables,
    snapshot_table,
)
from geo.snapshot.home_lock import lock_home
from geo.snapshot.schema.layer_names import COLLECTIONS

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON on the last line.")]

PROJECT = Path(__file__).resolve().parent


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit status 1."""
    try:
        app()
    except ModuleNotFoundError as missing:
        why = remedy(missing)
        if why is None:
            raise
        print(f"atlas: {why}", file=sys.stderr)
        sys.exit(1)
    except GeoError as refusal:
        print(f"atlas: {one_line(str(refusal))}", file=sys.stderr)
        sys.exit(1)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"atlas {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Build, load registers, check, export, serve."""


@app.command()
def build(as_json: AsJson = False) -> None:
    """Rebuild every layer from `data/` and publish the result."""
    from geo.pipeline.build import account, build

    with show_progress() as step:
        done = build(_data(), _home(), step)
    accounts = [account(one) for one in done.readings]
    _end(
        as_json,
        {"snapshot": done.folder.name, "layers": dict(done.counts), "accounts": accounts},
        [account_table(accounts), count_table(done.counts)],
    )


@app.command()
def ingest(
    source: Annotated[str, typer.Argument(help=f"One of {', '.join(LOADABLE)}.")],
    files: Annotated[list[Path], typer.Argument(help="Files, folders or zips, as published.")],
    area: Annotated[
        str, typer.Option(help="Registers: ansan, or the code of a gu or dong.")
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
    older: Annotated[
        bool, typer.Option("--older", help="Registers: take a release older than the loaded one.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load a register, boundaries or residents; the old data serves until the new is whole."""
    from geo.pipeline.build import publish_all
    from geo.pipeline.ingest import prepare
    from geo.pipeline.ingest_reference import prepare_outlines, prepare_residents
    from geo.pipeline.register_catalogue import source_of

    places = (_data(), _home())
    with show_progress() as step, lock_home(_home(), step):
        if source == "boundaries":
            done = prepare_outlines(files, layer, places, step)
        elif source == "residents":
            done = prepare_residents(files, (year, definition), places, step)
        else:
            chosen = source_of(source, mapping)
            done = prepare(chosen, files, area, places, step, older=older)
        if not dry_run:
            publish_all(done.composed, _home(), step)
    counts = {**asdict(done.account), "dropped": dict(done.dropped)}
    _end(as_json, counts, ingest_tables(done))
    if dry_run:
        plain_console(stderr=True).print("dry run: nothing was written")


@app.command()
def report(
    dong: Annotated[str, typer.Option(help="10-digit code of an administrative dong (행정동).")],
    to: Annotated[Path | None, typer.Option(help="File; by default report-CODE.pdf.")] = None,
    lang: Annotated[str, typer.Option(help="Language: en or ko.")] = "en",
) -> None:
    """Write two pages on one dong for a meeting, as PDF."""
    from geo.serving.formats.export import atomic_file
    from geo.snapshot.reader import open_current
    from maps.reports.report import report

    body = report(open_current(_home()), dong, lang)
    file = to or Path(f"report-{dong}.pdf")
    with atomic_file(file) as handle:
        handle.write(body)
    print(f"{file}: 2 pages, {len(body):,} bytes")


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Who it is for: small letters and digits.")],
) -> None:
    """Make a token with which one of the staff sees what is protected; it is shown once."""
    from api.service.staff_tokens import new_token

    secret, entry = new_token(name)
    print(f"for {name}, shown only now: {secret}")
    print(f"add to ATLAS_STAFF_TOKENS: {entry}")


@app.command()
def forget(
    source: Annotated[str, typer.Argument(help="A register, outline or table that was loaded.")],
    as_json: AsJson = False,
) -> None:
    """Take something that was loaded out again, of the atlas and of the snapshots before."""
    from geo.pipeline.registers.removal import remove_source

    with show_progress() as step:
        done = remove_source(source, (_data(), _home()), step)
    _end(as_json, {"forgotten": source, **asdict(done)}, [])


@app.command()
def compare(as_json: AsJson = False) -> None:
    """Where the lists of businesses agree and where they do not."""
    from geo.pipeline.registers.compare import compare_registers
    from geo.snapshot.reader import open_current

    found = compare_registers(open_current(_home()))
    _end(as_json, found.plain(), compare_tables(found))


@app.command()
def mapping(
    name: Annotated[str, typer.Argument(help="A ready mapping; without one, the template.")] = "",
) -> None:
    """Print a mapping file for `atlas ingest table`: the template, or a ready one to start from."""
    from geo.pipeline.adapters.mapping import mapping_text

    print(mapping_text(name), end="")


@app.command()
def catalogue(
    lang: Annotated[str, typer.Argument(help="Code of a language: vi, ru, zh-Hant.")],
    to: Annotated[Path | None, typer.Option(help="File; by default visitors-LANG.po.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Check the words that it has.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the visitors' words to translate into a language, with those that it has."""
    from maps.catalogues import draft

    if check:
        _check_catalogue(lang, as_json)
        return
    made, file = draft(lang), to or Path(f"visitors-{lang}.po")
    file.write_bytes(made.content)
    counts = {"messages": made.messages, "missing": len(made.missing), "file": str(file)}
    for text in () if as_json else made.missing:
        print(f"missing: {one_line(text)}")
    print(f"{file}: {made.messages - len(made.missing)} of {made.messages} messages in {lang}")
    _end(as_json, counts, [])


def _check_catalogue(lang: str, as_json: bool) -> None:
    from maps.catalogue_checks import find_problems

    problems = find_problems(lang)
    for problem in () if as_json else problems:
        print(one_line(problem))
    _end(as_json, {"lang": lang, "problems": problems if as_json else len(problems)}, [])
    if problems:
        raise typer.Exit(1)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Verify the current snapshot: every byte, every contract."""
    from geo.core.errors import SnapshotError
    from geo.snapshot.publish import verify

    current = _home() / "current"
    if not current.exists():
        raise SnapshotError(f"no snapshot in {_home()}: run `atlas build` first")
    folder = current.resolve()
    counts = verify(folder)
    _end(as_json, {"snapshot": folder.name, "layers": counts}, [count_table(counts)])


@app.command()
def snapshots(as_json: AsJson = False) -> None:
    """List the snapshots, newest first, and mark the one that serves."""
    from geo.snapshot.history import list_snapshots

    found = list_snapshots(_home())
    _end(as_json, {"snapshots": [one.plain() for one in found]}, [snapshot_table(found)])


@app.command()
def rollback(
    wanted: Annotated[
        str, typer.Argument(metavar="[ID]", help="Beginning of an id; by default the one before.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make an older snapshot the current one, after checking every byte of it."""
    from geo.snapshot.history import roll_back

    with show_progress() as step:
        chosen = roll_back(_home(), wanted, step)
    _end(as_json, {"current": chosen.id, "made": chosen.plain()["made"]}, [])


@app.command()
def prune(
    keep: Annotated[int, typer.Option(help="So many of the newest stay.", min=1)] = 5,
    days: Annotated[int, typer.Option(help="Younger ones stay as well.", min=0)] = 30,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed; remove nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove old snapshots; never the current one, nor one that a process has open."""
    from geo.snapshot.history import prune

    with show_progress() as step:
        done = prune(_home(), (keep, days), dry_run=dry_run, on_step=step)
    for word, found in (("in use, stays", done.in_use), ("removed", done.removed)):
        for one in () if as_json else found:
            print(f"{'would be removed' if dry_run and word == 'removed' else word}: {one.id}")
    counts = {"removed": len(done.removed), "in use": len(done.in_use), "freed bytes": done.freed}
    _end(as_json, done.plain() if as_json else counts, [])
    if dry_run:
        plain_console(stderr=True).print("dry run: nothing was removed")


@app.command()
def export(
    layer: Annotated[str, typer.Argument(help=f"One of {', '.join(COLLECTIONS)}.")],
    to: Annotated[
        Path,
        typer.Option("--to", help=".geojson, .geojsons, .csv, .fgb, .parquet or .kml file."),
    ],
    as_json: AsJson = False,
) -> None:
    """Write a layer of the current snapshot to a file."""
    from geo.serving.formats.export import export_layer

    written = export_layer(_home(), layer, to)
    _end(as_json, {"layer": layer, "file": str(to), "features": written}, [])


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that share one snapshot.", min=1)] = 1,
) -> None:
    """Serve the current snapshot; a newer one is taken up while it runs."""
    from api.service.listening import PortTakenError, require_free, worker_environment

    try:
        require_free(host, port)
    except PortTakenError as taken:
        print(f"atlas: {one_line(str(taken))}", file=sys.stderr)
        raise typer.Exit(2) from taken
    with worker_environment(_home()):
        _serve(host, port, workers)


def _serve(host: str, port: int, workers: int) -> None:
    import uvicorn
    from pydantic import ValidationError

    from api.app import create_app
    from api.http.h11_protocol import OPTIONS
    from api.service.settings import Settings

    try:
        create_app(Settings())  # what is wrong is said here, once
        gc.collect()  # its snapshot may be pruned once the workers have a newer one
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(["ATLAS", *map(str, problem["loc"])]).upper()
        raise GeoError(f"{name}: {problem['msg']}") from error
    plain_console().print(
        f"Ansan Atlas: http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
    )
    uvicorn.run(
        "api.app:app_of_environment",
        factory=True,
        workers=workers,
        host=host,
        port=port,
        **OPTIONS,
    )


@app.command()
def shapes(as_json: AsJson = False) -> None:
    """Regenerate `data/shapes` and `data/tables` from their sources."""
    from geo.pipeline.refdata import regenerate

    rows = regenerate(_data())
    _end(as_json, {"files": rows}, [count_table(rows, "file", "rows")])


def _home() -> Path:
    installed = PROJECT.name in ("site-packages", "dist-packages")
    return Path(os.environ.get("ATLAS_HOME") or (Path.cwd() if installed else PROJECT) / "var")


def _data() -> Path:
    return PROJECT / "data"


def _end(as_json: bool, counts: Mapping[str, Any], tables: list[Table]) -> None:
    console = plain_console()
    for table in tables:
        console.print(table)
    if as_json:
        print(json.dumps(counts, ensure_ascii=False))
    elif not tables:
        console.print(" · ".join(f"{name} {value}" for name, value in counts.items()))
    elif "snapshot" in counts:
        console.print(f"snapshot {counts['snapshot'][:12]}")


if __name__ == "__main__":
    main()
