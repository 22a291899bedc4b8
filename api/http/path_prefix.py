"""A path below which the service is reached, where the proxy in front passes it on."""

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send


class PathPrefix:
    """ASGI middleware that takes a prefix off the path of a request.

    Most proxies take it off themselves; a path without it is left as it is.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        """Guard an app.

        Args:
            app: what answers.
            prefix: as in an address, such as /atlas.
        """
        self._app = app
        self._raw, self._prefix = prefix.encode("ascii"), unquote(prefix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on without the prefix."""
        if scope["type"] == "http" and f"{scope['path']}/".startswith(f"{self._prefix}/"):
            path = scope["path"].removeprefix(self._prefix) or "/"
            raw = scope["raw_path"].removeprefix(self._raw) or b"/"
            scope = {**scope, "path": path, "raw_path": raw}
        await self._app(scope, receive, send)
