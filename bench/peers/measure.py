"""Asking all servers the same, in turn, so that a noisy moment touches every one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from bench import load
from bench.load import Load
from bench.peers.questions import Question, Server

ROUNDS: Final = 5
SECONDS: Final = 0.6


@dataclass(frozen=True)
class Asked:
    """What one server took over one question.

    Attributes:
        server: its name.
        load: medians over the rounds.
        times_slower: the first server's answers a second to its own, median over the rounds.
    """

    server: str
    load: Load
    times_slower: float


def ask(requests: Mapping[Server, Iterator[str]]) -> list[Asked]:
    """Measure servers against the first of them, round by round.

    Args:
        requests: what each is asked, one after the other.
    """
    rounds = [
        [
            load.run_each(request.port, targets, seconds=SECONDS)
            for request, targets in requests.items()
        ]
        for _ in range(ROUNDS)
    ]
    return [
        Asked(
            server.name,
            _middle([item[place] for item in rounds]),
            median(item[0].per_second / item[place].per_second for item in rounds),
        )
        for place, server in enumerate(requests)
    ]


def fastest(question: Question, wanted: frozenset[str], candidates: Sequence[Server]) -> Server:
    """The quickest of one peer's stores that gives the right features.

    Args:
        question: what is asked.
        wanted: the ids that the atlas gives.
        candidates: the same peer with several stores.

    Raises:
        RuntimeError: none of them gives the same features.
    """
    right = [candidate for candidate in candidates if ids(question, candidate) == wanted]
    if not right:
        raise RuntimeError(f"{question.name}: {candidates[0].name} gives other features")
    return max(
        right,
        key=lambda one: load.run_each(one.port, one.targets(question), seconds=SECONDS).per_second,
    )


def ids(question: Question, server: Server) -> frozenset[str]:
    """The features that a server gives."""
    _, body = load.get(server.port, next(server.targets(question)))
    return frozenset(_ids(json.loads(body)))


def _ids(answer: dict[str, Any]) -> Iterator[str]:
    for feature in answer.get("features", [answer]):
        yield str(feature["id"])


def _middle(rounds: Sequence[Load]) -> Load:
    return Load(
        median(item.per_second for item in rounds),
        median(item.p50_ms for item in rounds),
        median(item.p99_ms for item in rounds),
        rounds[-1].size,
    )
