"""The snapshot that is served, and how a newer one takes its place without a request noticing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool

from api.answer_store import AnswerStore
from api.page_store import PageStore
from geo.errors import SnapshotError
from geo.store import Snapshot, open_current
from geo.tiles.layer import LayerTiles

LOOK_EVERY_S: Final = 1.0
ROLE: Final = "atlas.staff"  # in the scope of a request: who of the staff asks
_HELD: Final = "atlas.serving"  # likewise: what answers

_log = logging.getLogger("ansan_atlas")


@dataclass(frozen=True)
class Serving:
    """One snapshot with everything that was made from it; freed when its last request is done.

    Attributes:
        snapshot: the data.
        answers: answers made ready.
        pages: pages made ready.
        tiles: what makes the tiles of the layers asked for so far.
    """

    snapshot: Snapshot
    answers: AnswerStore = field(default_factory=AnswerStore)
    pages: PageStore = field(default_factory=PageStore)
    tiles: dict[str, LayerTiles] = field(default_factory=dict)

    @cached_property
    def for_staff(self) -> "Serving":
        """The same for staff, who share no answer with anybody else."""
        return Serving(self.snapshot.staff or self.snapshot)


def serving(request: Request) -> Serving:
    """What answers this request: the same from its first look to its last."""
    if _HELD not in request.scope:
        now: Serving = request.app.state.serving
        request.scope[_HELD] = now.for_staff if ROLE in request.scope else now
    held: Serving = request.scope[_HELD]
    return held


def snapshot_of(request: Request) -> Snapshot:
    """The snapshot that answers this request."""
    return serving(request).snapshot


@asynccontextmanager
async def renewed(app: FastAPI) -> AsyncIterator[None]:
    """Take up each new snapshot for as long as the service runs."""
    watch = asyncio.create_task(_watch(app))
    yield
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch


async def _watch(app: FastAPI) -> None:
    home: Path = app.state.settings.home
    refused = ""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        with suppress(OSError):  # between two looks the name may be gone for a moment
            now = (home / "current").resolve().name
            if now not in (app.state.serving.snapshot.id, refused):
                refused = "" if await _taken_up(app, home) else now


async def _taken_up(app: FastAPI, home: Path) -> bool:
    """Whether the newest snapshot serves now; else the old one goes on serving."""
    try:
        snapshot = await run_in_threadpool(open_current, home)
    except SnapshotError as error:
        _log.error("the new snapshot is not taken up: %s", error)
        return False
    app.state.serving = Serving(snapshot)
    return True
