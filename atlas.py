"""The `atlas` command: build, check, export, serve, and renew the reference data.

Exit status: 0 done, 1 refused with a reason, 2 wrong use. Every command ends with counts; with
`--json` they stand as one JSON object on the last line.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from geo.errors import GeoError
from geo.vocab import COLLECTIONS

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON on the last line.")]

PROJECT = Path(__file__).resolve().parent


def main() -> None:
    """Run a command; a refusal is one line on standard error and exit status 1."""
    try:
        app()
    except GeoError as refusal:
        print(f"atlas: {refusal}", file=sys.stderr)
        sys.exit(1)


@app.command()
def build(as_json: AsJson = False) -> None:
    """Rebuild every layer from `data/` and publish the result."""
    from geo.build import account, build

    with _progress() as step:
        done = build(_data(), _home(), step)
    accounts = [account(one) for one in done.readings]
    _end(
        as_json,
        {"snapshot": done.folder.name, "layers": dict(done.counts), "accounts": accounts},
        [_account_table(accounts), _count_table(done.counts)],
    )


@app.command()
def check(as_json: AsJson = False) -> None:
    """Verify the current snapshot: every byte, every contract."""
    from geo.errors import SnapshotError
    from geo.snapshot import verify

    current = _home() / "current"
    if not current.exists():
        raise SnapshotError(f"no snapshot in {_home()}: run `atlas build` first")
    folder = current.resolve()
    counts = verify(folder)
    _end(as_json, {"snapshot": folder.name, "layers": counts}, [_count_table(counts)])


@app.command()
def export(
    layer: Annotated[str, typer.Argument(help=f"One of {', '.join(COLLECTIONS)}.")],
    to: Annotated[Path, typer.Option("--to", help="File to write: .geojson or .parquet.")],
    as_json: AsJson = False,
) -> None:
    """Write a layer of the current snapshot to a file."""
    from geo.export import export_layer

    written = export_layer(_home(), layer, to)
    _end(as_json, {"layer": layer, "file": str(to), "features": written}, [])


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535)] = 8000,
) -> None:
    """Serve the current snapshot."""
    import uvicorn
    from pydantic import ValidationError

    from api.app import create_app
    from api.settings import Settings

    try:
        service = create_app(Settings(home=_home()))
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(["ATLAS", *map(str, problem["loc"])]).upper()
        raise GeoError(f"{name}: {problem['msg']}") from error
    Console().print(f"Ansan Atlas: http://{'localhost' if host == '127.0.0.1' else host}:{port}/")
    # Links come from ATLAS_PUBLIC_URL, never from headers that anybody can send.
    uvicorn.run(
        service,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )


@app.command()
def shapes(as_json: AsJson = False) -> None:
    """Regenerate `data/shapes` and `data/tables` from their sources."""
    from geo.shapes import regenerate

    rows = regenerate(_data())
    _end(as_json, {"files": rows}, [_count_table(rows, "file", "rows")])


def _home() -> Path:
    return Path(os.environ.get("ATLAS_HOME") or PROJECT / "var")


def _data() -> Path:
    return PROJECT / "data"


@contextmanager
def _progress() -> Iterator[Any]:
    """A spinner that tells the step, on standard error so that output can be piped."""
    console = Console(stderr=True)
    with console.status("starting") as status:
        yield lambda text: status.update(f"{text} …")


def _end(as_json: bool, counts: Mapping[str, Any], tables: list[Table]) -> None:
    console = Console()
    for table in tables:
        console.print(table)
    if as_json:
        print(json.dumps(counts, ensure_ascii=False))
    elif not tables:
        console.print(" · ".join(f"{name} {value}" for name, value in counts.items()))
    elif "snapshot" in counts:
        console.print(f"snapshot {counts['snapshot'][:12]}")


def _account_table(accounts: list[dict[str, Any]]) -> Table:
    table = Table("layer", "source", "read", "published", "merged", "set aside", title="Rows")
    for one in accounts:
        aside = "; ".join(f"{part['count']} ({part['reason']})" for part in one["set_aside"]) or "0"
        table.add_row(
            one["layer"],
            one["source"],
            *(f"{one[name]:,}" for name in ("read", "published", "merged")),
            aside,
        )
    return table


def _count_table(counts: Mapping[str, int], what: str = "layer", number: str = "features") -> Table:
    table = Table(what, number)
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    return table


if __name__ == "__main__":
    main()
