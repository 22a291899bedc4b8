"""Headers that keep pages and answers from being misused."""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maps.web.page import Page, Site

# Open data: any site may read it, and no answer depends on who asks.
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Crs, Content-Disposition, Content-Length, Content-Range, ETag, "
        "Link, OATiles-Hint, OGC-NumberMatched, OGC-NumberReturned, Retry-After, X-Request-ID"
    ),
}
# What is no page has no business to load anything.
DATA_POLICY: Final = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Headers": "*, Authorization",  # the asterisk does not stand for it
    "Access-Control-Max-Age": "86400",
}

RawHeaders = list[tuple[bytes, bytes]]


def _raw(headers: dict[str, str]) -> RawHeaders:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_RAW_ALWAYS: Final = _raw(ALWAYS)
_RAW_DATA_POLICY: Final = _raw(DATA_POLICY)
_RAW_PREFLIGHT: Final = _raw({**_PREFLIGHT, **DATA_POLICY})
_READ: Final = "GET, HEAD"
_CLOSE: Final = (b"connection", b"close")


class SecurityHeaders:
    """ASGI middleware that adds the headers every answer carries, and answers OPTIONS."""

    def __init__(self, app: ASGIApp, forms: Sequence[tuple[re.Pattern[str], str]] = ()) -> None:
        """Guard an app.

        Args:
            app: what answers.
            forms: paths that are asked otherwise than by GET, with their methods ("GET, POST").
        """
        self._app, self._forms = app, forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and dress the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = [*_RAW_ALWAYS, _CLOSE] if _is_ambiguous(scope["headers"]) else _RAW_ALWAYS
        if scope["method"] == "OPTIONS":
            headers = [*_RAW_PREFLIGHT, *_raw(self._allowed(scope["path"])), *added]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: RawHeaders = message["headers"]
                headers += added
                if b"content-security-policy" not in [name for name, _ in headers]:
                    headers += _RAW_DATA_POLICY
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _allowed(self, path: str) -> dict[str, str]:
        """The headers that name the methods of a path."""
        methods = next((names for form, names in self._forms if form.match(path)), _READ)
        return {"Allow": f"{methods}, OPTIONS", "Access-Control-Allow-Methods": methods}


def _is_ambiguous(headers: RawHeaders) -> bool:
    """Whether a proxy may disagree with us on where the request ends (RFC 9112, 6.1)."""
    names = [name for name, _ in headers]
    return b"transfer-encoding" in names and b"content-length" in names


def page_policy(page: Page, site: Site, *, ancestors: str) -> str:
    """Make the Content-Security-Policy of a page: our own host, and folium's blocks by hash."""
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
    return [f"'{digest}'" for digest in hashes]


def _origin(url: str | None) -> list[str]:
    parts = urlsplit((url or "").replace("{s}", "*"))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []  # else our own host
