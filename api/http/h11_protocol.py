"""How uvicorn serves the atlas: malformed requests get a problem document, and nobody dawdles.

Every phase of a connection has a deadline: the head of a request, its body, and each write. The
number of connections is limited; one too many takes the place of the one that has waited longest
for a request, or is refused at once.
"""

import asyncio
import re
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import h11
from fastapi import Response
from uvicorn.protocols.http import h11_impl
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.http.connection_limits import most_connections
from api.http.errors import problem
from api.http.h11_answer import Connection, Cycle
from api.http.security_headers import ALWAYS, DATA_POLICY
from api.service.metrics import count_refused

REQUEST_WITHIN_S: Final = 20.0  # from its first byte to the end of its headers
BODY_PERIOD_S: Final = 5.0
BODY_BYTES: Final = 50_000  # of a body, at least, in each period
WRITE_PERIOD_S: Final = 10.0
WRITE_BYTES: Final = 50_000  # that a client takes, at least, in each period
LINGER_S: Final = 2.0  # for the rest of a body that nobody reads, so that the answer arrives
STOP_WITHIN_S: Final = 5  # for answers that are on their way when the service stops
_LONGEST_HEAD: Final = 65_536  # bytes
_RAW: Final = re.compile(rb"[\x80-\xff]")
_HEAD_RULES: Final = (
    "a request line and its headers hold 64 kB, and an address is UTF-8, percent-encoded or raw"
)


class Protocol(H11Protocol):
    """HTTP/1.1 with deadlines, a limit on connections, and refusals as the routes word them."""

    _head: asyncio.TimerHandle | None = None
    _body: asyncio.TimerHandle | None = None
    _write: asyncio.TimerHandle | None = None
    _received = 0  # bytes in this period
    _address = ""
    waits_since: float | None = None  # since when a request is awaited; None while one is answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or refuse where there are too many connections."""
        self.conn = Connection(transport, _LONGEST_HEAD)
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # whatever is not sent yet has a deadline
        self._address = self.client[0] if self.client else ""
        if not self._state.connections.open(self._address):
            self._replace_idle("too many connections of this address are open", self._address)
        elif len(self.connections) > most_connections():
            self._replace_idle("too many connections are open")
        else:
            self._expect()

    def data_received(self, data: bytes) -> None:
        """Read more of a request."""
        self._received += len(data)
        if not data.isascii() and self._awaits_request_line():
            data = _percent_encode_line(data)
        super().data_received(data)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every clock."""
        for clock in (self._head, self._body, self._write):
            if clock is not None:
                clock.cancel()
        self._state.connections.close(self._address)
        super().connection_lost(exc)

    @property
    def _state(self) -> Any:
        """What the service shares among its connections."""
        app: Any = self.app
        return app.state

    def on_response_complete(self) -> None:
        """Wait for the next request; a body that nobody has read is not waited for."""
        self.waits_since = time.monotonic()
        if self.conn.their_state is h11.SEND_BODY:
            self.loop.call_later(LINGER_S, self._end_unread, self.cycle)
        super().on_response_complete()
        if self.conn.their_state is not h11.IDLE:  # else uvicorn closes it before long
            self._expect()

    def pause_writing(self) -> None:
        """Give the client a while to take what has been written."""
        super().pause_writing()
        self._watch_write(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Go on: the client has taken everything."""
        if self._write is not None:
            self._write.cancel()
            self._write = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or has headers beyond any measure."""
        self._refuse(400, f"{msg.rstrip('.')}; {_HEAD_RULES}")

    def _awaits_request_line(self) -> bool:
        """Whether what comes next is still a part of the first line of a request."""
        return self.conn.their_state is h11.IDLE and b"\n" not in self.conn.trailing_data[0]

    def _replace_idle(self, why: str, address: str | None = None) -> None:
        """Take the place of the connection that has waited longest for a request, or refuse.

        Args:
            why: it is refused where there is no such connection.
            address: of those that it may replace; None for any.
        """
        others = [
            connection
            for connection in self.connections
            if isinstance(connection, Protocol) and connection is not self
        ]
        if _evict(other for other in others if address in (None, other._address)):
            self._expect()
            return
        self._state.refusals.note(503, self._address)
        self._refuse(503, why, {"Retry-After": "5"})

    def _refuse(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        """Answer with a problem document, and close."""
        self._stop_head()
        count_refused(status)
        answer = problem(status, detail, headers)
        for event in _events(status, answer):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect(self) -> None:
        """Start the clock of what is still to come, and stop that of what is whole."""
        state = self.conn.their_state
        if state is not h11.IDLE:
            self._stop_head()
        elif self._head is None:
            self.waits_since = time.monotonic()
            self._head = self.loop.call_later(REQUEST_WITHIN_S, self.transport.close)
        if state is h11.SEND_BODY and self._body is None:
            self._received = 0
            self._body = self.loop.call_later(BODY_PERIOD_S, self._check_body)

    def _stop_head(self) -> None:
        self.waits_since = None
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _check_body(self) -> None:
        """Close where too little of a body has come, unless it is we who do not read on."""
        self._body = None
        if self.conn.their_state is not h11.SEND_BODY:
            return
        if self._received < BODY_BYTES and not self.flow.read_paused:
            self.transport.abort()
        else:
            self._expect()

    def _end_unread(self, answered: RequestResponseCycle) -> None:
        """Close where the rest of a body still comes after its answer."""
        if self.cycle is answered and self.conn.their_state is h11.SEND_BODY:
            self.transport.close()

    def _watch_write(self, left: int) -> None:
        self._write = self.loop.call_later(WRITE_PERIOD_S, self._check_write, left)

    def _check_write(self, before: int) -> None:
        """Drop a client that does not take what it has asked for."""
        left = self.transport.get_write_buffer_size()
        if left > before - WRITE_BYTES:
            self.transport.abort()
        else:
            self._watch_write(left)


def _evict(others: Iterable[Protocol]) -> bool:
    """Close the connection that has waited longest for a request; whether there is one."""
    idle = [
        (other.waits_since, id(other), other) for other in others if other.waits_since is not None
    ]
    if not idle:
        return False
    longest = min(idle)[2]
    longest.waits_since = None
    longest.connections.discard(longest)
    longest.transport.abort()
    return True


def _percent_encode_line(data: bytes) -> bytes:
    """Percent-encode the raw bytes of an address, as curl and scripts send Hangul."""
    line, end, rest = data.partition(b"\n")
    return _RAW.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest


# uvicorn has no setting for it.
h11_impl.RequestResponseCycle = Cycle  # type: ignore[misc]


def _events(status: int, answer: Response) -> tuple[h11.Event, ...]:
    dressed = {**dict(answer.headers), **ALWAYS, **DATA_POLICY, "connection": "close"}
    headers = [(name.encode(), value.encode()) for name, value in dressed.items()]
    reason = HTTPStatus(status).phrase.encode()
    return (
        h11.Response(status_code=status, headers=headers, reason=reason),
        h11.Data(data=bytes(answer.body)),
        h11.EndOfMessage(),
    )


OPTIONS: Final[dict[str, Any]] = {
    "http": Protocol,
    "h11_max_incomplete_event_size": _LONGEST_HEAD,  # a head in several packets, as in a single one
    "ws": "none",
    "log_level": "warning",
    "server_header": False,
    "timeout_graceful_shutdown": STOP_WITHIN_S,
    # Links come from ATLAS_PUBLIC_URL, never from headers that anybody can send.
    "proxy_headers": False,
}
