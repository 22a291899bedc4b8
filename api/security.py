"""Headers that keep pages and answers from being misused."""

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maps.base import Page, Site

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# What is no page has no business to load anything.
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """ASGI middleware that adds the headers every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", _DATA_POLICY)
            await send(message)

        await self._app(scope, receive, dressed)


def page_policy(page: Page, site: Site, *, ancestors: str) -> str:
    """The Content-Security-Policy of a page: our own host, and folium's own blocks by hash."""
    images = ["'self'", "data:", *_origin(site.basemap_url)]
    rules: dict[str, list[Any]] = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *_quoted(page.script_hashes)],
        "style-src": ["'self'", *_quoted(page.style_hashes)],
        "img-src": images,
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": [ancestors],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def _quoted(hashes: tuple[str, ...]) -> list[str]:
    return [f"'{one}'" for one in hashes]


def _origin(url: str | None) -> list[str]:
    if url is None:
        return []
    parts = urlsplit(url.replace("{s}", "*"))
    return [f"{parts.scheme}://{parts.netloc}"]
