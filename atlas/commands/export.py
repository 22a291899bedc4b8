"""Write files: a layer, a report on a dong, a fold map, the words to translate."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import home_folder
from geo.core.errors import BadParameterError
from geo.core.progress import one_line, plain_console, show_progress
from geo.snapshot.schema.layer_names import COLLECTIONS

commands = typer.Typer()


@commands.command()
def export(
    to: Annotated[
        str,
        typer.Option(
            help=".geojson, .geojsons, .csv, .fgb, .parquet or .kml file; or a PostGIS database, "
            "postgresql://USER@HOST/DATABASE?schema=atlas."
        ),
    ],
    layer: Annotated[
        str, typer.Argument(help=f"One of {', '.join(COLLECTIONS)}; a database takes all.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write a layer of the current snapshot to a file, or all layers into a PostGIS database."""
    from geo.core.database import is_database
    from geo.serving.formats.export import export_layer

    if is_database(to):
        _export_database(layer, to, as_json)
        return
    if not layer:
        raise BadParameterError("layer", layer, COLLECTIONS)
    written = export_layer(home_folder(), layer, Path(to))
    print_counts(as_json, {"layer": layer, "file": to, "features": written}, [])


def _export_database(layer: str, to: str, as_json: bool) -> None:
    from geo.core.database import database_address
    from geo.serving.formats.postgis import export_database

    address = database_address(to)
    if layer:
        raise BadParameterError("layer", layer, "none: a database takes all layers")
    with show_progress() as step:
        done = export_database(home_folder(), address, step)
    counts = {"database": address.shown, **asdict(done)}
    if done.still_read:
        print("the tables before are still being read: the next export removes them")
    print_counts(as_json, counts, [])


@commands.command()
def report(
    dong: Annotated[
        list[str], typer.Option(help="Name or code of an administrative dong (행정동); up to five.")
    ],
    to: Annotated[Path | None, typer.Option(help="File; by default report-DONG.pdf.")] = None,
    lang: Annotated[str, typer.Option(help="Language: en or ko.")] = "en",
    address: Annotated[
        str, typer.Option(envvar="ATLAS_PUBLIC_URL", help="Public address, to print with its code.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write two pages on a dong, or on several side by side, for a meeting, as PDF."""
    from geo.snapshot.reader import open_current
    from maps.reports.report import report

    body = report(open_current(home_folder()), dong, lang, address.rstrip("/"))
    _write_pages(to or Path(f"report-{'-'.join(dong)}.pdf"), body, as_json)


def _write_pages(file: Path, body: bytes, as_json: bool) -> None:
    """Write a document of two pages, and say so."""
    from geo.core.atomic_file import atomic_file

    with atomic_file(file) as handle:
        handle.write(body)
    if as_json:
        print_counts(as_json, {"file": str(file), "pages": 2, "bytes": len(body)}, [])
    else:
        print(f"{file}: 2 pages, {len(body):,} bytes")


@commands.command()
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
    there = f"{made.messages - len(made.missing)} of {made.messages} messages in {lang}"
    plain_console(stderr=as_json).print(f"{file}: {there}", soft_wrap=True)
    print_counts(as_json, counts, [])


def _check_catalogue(lang: str, as_json: bool) -> None:
    from maps.catalogue_checks import find_problems

    problems = find_problems(lang)
    for problem in () if as_json else problems:
        print(one_line(problem))
    print_counts(as_json, {"lang": lang, "problems": problems if as_json else len(problems)}, [])
    if problems:
        raise typer.Exit(1)


@commands.command("fold-map")
def fold_map(
    lang: Annotated[str, typer.Argument(help="Language of the visitors: vi, ru, ur.")],
    to: Annotated[Path | None, typer.Option(help="File; by default fold-map-LANG.pdf.")] = None,
    address: Annotated[
        str, typer.Option(envvar="ATLAS_PUBLIC_URL", help="Public address, for the code to scan.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write the fold map of the food streets for visitors, A4 in front and back, as PDF."""
    from geo.snapshot.reader import open_current
    from maps.i18n import VISITORS_LANGUAGES
    from maps.pages.eat.fold_map.document import fold_map as draw
    from maps.pages.eat.listing import read_guide

    if lang not in VISITORS_LANGUAGES:
        raise BadParameterError("lang", lang, VISITORS_LANGUAGES)
    if not address:
        raise BadParameterError("address", address, "a public address, by ATLAS_PUBLIC_URL too")
    snapshot = open_current(home_folder())
    body = draw(read_guide(snapshot), snapshot, lang, address.rstrip("/"))
    _write_pages(to or Path(f"fold-map-{lang}.pdf"), body, as_json)
