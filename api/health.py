"""Whether the service lives, and whether it can answer."""

from typing import Final

from fastapi import Request, Response

from api.answers import json_answer
from api.serving import snapshot_of

_NOW: Final = {"Cache-Control": "no-store"}


async def live(_: Request) -> Response:
    """The process runs."""
    return json_answer({"status": "ok"}, headers=_NOW)


async def ready(request: Request) -> Response:
    """A snapshot is open; says which, and how many features each layer has."""
    snapshot = snapshot_of(request)
    counts = {name: layer.count for name, layer in snapshot.layers.items()}
    return json_answer(
        {"status": "ok", "snapshot": snapshot.version, "features": counts}, headers=_NOW
    )
