"""The atlas, the same bytes served statically, pygeoapi and tipg + PostGIS in one run."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from subprocess import Popen
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import load, servers
from bench.peers.measure import Asked, ask, fastest, ids
from bench.peers.questions import AGAIN, NEW, Question, Server
from bench.peers.together import Peers, peers

HOME: Final = Path(os.environ.get("ATLAS_HOME", Path(__file__).parents[2] / "var"))


def main() -> None:
    """Start them all, print the tables, end them all."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or what was started would stay
    console = Console()
    with (
        tempfile.TemporaryDirectory() as name,
        peers(HOME, Path(name)) as others,
        servers.atlas(HOME) as (port, process, seconds),
    ):
        atlas = Server("atlas", port, "/collections/{layer}")
        with servers.static(_answers(atlas, Path(name))) as static_port:
            static = Server("static", static_port, atlas.collection)
            for title, questions in (("asked again", AGAIN), ("no two requests alike", NEW)):
                console.print(_table(title, _compared(questions, atlas, static, others)))
        processes = {"atlas": process, **others.processes}
        console.print(_memory(processes, {"atlas": seconds, **others.seconds}))


def _answers(atlas: Server, folder: Path) -> Path:
    """The first answer of the atlas to each question, for the static server."""
    index = {}
    for number, question in enumerate((*AGAIN, *NEW)):
        target = next(atlas.targets(question))
        kind, body = load.get(atlas.port, target)
        (folder / str(number)).write_bytes(body)
        index[target] = {"type": kind.decode(), "file": str(number)}
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def _compared(
    questions: Sequence[Question], atlas: Server, static: Server, others: Peers
) -> Iterator[tuple[Question, list[Asked]]]:
    for question in questions:
        wanted = ids(question, atlas)
        best = [fastest(question, wanted, stores) for stores in others.servers]
        requests = {item: item.targets(question) for item in (atlas, static, *best)}
        requests[static] = repeat(next(requests[static]))  # it knows the first one only
        yield question, ask(requests)


def _table(title: str, found: Iterator[tuple[Question, list[Asked]]]) -> Table:
    heads = ("", "answers/s", "atlas is", "goal", "p50 ms", "p99 ms", "kB")
    table = Table(*heads, title=title, box=SIMPLE_HEAD)
    for question, answers in found:
        table.add_row(f"[bold]{question.name}")
        goals = ("", f"{question.of_static}", *[_times(question.of_peers)] * 2)
        for answer, goal in zip(answers, goals, strict=True):
            ratio = "" if answer is answers[0] else f"{answer.times_slower:.3g} ×"
            table.add_row(
                f"  {answer.server}",
                f"{answer.load.per_second:,.0f}",
                ratio,
                goal,
                f"{answer.load.p50_ms:.2f}",
                f"{answer.load.p99_ms:.2f}",
                f"{answer.load.size / 1000:,.0f}",
                end_section=answer is answers[-1],
            )
    return table


def _times(goal: float | None) -> str:
    return "" if goal is None else f"{goal:.0f}"


def _memory(processes: Mapping[str, Popen[bytes]], seconds: Mapping[str, float]) -> Table:
    table = Table("", "start, s", "memory after it all, MB", box=SIMPLE_HEAD)
    for name, process in processes.items():
        start = f"{seconds[name]:.2f}" if name in seconds else ""
        table.add_row(name, start, f"{servers.family_mb(process):.0f}")
    return table


if __name__ == "__main__":
    main()
