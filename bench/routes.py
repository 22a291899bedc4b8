"""What FastAPI's dependencies cost a request, beside a bare handler in the same run.

Run as `python -m bench.routes`. Each pair answers the same from the same snapshot, in one process
and without a network; no answer is kept but where the row says so.
"""

import asyncio
import os
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.routing import APIRoute
from rich.console import Console
from rich.table import Table
from starlette.routing import Route

from api.app import create_app
from api.parameters.items_query import ItemsQuery, items_query
from api.parameters.measure_query import MeasureQuery
from api.parameters.page_query import site_of
from api.parameters.path import LayerOfPath
from api.responses.cached_route import with_cache
from api.responses.declared_route import CachedRoute
from api.responses.documents import Form
from api.routes import analysis, conformance, items, landing
from api.service.settings import Settings

HOME = Path(os.environ.get("ATLAS_HOME", Path(__file__).parents[1] / "var"))
ROUNDS, REQUESTS = 7, 100
MEASURE = next(iter(analysis.queries))
Number = Annotated[int | None, Query(ge=0)]
Text = Annotated[str | None, Query()]


async def _query(request: Request, layer: LayerOfPath) -> ItemsQuery:
    return items_query(request, layer)


async def _by_dependency(
    request: Request, layer: LayerOfPath, query: Annotated[ItemsQuery, Depends(_query)]
) -> Response:
    return await items.answer(request, layer, query)


async def _each_declared(  # noqa: PLR0913 # as many as /items has
    request: Request,
    layer: LayerOfPath,
    query: Annotated[ItemsQuery, Depends(_query)],
    limit: Number = None,
    offset: Number = None,
    f: Text = None,
    lang: Text = None,
    bbox: Text = None,
    crs: Text = None,
    datetime: Text = None,
    sortby: Text = None,
    properties: Text = None,
    filter: Text = None,  # its name in the query
) -> Response:
    return await items.answer(request, layer, query)


async def _bare_landing(request: Request) -> Response:
    return await landing.landing(request, await landing.read_query(request))


async def _bare_measure(request: Request) -> Response:
    return await analysis.answer(request, await analysis.read(MEASURE, request))


async def _measure(
    request: Request,
    asked: Annotated[MeasureQuery, Depends(analysis.queries[MEASURE])],
) -> Response:
    return await analysis.answer(request, asked)


def _pairs() -> list[tuple[str, Any, Any, str]]:
    """List the pairs: name, bare route, route of FastAPI, and the query asked."""
    bare = Route("/bare/{collectionId}", items.items)
    return [
        (
            "items, one dependency",
            bare,
            APIRoute("/one/{collectionId}", _by_dependency),
            "?limit=10",
        ),
        (
            "items, each parameter declared",
            bare,
            APIRoute("/each/{collectionId}", _each_declared),
            "?limit=10",
        ),
        ("landing", Route("/bare", _bare_landing), APIRoute("/fast", landing.landing), ""),
        ("measure", Route("/bare-m", _bare_measure), APIRoute("/fast-m", _measure), ""),
        (
            "an answer that is kept",
            Route("/bare-k", with_cache(_conformance)),
            CachedRoute("/fast-k", conformance.conformance),
            "",
        ),
    ]


async def _conformance(request: Request) -> Response:
    """Answer as the conformance document does, without its dependencies."""
    form = Form(None, site_of(request, {}))
    return await conformance.conformance(request, form)


async def _ask(app: FastAPI, path: str, query: str) -> int:
    """Ask once, and return the status."""
    statuses: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Any:
        await asyncio.Event().wait()

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.removeprefix("?").encode(),
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return statuses[0]


async def _time_us(app: FastAPI, path: str, query: str, requests: int) -> float:
    begin = time.perf_counter()
    for _ in range(requests):
        assert await _ask(app, path, query) == 200  # noqa: S101 # else it measures an error
    return (time.perf_counter() - begin) / requests * 1e6


async def _compare(app: FastAPI, bare: Any, fast: Any, query: str) -> tuple[float, float]:
    """Time both in turns, so that the machine's other work falls on both."""
    paths = [route.path.replace("{collectionId}", "businesses") for route in (bare, fast)]
    requests = REQUESTS if "-m" not in bare.path else 1
    for path in paths:
        await _time_us(app, path, query, 3)
    rounds = [[await _time_us(app, path, query, requests) for path in paths] for _ in range(ROUNDS)]
    return median(first for first, _ in rounds), median(second for _, second in rounds)


async def _main() -> None:
    app, pairs = create_app(Settings(home=HOME, access_log="none")), _pairs()
    app.router.routes[:0] = [route for pair in pairs for route in pair[1:3]]
    table = Table("request", "bare µs", "FastAPI µs", "difference µs", "ratio")
    for name, bare, fast, query in pairs:
        one, two = await _compare(app, bare, fast, query)
        table.add_row(name, f"{one:.0f}", f"{two:.0f}", f"{two - one:+.0f}", f"{two / one:.2f}")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(_main())
