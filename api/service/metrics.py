"""What the service counts about itself, for Prometheus.

Several workers share files in a folder (`PROMETHEUS_MULTIPROC_DIR`), so that each of them answers
for all. Labels are templates of routes, statuses and names of our own, never what a client sent.
"""

import os
import re
import time
from collections import deque
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from geo.store.follower import read_state

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
OTHER: Final = "other"  # the route of a request that no route takes
_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LIVE: Final = re.compile(r"gauge_live\w*_(\d+)\.db")

_registry: Final = CollectorRegistry()
_ours: Final[dict[str, Any]] = {"registry": _registry}
_requests: Final = Counter(
    "atlas_requests_total", "Requests answered", ("route", "status"), **_ours
)
_seconds: Final = Histogram(
    "atlas_request_seconds",
    "Seconds from the head of a request to the end of its answer",
    ("route",),
    buckets=_BUCKETS,
    **_ours,
)
_refused: Final = Counter(
    "atlas_refused_connections_total", "Connections refused before any route", ("status",), **_ours
)
_unlogged: Final = Counter(
    "atlas_access_log_dropped_total", "Lines of the access log that could not be written", **_ours
)
_waiting: Final = Gauge(
    "atlas_queue_waiting",
    "Requests that wait for a turn",
    ("queue",),
    multiprocess_mode="livesum",
    **_ours,
)
_working: Final = Gauge(
    "atlas_queue_working",
    "Requests that have a turn",
    ("queue",),
    multiprocess_mode="livesum",
    **_ours,
)
_serving: Final = Gauge(
    "atlas_workers_serving",
    "Workers that serve from a snapshot",
    ("snapshot",),
    multiprocess_mode="livesum",
    **_ours,
)
_ready: Final = Gauge(
    "atlas_workers_ready", "Workers that are ready", multiprocess_mode="livesum", **_ours
)
_age: Final = Gauge(
    "atlas_snapshot_age_seconds",
    "Seconds since the snapshot that serves was published",
    multiprocess_mode="livemax",
    **_ours,
)
_problem: Final = Gauge(
    "atlas_snapshot_problem",
    "1 where the newest snapshot cannot be taken up",
    multiprocess_mode="livemax",
    **_ours,
)
_store_problem: Final = Gauge(
    "atlas_store_problem",
    "1 where the home is not at what the store says is current",
    multiprocess_mode="livemax",
    **_ours,
)
_store_age: Final = Gauge(
    "atlas_store_age_seconds",
    "Seconds since the store last answered",
    multiprocess_mode="livemax",
    **_ours,
)
_resident: Final = Gauge(
    "atlas_resident_bytes", "Memory of a worker", ("worker",), multiprocess_mode="livesum", **_ours
)


_MOST_UNCOUNTED: Final = 1_000
_uncounted: Final = deque[tuple[str, int, float]]()


def count_request(route: str, status: int, seconds: float) -> None:
    """Count an answer, soon: several at once take a third of the time of each by itself.

    Args:
        route: its template, or `OTHER`.
        status: of the answer.
        seconds: that it took.
    """
    _uncounted.append((route, status, seconds))
    if len(_uncounted) >= _MOST_UNCOUNTED:
        count_requests()


def count_requests() -> None:
    """Count the answers that have not been counted yet."""
    while _uncounted:
        route, status, seconds = _uncounted.popleft()
        answered, took = _series(route, status)
        answered.inc()
        took.observe(seconds)


@cache
def _series(route: str, status: int) -> tuple[Counter, Histogram]:
    return _requests.labels(route, str(status)), _seconds.labels(route)


def count_refused(status: int) -> None:
    """Count a connection that is refused before any route sees it."""
    _refused.labels(str(status)).inc()


def count_unlogged(lines: int) -> None:
    """Count lines of the access log that are lost."""
    _unlogged.inc(lines)


def sample(app: FastAPI) -> None:
    """Measure what is not counted as it happens: requests, queues, the snapshot, memory."""
    count_requests()
    for kind, queue in app.state.queues.items():
        _waiting.labels(kind).set(queue.waiting)
        _working.labels(kind).set(queue.working)
    _resident.labels(str(os.getpid())).set(_resident_bytes())
    _problem.set(bool(app.state.problem))
    if app.state.settings.store:
        _sample_store(app.state.settings.home)
    now = app.state.serving
    _ready.set(now is not None and not app.state.draining)
    for version in app.state.versions:
        _serving.labels(version).set(now is not None and now.label == version)
    if now is not None:
        _serving.labels(now.label).set(1)
        app.state.versions.add(now.label)
        _age.set(time.time() - now.published)


def _sample_store(home: Path) -> None:
    state = read_state(home)
    _store_problem.set(bool(state.problem))
    if state.age is not None:
        _store_age.set(state.age)


def exposition() -> bytes:
    """Write all metrics, of every worker, in Prometheus's text format."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return generate_latest(_registry)
    _forget_dead(Path(folder))
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_dead(folder: Path) -> None:
    """Drop the gauges of workers that have ended; what they counted stays."""
    pids = {int(match[1]) for path in folder.iterdir() if (match := _LIVE.fullmatch(path.name))}
    for pid in pids:
        if not Path(f"/proc/{pid}").exists():
            multiprocess.mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _resident_bytes() -> int:
    """Return the memory of this process; 0 on a system that does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
