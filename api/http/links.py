"""Absolute links, from where the service really stands."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.routing import Match

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
JSON_LD: Final = "application/ld+json"
OGC: Final = "http://www.opengis.net/def/rel/ogc/1.0"
QUERYABLES: Final = f"{OGC}/queryables"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~,-]*", re.ASCII)

Link = dict[str, str]


def base_url(request: Request) -> str:
    """Make the address of the landing page, without the slash at its end.

    The Host header is not asked: anybody can write it, and its links would lead visitors astray.
    """
    public: str | None = request.app.state.settings.public_url
    if public is not None:
        return public
    host, port = request.scope["server"] or ("localhost", None)
    if port is None:
        host = "localhost"  # a socket of the file system: no address that others could use
    name = f"[{host}]" if ":" in host else host
    where = name if port is None else f"{name}:{port}"
    return f"{request.scope['scheme']}://{where}{request.scope.get('root_path', '')}"


def printed_base(request: Request) -> str:
    """Read the public address of the landing page, to print; "" where none is set.

    Where the server listens, such as 127.0.0.1, leads nobody who holds a sheet of paper anywhere.
    """
    public: str | None = request.app.state.settings.public_url
    return public or ""


def without_slash(request: Request) -> str | None:
    """Remove slashes from the end of a requested path; None where there is no page either.

    Only the path and the query are given, so that the Host header plays no part.
    """
    scope = request.scope
    shorter = {**scope, "path": scope["path"].rstrip("/")}
    written, query = (scope[name].decode("latin-1") for name in ("raw_path", "query_string"))
    if not written.endswith("/") or not any(
        route.matches(shorter)[0] is not Match.NONE for route in request.app.routes
    ):
        return None
    address = urlsplit(base_url(request)).path + written.rstrip("/")
    return f"{address}?{query}" if query else address


def link(rel: str, href: str, kind: str, title: str) -> Link:
    """Make a link object (RFC 8288 as JSON)."""
    return {"rel": rel, "type": kind, "title": title, "href": href}


def with_query(href: str, given: Mapping[str, str]) -> str:
    """Add parameters to an address; commas stay readable."""
    return with_pairs(href, [encoded_pair(name, value) for name, value in given.items()])


def with_pairs(href: str, pairs: Iterable[str]) -> str:
    """Add parameters to an address, which `encoded_pair` has encoded."""
    query = "&".join(pairs)
    return f"{href}?{query}" if query else href


def encoded_pair(name: str, value: str) -> str:
    """Encode a parameter for the query of an address."""
    return f"{_encoded(name)}={_encoded(value)}"


@lru_cache(maxsize=16)  # one answer links to itself in several ways
def _encoded(text: str) -> str:
    # Most are plain; `quote` takes ten times as long to find that out.
    return text if _PLAIN.fullmatch(text) else quote(text, safe=",")
