"""What a client says it takes, and what it has already (RFC 9110, 8.8, 12.5)."""

from typing import Final

from fastapi import Request

_PAGES: Final = ("text/html", "application/xhtml+xml")
_DATA: Final = ("application/json", "application/geo+json", "application/*", "*/*")


def prefers_page(accept: str) -> bool:
    """Whether an Accept header asks for HTML before JSON; `*/*` asks for nothing, so for JSON."""
    for kind in _by_weight(accept):
        if kind in _PAGES:
            return True
        if kind in _DATA:
            return False
    return False


def takes_gzip(request: Request) -> bool:
    """Whether the answer may be zipped."""
    return "gzip" in _by_weight(request.headers.get("accept-encoding", ""))


def has_already(request: Request, etag: str) -> bool:
    """Whether the client holds this version, so that a 304 is enough."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    held = [one.strip().removeprefix("W/") for one in given.split(",")]
    return given.strip() == "*" or etag.removeprefix("W/") in held


def _by_weight(header: str) -> list[str]:
    """The choices of a header, best first; those refused by q=0 are left out."""
    weighed = []
    for choice in header.lower().split(","):
        name, *parameters = (part.strip() for part in choice.split(";"))
        weighed.append((name, min(map(_weight, parameters), default=1.0)))
    return [name for name, weight in sorted(weighed, key=lambda pair: -pair[1]) if weight > 0]


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    return float(value) if value.replace(".", "", 1).isdecimal() and value.isascii() else 0.0
