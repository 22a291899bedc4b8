"""How an answer is written: its head in one step, and in one packet with the body's beginning."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, RequestResponseCycle

_COPIED: Final = 250_000  # bytes of a body that go behind their head in one write, at most
_CLOSE: Final = (b"connection", b"close")
# What h11 reads of an answer; to others it would only pass on.
_FRAMING: Final = frozenset((b"connection", b"content-length", b"transfer-encoding"))
_LINES: Final = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++: [^\x00-\x08\x0a-\x1f\x7f]*+\r\n)*+")

RawHeaders = Sequence[tuple[bytes, bytes]]


class Connection(h11.Connection):
    """The state of a connection: the head of an answer leaves with the first part of its body.

    One packet instead of two, of which the first would wake the client for nothing. Long parts
    are passed on without a copy, after their head.
    """

    def __init__(self, transport: asyncio.Transport, longest_head: int) -> None:
        """Begin a connection.

        Args:
            transport: what takes the bytes.
            longest_head: bytes that the head of a request may have.
        """
        super().__init__(h11.SERVER, longest_head)
        self._transport, self._head = transport, b""

    def begin(self, status: int, headers: RawHeaders) -> None:
        """Serialize the head of an answer.

        Raises:
            h11.LocalProtocolError: a header is none, or holds the end of its line.
        """
        framing = [header for header in headers if header[0] in _FRAMING]
        others = header_lines([header for header in headers if header[0] not in _FRAMING])
        reason = STATUS_PHRASES[status]
        self.send(h11.Response(status_code=status, headers=framing, reason=reason))
        self._head = self._head[:-2] + others + b"\r\n"

    def send(self, event: h11.Event) -> Any:
        """Serialize an event."""
        parts = self.send_with_data_passthrough(event)
        if parts is None:
            return None
        if isinstance(event, h11.Response):
            self._head = b"".join(parts)
            return b""
        if not self._head:
            return parts[0] if len(parts) == 1 else b"".join(parts)
        head, self._head = self._head, b""
        if sum(map(len, parts)) <= _COPIED:
            return b"".join([head, *parts])
        self._transport.write(head)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class Cycle(RequestResponseCycle):
    """A request and its answer, whose headers are checked all at once."""

    async def send(self, message: Any) -> None:
        """Send a part of the answer."""
        starts = not self.response_started and message["type"] == "http.response.start"
        conn, busy = self.conn, self.flow.write_paused or self.disconnected
        if not starts or busy or not isinstance(conn, Connection):  # but one of uvicorn's own
            await super().send(message)
            return
        self.response_started, self.waiting_for_100_continue = True, False
        headers = [*self.default_headers, *message.get("headers", ())]
        if _CLOSE in self.scope["headers"] and _CLOSE not in headers:
            headers.append(_CLOSE)
        conn.begin(message["status"], headers)


def header_lines(headers: RawHeaders) -> bytes:
    """Serialize headers, a line for each: nobody can smuggle the end of a line into one.

    Raises:
        h11.LocalProtocolError: a header is none, or holds the end of its line.
    """
    lines = b"".join([b"%s: %s\r\n" % header for header in headers])
    if lines.count(b"\n") != len(headers) or not _LINES.fullmatch(lines):
        raise h11.LocalProtocolError(f"no headers: {lines[:200]!r}")
    return lines
