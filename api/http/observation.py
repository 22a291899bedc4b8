"""Every request has an id, is counted, and has a line in the access log."""

import os
import re
import time
from datetime import UTC, datetime
from typing import Any, Final

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.access_log import AccessLog
from api.service.current_snapshot import snapshot_label
from api.service.metrics import OTHER, count_request

REQUEST_ID: Final = "atlas.request_id"  # in the scope of a request
HEADER: Final = "X-Request-ID"
_RAW_HEADER: Final = HEADER.lower().encode()
_WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_LONGEST_METHOD: Final = 10


class Observation:
    """ASGI middleware, outside all others, that sees what is asked and how it is answered."""

    def __init__(self, app: ASGIApp, log: AccessLog | None) -> None:
        """Observe an app.

        Args:
            app: what answers.
            log: where requests are logged, if anywhere.
        """
        self._app, self._log = app, log
        self._templates: dict[Any, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        at, started = datetime.now(UTC), time.perf_counter()
        request_id = _request_id(scope)
        scope[REQUEST_ID] = request_id
        answer = _Answer(send, request_id)
        try:
            await self._app(scope, receive, answer.send)
        finally:
            seconds = time.perf_counter() - started
            route = self._route(scope)
            count_request(route, answer.status, seconds)
            if self._log is not None:
                self._log.add(
                    {
                        "time": at,
                        "id": request_id,
                        "ms": round(1000 * seconds, 2),
                        "from": (scope.get("client") or ("",))[0],
                        "method": scope["method"][:_LONGEST_METHOD],
                        "route": route,
                        "status": answer.status,
                        "bytes": 0 if scope["method"] == "HEAD" else answer.bytes,
                        "snapshot": snapshot_label(scope),
                    }
                )

    def _route(self, scope: Scope) -> str:
        """Find the template of the route that took a request."""
        if not self._templates and "app" in scope:
            self._templates = dict(map(_template, scope["app"].routes))
        return self._templates.get(scope.get("endpoint"), OTHER)


class _Answer:
    """What goes out: its status and how many bytes."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send, self._header = send, (_RAW_HEADER, request_id.encode())
        self.status, self.bytes = 500, 0  # of what fails before it is answered

    async def send(self, message: Message) -> None:
        """Pass a message on to the client."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), self._header]
        else:
            self.bytes += len(message.get("body", b""))
        await self._send(message)


def _template(route: BaseRoute) -> tuple[Any, str]:
    """Return what a route leads to, and its template."""
    if isinstance(route, Mount):
        return route.app, f"{route.path}/{{path}}"
    assert isinstance(route, Route)  # noqa: S101 - there are no others
    return route.endpoint, route.path


def _request_id(scope: Scope) -> str:
    """The id that a proxy has given the request, where it is one; else a new one."""
    for name, value in scope["headers"]:
        if name == _RAW_HEADER and _WELL_FORMED.fullmatch(value):
            return str(value.decode("ascii"))
    return os.urandom(16).hex()
