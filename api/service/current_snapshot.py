"""The snapshot that is served, and how a newer one takes its place without a request noticing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from api.service.file_store import FileStore
from api.service.metrics import sample
from api.service.page_cache import PageStore
from api.service.response_cache import AnswerStore
from geo.core.errors import SnapshotError
from geo.serving.tiles.layer import LayerTiles, layer_tiles
from geo.snapshot.integrity import NAME
from geo.snapshot.reader import Snapshot, open_current
from maps.pages.eat.listing import Guide, read_guide

LOOK_EVERY_S: Final = 0.1  # 25 µs
SAMPLE_EVERY: Final = 10  # looks
# What pages and measures read of a manifest; geo.snapshot.reader asks for the rest.
NEEDED: Final = (
    "city", "classes", "concordance", "coverage", "editions", "ground", "registers", "sources",
    "stations", "surveys", "zone",
)  # fmt: skip
ROLE: Final = "atlas.staff"  # in the scope of a request: who of the staff asks
_HELD: Final = "atlas.serving"  # likewise: what answers
_LABEL: Final = 12  # characters of a version

_log = logging.getLogger("ansan_atlas")


class NotReadyError(Exception):
    """There is no snapshot to answer from yet."""


@dataclass(frozen=True)
class CurrentSnapshot:
    """One snapshot with everything that was made from it; freed when its last request is done.

    Attributes:
        snapshot: the data.
        answers: answers made ready.
        pages: pages made ready.
        files: files made ready.
        tiles: what makes the tiles of the layers asked for so far.
        published: when the snapshot was published, seconds since 1970.
    """

    snapshot: Snapshot
    answers: AnswerStore = field(default_factory=AnswerStore)
    pages: PageStore = field(default_factory=PageStore)
    files: FileStore = field(default_factory=FileStore)
    tiles: dict[str, LayerTiles] = field(default_factory=dict)
    published: float = 0.0

    @property
    def label(self) -> str:
        """The beginning of its version, for logs and metrics."""
        return self.snapshot.version[:_LABEL]

    @cached_property
    def guide(self) -> Guide:
        """What visitors can find, made ready to be searched."""
        return read_guide(self.snapshot)

    @cached_property
    def for_staff(self) -> "CurrentSnapshot":
        """The same for staff, who share no answer with anybody else."""
        return CurrentSnapshot(self.snapshot.staff or self.snapshot)


def serving(request: Request) -> CurrentSnapshot:
    """Read what answers this request: the same from its first look to its last.

    Raises:
        NotReadyError: nothing can answer yet.
    """
    if _HELD not in request.scope:
        now: CurrentSnapshot | None = request.app.state.serving
        if now is None:
            raise NotReadyError
        request.scope[_HELD] = now.for_staff if ROLE in request.scope else now
    held: CurrentSnapshot = request.scope[_HELD]
    return held


def snapshot_label(scope: Scope) -> str:
    """Read the label of the snapshot that has answered a request; "" where none was needed."""
    held: CurrentSnapshot | None = scope.get(_HELD)
    return held.label if held is not None else ""


def snapshot_of(request: Request) -> Snapshot:
    """Read the snapshot that answers this request."""
    return serving(request).snapshot


def open_current_snapshot(home: Path) -> CurrentSnapshot:
    """Open the current snapshot to serve from it.

    Raises:
        SnapshotError: there is none, or the service cannot read it.
    """
    snapshot = open_current(home)
    lacking = [name for name in NEEDED if name not in snapshot.manifest]
    if lacking:
        raise SnapshotError(f"{NAME} lacks {', '.join(lacking)}: run `atlas build`")
    return CurrentSnapshot(snapshot, published=(home / "current").stat().st_mtime)


def warm(current: CurrentSnapshot) -> None:
    """Compute the indexes of every layer, so that nobody's first request has to wait for them."""
    for layer in current.snapshot.layers.values():
        layer.warm()
        if not layer.has_no_place:
            current.tiles.setdefault(layer.id, layer_tiles(layer)).warm()


@asynccontextmanager
async def watch_for_new_snapshot(app: FastAPI) -> AsyncIterator[None]:
    """Take up each new snapshot for as long as the service runs."""
    watch = asyncio.create_task(_watch(app))
    yield
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def _watch(app: FastAPI) -> None:
    """Check until stopped: a failed check, for whatever reason, is reported and not the last."""
    if app.state.serving is not None:
        warming = asyncio.ensure_future(run_in_threadpool(warm, app.state.serving))
        await asyncio.wait({warming})  # without it a request computes what it needs
    seen = None
    pause = LOOK_EVERY_S if app.state.serving else 0.0
    for number in count():
        await asyncio.sleep(pause)
        pause = LOOK_EVERY_S
        if number % SAMPLE_EVERY == 0:
            sample(app)
        now = place_of_current(app.state.settings.home)
        if now is None or now == seen:  # between two looks the name may be gone for a moment
            continue
        seen = now
        look = asyncio.create_task(_take_up(app))
        try:
            await asyncio.wait({look})
        finally:
            look.cancel()  # where the service ends meanwhile
        app.state.problem = _told(now[0], look.exception())
        sample(app)


def place_of_current(home: Path) -> tuple[str, int, int] | None:
    """Find the newest snapshot: its name and its manifest, which a repair replaces."""
    try:
        folder = (home / "current").resolve(strict=True)
        manifest = (folder / NAME).stat()
    except OSError:
        return None
    return folder.name, manifest.st_ino, manifest.st_mtime_ns


async def _take_up(app: FastAPI) -> None:
    """Let the newest snapshot serve, where it is another one than serves now.

    Raises:
        SnapshotError: it cannot be read; the old one goes on serving.
    """
    home: Path = app.state.settings.home
    serves: CurrentSnapshot | None = app.state.serving
    if serves is None or (home / "current").resolve().name != serves.snapshot.id:
        newest = await run_in_threadpool(open_current_snapshot, home)
        await run_in_threadpool(warm, newest)
        app.state.serving = newest


def _told(name: str, error: BaseException | None) -> str:
    """Log why a snapshot is not taken up; the same for anybody to read, "" where it is."""
    if error is None:
        return ""
    known = isinstance(error, SnapshotError)
    _log.error(
        "snapshot %s is not taken up: %s", name[:12], error, exc_info=None if known else error
    )
    return str(error) if known else "the newest snapshot cannot be read; the log says why"
