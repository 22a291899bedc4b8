"""Whether the service lives, and whether it can answer."""

from fastapi import APIRouter, Request, Response

from api.collections import json_answer

router = APIRouter(prefix="/health")


@router.api_route("/live", methods=["GET", "HEAD"])
async def live() -> Response:
    """The process runs."""
    return json_answer({"status": "ok"})


@router.api_route("/ready", methods=["GET", "HEAD"])
async def ready(request: Request) -> Response:
    """A snapshot is open; says which, and how many features each layer has."""
    snapshot = request.app.state.snapshot
    counts = {name: layer.count for name, layer in snapshot.layers.items()}
    return json_answer({"status": "ok", "snapshot": snapshot.id, "features": counts})
