"""Routes whose answers are kept: a question asked again is not even parsed again."""

from collections.abc import Awaitable, Callable, Hashable
from functools import wraps
from typing import Final

from fastapi import Request, Response

from api.http.links import base_url
from api.http.negotiation import has_already
from api.service.current_snapshot import serving
from api.service.response_cache import Answer

Route = Callable[[Request], Awaitable[Response]]

# The headers that an answer may depend on.
_ASKED: Final = (b"accept", b"accept-encoding", b"accept-language")


def cached(route: Route) -> Route:
    """A route whose answer is the same for the same question while one snapshot serves."""

    @wraps(route)
    async def answered(request: Request) -> Response:
        answers, key = serving(request).answers, _question(request)
        known = answers.find(key)
        if known is None:
            made = await route(request)
            if type(made) is Response and made.status_code in (200, 204):  # no stream, no error
                etag = made.headers["etag"]
                held = Answer(made.status_code, list(made.raw_headers), bytes(made.body), etag)
                answers.keep(key, held)
            return made
        if has_already(request, known.etag):
            return Response(status_code=304, headers=_without_length(known))
        return _Ready(known)

    return answered


class _Ready(Response):
    """An answer that needs no more work."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.body = answer.body
        self.background = None
        self.raw_headers = list(answer.headers)  # middleware adds to them


def _question(request: Request) -> Hashable:
    scope = request.scope
    said = tuple(pair for pair in scope["headers"] if pair[0] in _ASKED)
    return base_url(request), scope["path"], scope["query_string"], said


def _without_length(answer: Answer) -> dict[str, str]:
    skipped = (b"content-length", b"content-type")
    return {name.decode(): value.decode() for name, value in answer.headers if name not in skipped}
