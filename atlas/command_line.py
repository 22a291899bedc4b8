"""The `atlas` command: build, load registers, check, export, serve.

Exit status: 0 done, 1 refused with a reason, 2 wrong use or a store that cannot be used as set.

Every command ends with counts; with `--json` they are one JSON object on one line, and nothing
else is printed.
"""

import atexit
import gc
import sys
from typing import Annotated

import typer

from atlas.commands import build, export, fetch, ingest, registers, service, snapshots
from geo import __version__
from geo.core.errors import GeoError, StoreError
from geo.core.extras import remedy
from geo.core.progress import one_line

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit status 1."""
    atexit.register(gc.freeze)  # else Python looks through everything for garbage as it ends
    try:
        app()
    except ModuleNotFoundError as missing:
        why = remedy(missing)
        if why is None:
            raise
        print(f"atlas: {why}", file=sys.stderr)
        sys.exit(1)
    except StoreError as refusal:
        print(f"atlas: {one_line(str(refusal))}", file=sys.stderr)
        sys.exit(2)
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


for _group in (build, ingest, registers, fetch, snapshots, export, service):
    app.add_typer(_group.commands)
