"""What an answer costs against the number of features: `python -m bench.sizes PICTURE.png`.

Each size is a snapshot of its own, made by `bench.country` and loaded as a register is; no request
is asked twice, so that what is measured is the search and not what the service keeps. The first
question of each kind is asked of a service that has just started, and its processor time is given
beside its time, because other work on the machine adds to the latter alone.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
from matplotlib.figure import Figure
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import load, servers
from bench.country import generate, whole
from geo.serving.tiles.tile_grid import limits
from geo.snapshot.layer import Layer
from geo.snapshot.reader import open_current

HOME: Final = Path(os.environ.get("ATLAS_HOME", Path(__file__).parents[1] / "var"))
ROWS: Final = (10_000, 100_000, 1_000_000, 2_600_000, 10_000_000)
SECONDS: Final = 1.0
ITEMS: Final = "/collections/businesses/items"
PAGE: Final = f"{ITEMS}?limit=1000"
TILES: Final = "/collections/businesses/tiles/WebMercatorQuad"
PAGES: Final = 9_000  # more than are asked for in a second, so that none is asked for again
QUIET_S: Final = 1.5  # without work, after which a service has computed what it warms with
PROCESSES: Final = 5  # the service, its two helpers, and two of Python's that start these
_CQL2: Final = "category%20IN%20('restaurant','cafe')%20AND%20accuracy_m%3C"


@dataclass(frozen=True)
class First:
    """What the first question of a kind took of a service.

    Attributes:
        ms: until its answer was there.
        cpu_ms: processor time of the service.
    """

    ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Measured:
    """One size.

    Attributes:
        features: businesses in the snapshot.
        first: the first question of each kind, by name.
        ms: median time of one answer, by the name of the question.
        start_s: from the start of the process until it listened.
        start_cpu_s: its processor time then.
        start_mb: resident memory then.
        after_mb: resident memory after all questions.
    """

    features: int
    first: Mapping[str, First]
    ms: Mapping[str, float]
    start_s: float
    start_cpu_s: float
    start_mb: float
    after_mb: float


def main() -> None:
    """Measure, print the table, draw the picture."""
    given = _arguments()
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        homes = [HOME, *(_home(rows, Path(given.scratch or scratch)) for rows in given.rows)]
        found = [_measure(home) for home in homes]
    Console().print(_table(found))
    _draw(found, given.picture)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description=__doc__)
    parser.add_argument("picture", type=Path, help="where the picture goes, a .png")
    parser.add_argument("--rows", type=int, nargs="*", default=ROWS)
    parser.add_argument("--scratch", type=Path, help="folder that keeps the snapshots made")
    return parser.parse_args()


def _home(rows: int, scratch: Path) -> Path:
    """A home whose snapshot holds so many more businesses; one that is there already is taken."""
    folder = scratch / str(rows)
    home = folder / "home"
    if not (home / "current").exists():
        shutil.rmtree(folder, ignore_errors=True)
        generate.main(rows, folder)
        whole.by_atlas()(folder)
    return home


def _measure(home: Path) -> Measured:
    layer = open_current(home).layers["businesses"]
    questions = _questions(layer)
    first = {name: _first(home, target) for name, target in _first_questions(layer).items()}
    with servers.atlas(home) as (port, process, seconds):
        cpu_s = servers.cpu_seconds(process)
        _wait_until_quiet(process)
        at_start = servers.resident_mb(process)
        ms = {
            name: load.run_each(port, targets, seconds=SECONDS).p50_ms
            for name, targets in questions.items()
        }
        after = servers.resident_mb(process)
    return Measured(layer.count, first, ms, seconds, cpu_s, at_start, after)


def _first(home: Path, target: str) -> First:
    """Ask one question of a service that has just started."""
    with servers.atlas(home) as (port, process, _):
        _wait_until_quiet(process)
        cpu_s, begin = servers.cpu_seconds(process), time.perf_counter()
        load.get(port, target)
        took = time.perf_counter() - begin
        return First(1000 * took, 1000 * (servers.cpu_seconds(process) - cpu_s))


def _wait_until_quiet(process: subprocess.Popen[bytes]) -> None:
    while servers.count_processes(process) < PROCESSES:
        time.sleep(QUIET_S)
    before = -1.0
    while (now := servers.cpu_seconds(process)) > before:
        before = now
        time.sleep(QUIET_S)


def _first_questions(layer: Layer) -> dict[str, str]:
    """Requests by name, around the feature in the middle of the layer."""
    middle = np.array([layer.count // 2])
    ((lon, lat),) = layer.lonlat(middle).tolist()
    one = layer.records(middle, ["id"])[0]["id"]
    zooms = {zoom: limits((lon, lat, lon, lat), zoom) for zoom in (6, 16)}
    tiles = {zoom: f"{TILES}/{zoom}/{at.rows[0]}/{at.columns[0]}" for zoom, at in zooms.items()}
    return {
        "box": f"{PAGE}&bbox={lon - 0.02:.4f},{lat - 0.02:.4f},{lon + 0.02:.4f},{lat + 0.02:.4f}",
        "tile of the country": tiles[6],
        "tile of a street": tiles[16],
        "page of 1,000": PAGE,
        "feature by id": f"{ITEMS}/{quote(one, safe='')}",
        "category": f"{PAGE}&category=restaurant",
        "CQL2": f"{PAGE}&filter={_CQL2}50",
    }


def _questions(layer: Layer) -> dict[str, Iterator[str]]:
    """Requests by name; each question gives at most 1,000 features, whatever the size."""
    west, east = np.quantile(layer.columns["_west"].to_numpy(), [0.45, 0.55])
    ids = layer.columns["id"].take(np.linspace(0, layer.count - 1, 1000).astype(np.int64))
    return {
        "first page of 1,000": _each(lambda n: f"{PAGE}&offset={n % PAGES}"),
        "last page": _each(lambda n: f"{PAGE}&offset={max(layer.count - 1000 - n % PAGES, 0)}"),
        "box, a tenth": _each(lambda n: f"{PAGE}&bbox={west:.6f}{n % 1000:03d},33,{east:.6f},39"),
        "category": _each(lambda n: f"{PAGE}&category=restaurant&offset={n % 100}"),
        "CQL2": _each(lambda n: f"{PAGE}&filter={_CQL2}{50 + n / 1000:.3f}"),
        "one feature": (f"{ITEMS}/{quote(row, safe='')}" for row in cycle(ids.to_pylist())),
    }


def _each(target: Callable[[int], str]) -> Iterator[str]:
    return map(target, count())


def _table(found: Sequence[Measured]) -> Table:
    heads = ("median ms", *(_short(item.features) for item in found), "grew", "goal")
    table = Table(*heads, box=SIMPLE_HEAD, caption="grew: from the first size to the last")
    for name in found[0].ms:
        times = [item.ms[name] for item in found]
        goal = "1.5 ×" if "first page" in name else ""
        table.add_row(name, *(f"{ms:.2f}" for ms in times), f"{times[-1] / times[0]:.2f} ×", goal)
    table.add_section()
    for name, goal in _GOALS.items():
        firsts = [item.first[name] for item in found]
        cells = (f"{first.ms:.0f} ({first.cpu_ms:.0f})" for first in firsts)
        table.add_row(f"first {name}, ms (CPU)", *cells, "", goal)
    table.add_section()
    table.add_row("start, CPU s", *(f"{item.start_cpu_s:.2f}" for item in found), "", "")
    table.add_row("start, s", *(f"{item.start_s:.2f}" for item in found), "", "1")
    table.add_row("MB at start", *(f"{item.start_mb:,.0f}" for item in found), "", "")
    table.add_row("MB after", *(f"{item.after_mb:,.0f}" for item in found), "", "1,000")
    return table


_GOALS: Final = {
    "box": "300",
    "tile of the country": "500",
    "tile of a street": "500",
    "page of 1,000": "",
    "feature by id": "",
    "category": "",
    "CQL2": "",
}


def _short(features: int) -> str:
    return f"{features / 1e6:.1f}M" if features >= 1e6 else f"{features / 1e3:.1f}k"


def _draw(found: Sequence[Measured], picture: Path) -> None:
    """Time of an answer, start and memory against features, all axes logarithmic."""
    figure = Figure(figsize=(12, 4.5), layout="constrained")
    answers, memory = figure.subplots(1, 2)
    sizes = [item.features for item in found]
    for name in found[0].ms:
        answers.loglog(sizes, [item.ms[name] for item in found], "o-", label=name)
    answers.set(title="one answer, never asked before", ylabel="median ms")
    memory.loglog(sizes, [item.start_mb for item in found], "o-", label="memory at start, MB")
    memory.loglog(sizes, [item.after_mb for item in found], "o-", label="memory after, MB")
    memory.loglog(sizes, [1000 * item.start_s for item in found], "s--", label="start, ms")
    memory.set(title="the service")
    for axis in (answers, memory):
        axis.set(xlabel="features")
        axis.grid(visible=True, which="both", alpha=0.3)
        axis.legend()
    figure.savefig(picture, dpi=120)


if __name__ == "__main__":
    main()
