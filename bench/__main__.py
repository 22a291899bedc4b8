"""Items, filters and maps against the same bytes served statically by the same server."""

import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from types import SimpleNamespace

from rich.console import Console
from rich.table import Table

from bench import load, never_asked, servers
from bench.folium_baseline import build_page

HOME = Path(os.environ.get("ATLAS_HOME", Path(__file__).parents[1] / "var"))
ROUNDS, SECONDS = 5, 0.6
ITEMS = "/collections/businesses/items"
WORK = {
    "businesses, a page of 10,000": (f"{ITEMS}?limit=10000", 0.8),
    "box": (f"{ITEMS}?bbox=126.7895,37.3285,126.7911,37.3298&limit=10000", 0.5),
    "category filter": (f"{ITEMS}?category=restaurant,grocery&limit=10000", 0.5),
    "one page of 100": (ITEMS, 0.5),
    "one feature": (f"{ITEMS}/samarkand", 0.5),
    "25 dong": ("/collections/dong/items", 0.5),
    "map: food streets": ("/maps/food-streets", 0.5),
    "map: density": ("/maps/density", 0.5),
    "map: residents": ("/maps/residents", 0.5),
}


def main() -> None:
    """Print the tables of ratios, the start and the memory."""
    console = Console()
    counts = json.loads((HOME / "current" / "manifest.json").read_bytes())["layers"]
    console.print(", ".join(f"{name} {meta['count']:,}" for name, meta in counts.items()))
    with servers.atlas(HOME) as (port, process, seconds), tempfile.TemporaryDirectory() as folder:
        at_start = servers.resident_mb(process)
        _keep_answers(port, Path(folder))
        with servers.static(Path(folder)) as yardstick:
            console.print(_table(port, yardstick))
            console.print("each asked again and again: after the first time answers are at hand")
        console.print(never_asked.table(HOME))
        console.print(f"start to first answer {seconds:.2f} s (goal 1.0)")
        after = servers.resident_mb(process)
        console.print(f"memory at start {at_start:.0f} MB (goal 150), after {after:.0f} MB")
        console.print(_against_folium(port))


def _keep_answers(port: int, folder: Path) -> None:
    index = {}
    for number, (target, _) in enumerate(WORK.values()):
        kind, body = load.get(port, target)
        (folder / str(number)).write_bytes(body)
        index[target] = {"type": kind.decode(), "file": str(number)}
    (folder / "index.json").write_text(json.dumps(index))


def _table(port: int, yardstick: int) -> Table:
    table = Table(
        "work", "features", "kB", "answers/s", "static/s", "ratio", "goal", "p50 ms", "p99 ms"
    )
    for name, (target, goal) in WORK.items():
        pairs = [_round(port, yardstick, target) for _ in range(ROUNDS)]
        ratio = median(pair.ours.per_second / pair.static.per_second for pair in pairs)
        ours, static = pairs[-1].ours, pairs[-1].static
        table.add_row(
            name,
            _matched(port, target),
            f"{ours.size / 1000:,.0f}",
            f"{ours.per_second:,.0f}",
            f"{static.per_second:,.0f}",
            f"{ratio:.2f}",
            f"{goal}",
            f"{ours.p50_ms:.2f}",
            f"{ours.p99_ms:.2f}",
        )
    return table


def _matched(port: int, target: str) -> str:
    """How many features an answer holds; nothing for a page."""
    kind, body = load.get(port, target)
    if b"json" not in kind:
        return ""
    return f"{len(json.loads(body).get('features', [None])):,}"


def _round(port: int, yardstick: int, target: str) -> SimpleNamespace:
    """Both servers in turn, so that a noisy moment touches both."""
    return SimpleNamespace(
        static=load.run(yardstick, target, seconds=SECONDS),
        ours=load.run(port, target, seconds=SECONDS),
    )


def _against_folium(port: int) -> str:
    """A page from the service against Folium building one for every request."""
    features = json.loads(load.get(port, f"{ITEMS}?limit=10000")[1])["features"]
    started = time.perf_counter()
    build_page(features)
    built_ms = 1000 * (time.perf_counter() - started)
    served_ms = load.run(port, "/maps/density", seconds=SECONDS).p50_ms
    ratio = built_ms / served_ms
    return (
        f"a map page: built by Folium for each request {built_ms:.0f} ms, "
        f"from the service {served_ms:.2f} ms: {ratio:.0f} times (goal 100)"
    )


if __name__ == "__main__":
    main()
