"""Routes of FastAPI whose declaration makes their entry in the OpenAPI document.

What a route takes is read from the signature of its function, what it answers from `operation`.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.links import GEOJSON
from api.http.negotiation import Offer
from api.parameters.declared import DataParameters, Describe, Schema, dependants
from api.responses.cached_route import with_cache, with_cache_first

_PROBLEM: Final = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}},
    "text/html": {"schema": {"type": "string"}},  # for people, by Accept or f=html
}
_REFUSED: Final[Mapping[int | str, Schema]] = {
    304: {"description": "What the client holds (If-None-Match) is still true."},
    400: {"description": "A parameter is wrong; the body says which.", "content": _PROBLEM},
    403: {"description": "Nobody may ask about this; the body says why.", "content": _PROBLEM},
    404: {"description": "There is no such thing.", "content": _PROBLEM},
    406: {"description": "It is not offered in what the client takes.", "content": _PROBLEM},
}


class DeclaredRoute(APIRoute):
    """A route of FastAPI that answers HEAD where it answers GET.

    Attributes:
        query_names: the parameters of the query that its dependencies declare.
        describes: describe those of its parameters that depend on the data.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Declare a route; the arguments are those of `APIRoute`."""
        super().__init__(path, endpoint, **options)
        self._words = self.path.partition("{")[0]
        self.methods = set(self.methods or ())
        if "GET" in self.methods:
            self.methods.add("HEAD")
        dependencies = list(dependants(self.dependant))
        self.query_names = list(
            dict.fromkeys(
                field.alias for dependency in dependencies for field in dependency.query_params
            )
        )
        self.describes = [
            dependency.call.describe
            for dependency in dependencies
            if isinstance(dependency.call, DataParameters)
        ]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compare with the path of a request; most that differ do so in the words of the path."""
        if self._words not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)


class CachedRoute(DeclaredRoute):
    """A route whose answers are kept for as long as one snapshot serves."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Declare a route; the arguments are those of `APIRoute`."""
        super().__init__(path, endpoint, **options)
        self.app = with_cache_first(self.app)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Keep what is answered, and let those who ask the same meanwhile wait for it."""
        return with_cache(super().get_route_handler())


class BareRoute(DeclaredRoute):
    """A hot path: its function gets the request as it is, past the dependencies of FastAPI.

    They are declared for the OpenAPI document only; bench/routes.py measures what that saves.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Declare a route; the arguments are those of `APIRoute`."""
        super().__init__(path, endpoint, **options)
        self.app = _bare(with_cache(endpoint))


def _bare(answer: Callable[[Request], Coroutine[Any, Any, Response]]) -> ASGIApp:
    """Make an app that answers with what a function returns; errors are answered further out."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await answer(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


def router(tag: str, route_class: type[DeclaredRoute] = CachedRoute) -> APIRouter:
    """Make a router whose routes answer with what their functions return.

    Args:
        tag: heading of its operations in the OpenAPI document.
        route_class: how its routes are answered.
    """
    return APIRouter(tags=[tag], route_class=route_class, default_response_class=Response)


def operation(
    name: str, summary: str, kinds: Sequence[str], body: str | None = None, **more: Any
) -> dict[str, Any]:
    """Make the arguments of a route that describe it.

    Args:
        name: its operationId.
        summary: what it answers, in a few words.
        kinds: media types of its answers.
        body: schema of its GeoJSON among the components.
        more: further answers by status, such as `s204`.
    """
    content = {kind: {"schema": _schema(kind, body)} for kind in kinds}
    others = {int(status.removeprefix("s")): text for status, text in more.items()}
    return {
        "operation_id": name,
        "summary": summary,
        "response_description": summary,
        "responses": {
            200: {"content": content},
            **_REFUSED,
            **{status: {"description": text} for status, text in others.items()},
        },
    }


def described_by(*describes: Describe) -> list[Dependency]:
    """Make the dependencies of a bare route: the parameters that it reads by itself."""
    return [Depends(DataParameters(describe)) for describe in describes]


def media_types(offer: Offer) -> list[str]:
    """List the media types of what is offered, each once and without its parameters."""
    return list(dict.fromkeys(kinds[0].partition(";")[0] for kinds in offer.values()))


def operation_id(verb: str, name: str) -> str:
    """Make an operationId that generators need not change, such as getMeasureHotSpots."""
    return verb + "".join(word.capitalize() for word in name.replace("/", "-").split("-"))


def _schema(kind: str, body: str | None) -> Schema:
    if kind == GEOJSON and body is not None:
        return {"$ref": f"#/components/schemas/{body}"}
    if "json" in kind and not kind.endswith("seq"):
        return {"type": "object"}
    return {"type": "string", **({} if kind.startswith("text/") else {"format": "binary"})}
