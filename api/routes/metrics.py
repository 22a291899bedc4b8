"""Metrics of the service, for Prometheus."""

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.concurrency import run_in_threadpool

from api.responses.declared_route import DeclaredRoute, operation, router
from api.service.metrics import exposition, sample

routes = router("Health", DeclaredRoute)


@routes.get(
    "/metrics",
    **operation("getMetrics", "Counts and times, for Prometheus", [CONTENT_TYPE_PLAIN_0_0_4]),
)
async def metrics(request: Request) -> Response:
    """Send counts and times of requests, queues, the snapshot and memory, of all workers."""
    sample(request.app)
    body = await run_in_threadpool(exposition)
    headers = {"Cache-Control": "no-store"}
    return Response(body, headers=headers, media_type=CONTENT_TYPE_PLAIN_0_0_4)
