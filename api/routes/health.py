"""Whether the service lives, and whether it can answer."""

from typing import Any, Final

import orjson
from fastapi import Request, Response

from api.http.links import JSON
from api.responses.declared_route import DeclaredRoute, operation, router
from api.responses.documents import json_answer
from api.service.current_snapshot import place_of_current, snapshot_of
from api.service.settings import Settings
from geo.store.follower import read_state

_NOW: Final = {"Cache-Control": "no-store"}
routes = router("Health", DeclaredRoute)


@routes.get("/health/live", **operation("getLive", "Whether the service runs", [JSON]))
async def live() -> Response:
    """Answer that the process runs."""
    return json_answer({"status": "ok"}, headers=_NOW)


@routes.get("/health/ready", **operation("getReady", "Whether the service has data", [JSON]))
async def ready(request: Request) -> Response:
    """Answer which snapshot is open, and how many features each layer has.

    A newer snapshot that cannot be read is named by its `problem`, a store that cannot be followed
    by its `store_problem`: the old snapshot goes on answering.
    Where requests had better go elsewhere the status is 503: `draining` before the service ends,
    `loading`, or `no snapshot`.
    """
    problem: str = request.app.state.problem
    now = _state(request)
    status = 200 if now["status"] == "ok" else 503
    told = {"problem": problem, "store_problem": _store_problem(request.app.state.settings)}
    content = orjson.dumps({**now, **{name: why for name, why in told.items() if why}})
    return Response(content, status, dict(_NOW), JSON)


def _store_problem(settings: Settings) -> str:
    return read_state(settings.home).problem if settings.store else ""


def _state(request: Request) -> dict[str, Any]:
    state = request.app.state
    if state.draining:
        return {"status": "draining"}
    if state.serving is None:
        here = state.problem or place_of_current(state.settings.home)
        return {"status": "loading" if here else "no snapshot"}
    snapshot = snapshot_of(request)
    counts = {name: layer.count for name, layer in snapshot.layers.items()}
    return {"status": "ok", "snapshot": snapshot.version, "features": counts}
