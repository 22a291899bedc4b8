"""Time and memory against the number of rows: `python -m bench.country PICTURE.png`."""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
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
RUNS = 3  # of which the quickest counts; another engine or a cold disk may be in the way of one
MEASURES = {"seconds": "seconds", "mb": "peak memory, MB"}
# What is to be reached with the most rows, by work and measure.
GOALS = {("whole ingest", "seconds"): 60, ("whole ingest", "mb"): 4096}


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
                found += [_best(work, engine, rows, Path(folder)) for engine in engines]
        console.print(f"{rows:,} rows measured")
    for work in WORK:
        console.print(_table(work, [item for item in found if item.work == work]))
    _draw(found, given.picture)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.country", description=__doc__)
    parser.add_argument("picture", type=Path, help="where the picture goes, a .png")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--scratch", type=Path, help="folder for the generated files")
    return parser.parse_args()


def _best(work: str, engine: str, rows: int, folder: Path) -> Measured:
    runs = [_run(work, engine, rows, folder) for _ in range(RUNS)]
    return min(runs, key=lambda one: one.seconds)


def _run(work: str, engine: str, rows: int, folder: Path) -> Measured:
    command = [sys.executable, "-m", "bench.country.engines", work, engine, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(work, engine, rows, **json.loads(done.stdout.splitlines()[-1]))


def _table(work: str, found: list[Measured]) -> Table:
    table = Table("rows", "engine", "seconds", "peak MB", "answer", title=work)
    for rows, group in groupby(found, key=lambda one: one.rows):
        runs = list(group)
        answers = {run.digest for run in runs}
        for run in runs:
            same = "same" if len(answers) == 1 else f"differs: {run.digest}"
            table.add_row(f"{rows:,}", run.engine, f"{run.seconds:.2f}", f"{run.mb:,.0f}", same)
    return table


def _draw(found: list[Measured], picture: Path) -> None:
    """Seconds and memory of each work against rows, both axes logarithmic."""
    figure = Figure(figsize=(10, 4 * len(WORK)), layout="constrained")
    axes = figure.subplots(len(WORK), len(MEASURES), squeeze=False)
    for row, work in zip(axes, WORK, strict=True):
        runs = [item for item in found if item.work == work]
        for axis, measure in zip(row, MEASURES, strict=True):
            _draw_one(axis, runs, measure)
            axis.set(title=f"{work}: {MEASURES[measure]}", xlabel="rows")
            _mark_goal(axis, GOALS.get((work, measure)))
        row[0].legend()
    figure.savefig(picture, dpi=120)


def _draw_one(axis: Axes, runs: list[Measured], measure: str) -> None:
    for engine in dict.fromkeys(run.engine for run in runs):
        own = [run for run in runs if run.engine == engine]
        sizes, values = [item.rows for item in own], [getattr(item, measure) for item in own]
        axis.loglog(sizes, values, "o-", label=engine, color=COLOURS[engine])
    axis.set_xticks(sorted({run.rows for run in runs}), minor=False)
    axis.set_xticks([], minor=True)
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axis.tick_params(labelsize="small")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.grid(visible=True, alpha=0.3)


def _mark_goal(axis: Axes, goal: float | None) -> None:
    if goal is not None:
        axis.axhline(goal, color="black", linestyle="--", linewidth=1)
        axis.annotate(
            f"goal {goal:,}",
            (0.01, goal),
            xycoords=("axes fraction", "data"),
            va="bottom",
            fontsize="small",
        )


if __name__ == "__main__":
    main()
