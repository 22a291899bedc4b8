"""Whether the service lives, and whether it can answer."""

from typing import Final

from fastapi import Request, Response

from api.responses.documents import json_answer
from api.service.current_snapshot import snapshot_of

_NOW: Final = {"Cache-Control": "no-store"}


async def live(_: Request) -> Response:
    """The process runs."""
    return json_answer({"status": "ok"}, headers=_NOW)


async def ready(request: Request) -> Response:
    """A snapshot is open; says which, and how many features each layer has.

    A newer snapshot that cannot be read is named by its `problem`: the old one goes on answering.
    """
    snapshot = snapshot_of(request)
    counts = {name: layer.count for name, layer in snapshot.layers.items()}
    now = {"status": "ok", "snapshot": snapshot.version, "features": counts}
    problem: str = request.app.state.problem
    return json_answer({**now, "problem": problem} if problem else now, headers=_NOW)
