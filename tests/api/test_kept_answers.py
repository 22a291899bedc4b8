"""Answers that are kept go out before the request is read."""

import asyncio
from types import SimpleNamespace
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Request, Response

from api.app import ROUTES
from api.responses.declared_route import CachedRoute, router
from api.service.response_cache import AnswerStore
from maps.web.map_pages import PAGES


@pytest.fixture
def read():
    """The queries that a dependency has read."""
    return []


@pytest.fixture
def ask(read):
    """Ask an app with one route, whose answers are kept."""
    routes = router("Test")

    async def query(request: Request) -> str:
        read.append(request.url.query)
        return request.url.query

    @routes.get("/page")
    async def page(asked: Annotated[str, Depends(query)]) -> Response:
        return Response(asked.encode(), headers={"ETag": f'"{asked}"'})

    app = FastAPI(routes=routes.routes)
    app.state.settings = SimpleNamespace(public_url="http://atlas.example")
    app.state.serving = SimpleNamespace(answers=AnswerStore())

    async def answer(path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://atlas.example") as one:
            return await one.get(path, headers=headers)

    return lambda path, **headers: asyncio.run(answer(path, headers))


def test_a_question_asked_again_is_not_read_again(ask, read):
    first, again, other = (ask(f"/page?{name}") for name in ("a", "a", "b"))
    assert (first.text, again.text, other.text) == ("a", "a", "b")
    assert first.headers == again.headers
    assert read == ["a", "b"]


def test_who_holds_a_kept_answer_gets_a_304(ask, read):
    ask("/page?a")
    answer = ask("/page?a", **{"If-None-Match": '"a"'})
    assert (answer.status_code, answer.content, read) == (304, b"", ["a"])


def test_the_pages_are_kept():
    pages = {"/", *(f"/maps/{name}" for name in PAGES)}
    kept = {route.path for route in ROUTES if isinstance(route, CachedRoute)}
    assert pages <= kept
