"""Long bodies, sent in parts: none is copied, and a slow client holds one part, not all of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fastapi import Response
from starlette.types import Receive, Scope, Send

Piece = bytes | memoryview
PART: Final = 1_000_000  # bytes


class Parts(Response):
    """An answer whose body is in several pieces, or in a long one.

    Attributes:
        pieces: of the body, in their order.
    """

    def __init__(
        self, pieces: Sequence[Piece], headers: Mapping[str, str], media_type: str
    ) -> None:
        """Make an answer with status 200.

        Args:
            pieces: of the body, in their order.
            headers: further headers.
            media_type: of the body.
        """
        self.status_code, self.background, self.pieces = 200, None, pieces
        length = str(sum(map(len, pieces)))
        given = {**headers, "content-length": length, "content-type": media_type}
        self.raw_headers = [(name.lower().encode(), text.encode()) for name, text in given.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, each part when the client has taken the one before."""
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        *parts, last = cut(self.pieces)
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": last})


def cut(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Cut the pieces of a body into parts, at least one; those of a long piece are views."""
    for piece in pieces or [b""]:
        if len(piece) <= PART:
            yield piece
            continue
        view = memoryview(piece)
        yield from (view[start : start + PART] for start in range(0, len(view), PART))
