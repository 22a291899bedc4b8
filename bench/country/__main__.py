"""Time and memory against the number of rows: `python -m bench.country PICTURE.png`."""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from bench.country import generate
from bench.country.engines import WORK

COLOURS = {
    "atlas": "tab:blue",
    "SedonaDB": "tab:blue",
    "GeoPandas": "tab:orange",
    "DuckDB": "tab:green",
}
ROWS = (10_000, 50_000, 250_000, 1_000_000, 2_600_000)


@dataclass(frozen=True)
class Measured:
    """One run of one engine."""

    work: str
    engine: str
    rows: int
    seconds: float
    mb: float
    digest: str


def main() -> None:
    """Measure, print the table, draw the picture."""
    given = _arguments()
    console = Console()
    found: list[Measured] = []
    for rows in given.rows:
        with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
            generate.main(rows, Path(folder))
            for work, engines in WORK.items():
                found += [_run(work, engine, rows, Path(folder)) for engine in engines]
        console.print(f"{rows:,} rows measured")
    for work in WORK:
        console.print(_table(work, [one for one in found if one.work == work]))
    _draw(found, given.picture)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.country", description=__doc__)
    parser.add_argument("picture", type=Path, help="where the picture goes, a .png")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--scratch", type=Path, help="folder for the generated files")
    return parser.parse_args()


def _run(work: str, engine: str, rows: int, folder: Path) -> Measured:
    command = [sys.executable, "-m", "bench.country.engines", work, engine, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(work, engine, rows, **json.loads(done.stdout.splitlines()[-1]))


def _table(work: str, found: list[Measured]) -> Table:
    table = Table("rows", "engine", "seconds", "peak MB", "answer", title=work)
    for rows, group in groupby(found, key=lambda one: one.rows):
        runs = list(group)
        answers = {one.digest for one in runs}
        for one in runs:
            same = "same" if len(answers) == 1 else f"differs: {one.digest}"
            table.add_row(f"{rows:,}", one.engine, f"{one.seconds:.2f}", f"{one.mb:,.0f}", same)
    return table


def _draw(found: list[Measured], picture: Path) -> None:
    """Seconds and memory of each work against rows, both axes logarithmic."""
    figure = Figure(figsize=(10, 4 * len(WORK)), layout="constrained")
    axes = figure.subplots(len(WORK), 2, squeeze=False)
    for row, work in zip(axes, WORK, strict=True):
        for axis, measure in zip(row, ("seconds", "mb"), strict=True):
            for engine in WORK[work]:
                runs = [one for one in found if (one.work, one.engine) == (work, engine)]
                sizes = [one.rows for one in runs]
                values = [getattr(one, measure) for one in runs]
                axis.loglog(sizes, values, "o-", label=engine, color=COLOURS[engine])
            axis.set(title=work, xlabel="rows", ylabel={"mb": "peak MB"}.get(measure, measure))
            axis.grid(visible=True, which="both", alpha=0.3)
            axis.legend()
    figure.savefig(picture, dpi=120)


if __name__ == "__main__":
    main()
