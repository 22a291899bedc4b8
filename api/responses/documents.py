"""Answers that one snapshot always gives alike: their headers, and documents in two forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final
from zlib import crc32

import orjson
from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.compression import compress
from api.http.links import HTML, JSON
from api.http.negotiation import content_coding, has_already, representation
from api.http.security_headers import page_policy
from api.parameters.declared import Declared, Lang, PageForm
from api.parameters.page_query import site_of
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import queued
from geo import __version__
from geo.snapshot.layer import Layer
from maps.pages import documents
from maps.web.page import Page, Site

PAGE: Final = (HTML, "application/xhtml+xml")
_SMALL: Final = 1_400  # bytes; what fits one packet is not worth packing


def answer_headers(request: Request, kind: str) -> dict[str, str]:
    """Make the headers of an answer that depends on the snapshot and the request alone.

    Args:
        request: the request.
        kind: name of the representation.
    """
    asked = crc32(request.scope["query_string"], crc32(kind.encode()))
    return {
        # Weak: links and time stamp may differ.
        "ETag": f'W/"{snapshot_of(request).version[:16]}-{__version__}-{asked:08x}"',
        "Cache-Control": "no-cache",  # ask again, and get a 304 while the data are the same
        "Vary": "Accept, Accept-Encoding, Accept-Language",
    }


def json_answer(
    body: Any, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """Send a body as JSON."""
    return Response(orjson.dumps(body), headers=headers, media_type=media_type)


async def json_document(
    request: Request, name: str, make: Callable[[], Any], media_type: str = JSON
) -> Response:
    """Send a document that exists as JSON only, compressed; a 304 if the client holds it.

    Args:
        request: the request, its parameters checked.
        name: name of the representation.
        make: makes the document.
        media_type: as it stands in the Content-Type.
    """
    headers = answer_headers(request, name)
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return await send_body(request, orjson.dumps(make()), media_type, headers)


@dataclass(frozen=True)
class Form:
    """How a document is asked for.

    Attributes:
        f: the representation named; None for what the Accept header takes.
        site: for whom and on what ground a page is drawn.
    """

    f: str | None
    site: Site


async def _form(
    request: Request, declared: Declared, f: PageForm = None, lang: Lang = None
) -> Form:
    """Read how a document is asked for."""
    return Form(f, site_of(request, declared))


DocumentForm = Annotated[Form, Depends(_form)]


async def document(
    request: Request,
    asked: Form,
    name: str,
    body: Callable[[], Any],
    *,
    about: Layer | None = None,
    kind: str = JSON,
) -> Response:
    """Answer with a document as JSON, or as a page for people.

    Args:
        request: the request.
        asked: how it is asked for.
        name: which document it is, a word of the catalogues.
        body: makes the document.
        about: the collection that it describes; None for all.
        kind: media type of the JSON.

    Raises:
        NotAcceptableError: the client takes neither.
    """
    site, given = asked.site, {} if asked.f is None else {"f": asked.f}
    form = representation(request, given, {"json": (kind, JSON), "html": PAGE})
    headers = answer_headers(request, f"{form} {site.lang}")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if form == "json":
        return await send_body(request, orjson.dumps(body()), kind, headers)
    snapshot = snapshot_of(request)
    make = partial(documents.document, name, body(), snapshot, site, about)
    return await page_answer(request, make, site, headers)


async def page_answer(
    request: Request, make: Callable[[], Page], site: Site, headers: dict[str, str]
) -> Response:
    """Make a page in a thread, because templates take their time."""
    page = await queued(request, "pages", make)
    headers["Content-Language"] = site.lang
    headers["Content-Security-Policy"] = page_policy(page, site, ancestors="'none'")
    return await send_body(request, page.html.encode(), HTML, headers)


async def send_body(request: Request, body: bytes, kind: str, headers: dict[str, str]) -> Response:
    """Send a body, compressed as the client takes it."""
    coding = content_coding(request)
    if coding is None or len(body) <= _SMALL:
        return PackedBody(body, None).response(kind, headers)
    made = await run_in_threadpool(packed_body, body, coding)
    return made.response(kind, headers)


@dataclass(frozen=True)
class PackedBody:
    """A body as it goes over the wire.

    Attributes:
        content: the bytes.
        coding: their content coding; None for none.
    """

    content: bytes
    coding: str | None

    def response(self, kind: str, headers: dict[str, str]) -> Response:
        """Answer with it.

        Args:
            kind: media type.
            headers: further headers.
        """
        if self.coding is not None:
            headers["Content-Encoding"] = self.coding
        return Response(self.content, headers=headers, media_type=kind)


def packed_body(body: bytes, coding: str | None) -> PackedBody:
    """Pack a body in the coding that a client takes, where it is worth it."""
    if coding is None or len(body) <= _SMALL:
        return PackedBody(body, None)
    return PackedBody(compress(body, coding), coding)
