"""Routes whose answers are kept: a question asked again is not even parsed again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from functools import lru_cache, wraps
from typing import Any, Final

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.links import base_url
from api.http.negotiation import coding_of, has_already, header_of
from api.responses.parts import Parts, Piece
from api.service.current_snapshot import serving
from api.service.response_cache import Answer, AnswerStore
from maps.i18n import LANGUAGES, VISITORS_LANGUAGES, pick

Route = Callable[[Request], Awaitable[Response]]

# The headers that an answer may depend on.
_ASKED: Final = (b"accept", b"accept-encoding", b"accept-language")
_LONGEST: Final = 1_000  # bytes of those headers; browsers send some 200


def with_cache(route: Route) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Cache a route whose answer is the same for the same question while one snapshot serves."""

    @wraps(route)
    async def from_cache(request: Request) -> Response:
        answers, key = serving(request).answers, _question(request)
        if key is None:
            return await route(request)
        while (known := answers.find(key)) is None and key in answers.being_made:
            await asyncio.wait({answers.being_made[key]})  # or it is too large to be kept
        if known is not None:
            return _sent_again(request, known)
        ready = answers.begin(key)
        try:
            made = await route(request)
        finally:
            del answers.being_made[key]
            ready.set_result(None)
        _keep(answers, key, made)
        return made

    return from_cache


def with_cache_first(app: ASGIApp) -> ASGIApp:
    """Ask an app only where no answer is kept."""

    async def from_cache(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        key = _question(request)
        known = None if key is None else serving(request).answers.find(key)
        answer = app if known is None else _sent_again(request, known)
        await answer(scope, receive, send)

    return from_cache


def _sent_again(request: Request, known: Answer) -> Response:
    if has_already(request, known.etag):
        return Response(status_code=304, headers=_without_length(known))
    return _Ready(known)


def _keep(answers: AnswerStore, key: Hashable, made: Response) -> None:
    """Keep an answer that others may ask for: no stream, no error."""
    # What is gathered costs little, and most of it is asked for once.
    if isinstance(made, Parts) and not answers.was_asked_before(key):
        return
    pieces = _pieces(made)
    if pieces is None or made.status_code not in (200, 204):
        return
    headers = list(made.raw_headers)
    etag = next(value for name, value in headers if name == b"etag").decode()
    answers.keep(key, Answer(made.status_code, headers, pieces, etag))


class _Ready(Parts):
    """An answer that needs no more work."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.pieces = answer.pieces
        self.background = None
        self.raw_headers = list(answer.headers)  # middleware adds to them


def _pieces(made: Response) -> Sequence[Piece] | None:
    """The body of an answer; None where it is made while it is sent."""
    if isinstance(made, Parts):
        return made.pieces
    return (bytes(made.body),) if type(made) is Response else None


def _question(request: Request) -> Hashable:
    """What is asked, alike for headers that say the same; None where they are beyond measure."""
    scope = request.scope
    kinds, encodings, languages = (header_of(request, name) for name in _ASKED)
    if len(kinds) + len(encodings) + len(languages) > _LONGEST:
        return None
    asked = _normal(kinds, encodings, languages)
    return base_url(request), scope["path"], scope["query_string"], asked


@lru_cache(maxsize=500)
def _normal(accept: str, encodings: str, languages: str) -> str:
    """The media types, the coding, and the languages for staff and for visitors, asked for."""
    kinds = "".join(accept.lower().split())
    best = (pick(None, languages, offered) for offered in (LANGUAGES, VISITORS_LANGUAGES))
    return repr((kinds, coding_of(encodings), *best))


def _without_length(answer: Answer) -> dict[str, str]:
    skipped = (b"content-length", b"content-type")
    return {name.decode(): value.decode() for name, value in answer.headers if name not in skipped}
