"""How uvicorn serves the atlas: what cannot be read gets a problem document, and no one waits."""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.http.errors import problem
from api.http.security_headers import ALWAYS, DATA_POLICY

REQUEST_WITHIN_S: Final = 20.0  # from its first byte to the end of its headers


class Protocol(H11Protocol):
    """HTTP/1.1 that answers malformed requests as the routes do, and hangs up on dawdlers."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there: it has a while to ask."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        super().data_received(data)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._forget()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or has headers beyond any measure."""
        self._forget()
        answer = problem(400, f"{msg.rstrip('.')}; a request line and its headers hold 64 kB")
        dressed = {**dict(answer.headers), **ALWAYS, **DATA_POLICY, "connection": "close"}
        headers = [(name.encode(), value.encode()) for name, value in dressed.items()]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect(self) -> None:
        """Start the clock where a request is still to come, stop it where one is whole."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_WITHIN_S, self.transport.close)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


OPTIONS: Final[dict[str, Any]] = {
    "http": Protocol,
    "log_level": "warning",
    "server_header": False,
    # Links come from ATLAS_PUBLIC_URL, never from headers that anybody can send.
    "proxy_headers": False,
}
