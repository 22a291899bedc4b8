"""Questions that nobody has asked before: each once, against its bytes served statically."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import quote, unquote

from rich.table import Table

from bench import load, servers

ROUNDS: Final = 5
EACH: Final = 20  # questions of a kind in a round
GOAL: Final = 0.5
ITEMS: Final = "/collections/businesses/items"


def _kinds(ids: Sequence[str]) -> dict[str, Callable[[int], str]]:
    """Targets by kind: the same amount of work, and another question for each number."""
    box = "126.7895,37.3285,126.7911"
    return {
        "all businesses": lambda n: f"{ITEMS}?limit={10_000 - n}",
        "box": lambda n: f"{ITEMS}?bbox={box},{37.3298 + n / 1e6:.6f}&limit=10000",
        "category filter": lambda n: f"{ITEMS}?category=restaurant,grocery&limit={10_000 - n}",
        "CQL2 filter": lambda n: (
            f"{ITEMS}?filter=category='cafe'%20AND%20accuracy_m%3C{1000 + n}&limit=10000"
        ),
        "one page of 100": lambda n: f"{ITEMS}?limit=100&offset={50 * n}",
        "one feature": lambda n: f"{ITEMS}/{quote(ids[n])}",
    }


def table(home: Path) -> Table:
    """Measure and print the ratios.

    Args:
        home: of the snapshot; a second service over it hands the bytes to the yardstick.
    """
    rows = Table("never asked before", "kB", "answers/s", "static/s", "ratio", "goal", "p50 ms")
    with (
        servers.atlas(home) as (port, _, _),
        servers.atlas(home) as (other, _, _),
        tempfile.TemporaryDirectory() as folder,
    ):
        ids = _ids(other)
        targets = {
            name: [make(number) for number in range(ROUNDS * EACH)]
            for name, make in _kinds(ids).items()
        }
        _keep_answers(other, targets, Path(folder))
        with servers.static(Path(folder)) as yardstick:
            load.get(port, f"{ITEMS}?limit=1")  # what is imported with the first request
            for name, asked in targets.items():
                rows.add_row(name, *_measure(port, yardstick, asked))
    return rows


def _ids(port: int) -> list[str]:
    body = load.get(port, f"{ITEMS}?limit={ROUNDS * EACH}&properties=name_ko")[1]
    return [feature["id"] for feature in json.loads(body)["features"]]


def _keep_answers(port: int, targets: dict[str, list[str]], folder: Path) -> None:
    index = {}
    for number, target in enumerate(item for asked in targets.values() for item in asked):
        kind, body = load.get(port, target)
        (folder / str(number)).write_bytes(body)
        path, mark, query = target.partition("?")
        index[unquote(path) + mark + query] = {"type": kind.decode(), "file": str(number)}
    (folder / "index.json").write_text(json.dumps(index))


def _measure(port: int, yardstick: int, asked: Sequence[str]) -> tuple[str, ...]:
    ratios = []
    for number in range(ROUNDS):
        part = asked[number * EACH : (number + 1) * EACH]
        static = load.run_each(yardstick, part, seconds=60)
        ours = load.run_each(port, part, seconds=60)
        ratios.append(ours.per_second / static.per_second)
    return (
        f"{ours.size / 1000:,.0f}",
        f"{ours.per_second:,.0f}",
        f"{static.per_second:,.0f}",
        f"{median(ratios):.2f}",
        f"{GOAL}",
        f"{ours.p50_ms:.2f}",
    )
