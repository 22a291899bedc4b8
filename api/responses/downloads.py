"""Features as a file, streamed: all that a query chooses, however many."""

import asyncio
import os
from collections.abc import AsyncIterator, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, StreamingResponse

from api.http.compression import compress_stream
from api.http.links import GEOJSON, base_url, with_query
from api.http.negotiation import content_coding, has_already
from api.parameters.filters import select_rows
from api.parameters.items_query import ItemsQuery, cursor
from api.service.current_snapshot import serving, snapshot_of
from api.service.file_store import StoredFile, write_file
from api.service.work_queue import queued, queued_once
from geo.core.errors import BadParameterError
from geo.serving.formats import FORMATS, Format, Selection
from geo.serving.formats.export import licence_notices
from geo.serving.query.order import cursor_at, first_rows, rows_after
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from geo.snapshot.value_index import Rows

# A collection in GeoJSON goes out in pages.
FILES: Final[Mapping[str, Format]] = {
    name: item for name, item in FORMATS.items() if item.media_type != GEOJSON
}
_NEEDS_GEOMETRY: Final = ("fgb",)
# More are streamed as they are written, without a length: a register of a country takes minutes.
MOST_STORED_ROWS: Final = 100_000
_PACKED_ALREADY: Final = ("parquet",)
_AT_ONCE: Final = asyncio.Semaphore(4)  # pieces of files that are made at a time; others wait


async def download(
    request: Request, layer: Layer, query: ItemsQuery, name: str, headers: dict[str, str]
) -> Response:
    """Send the features of a query in one of the formats of `FILES`.

    There are no pages in a file: without a limit it holds all that match.

    Raises:
        BadParameterError: the format cannot say that it is in the reference system asked for, or
            cannot go without geometries.
    """
    kind = FILES[name]
    if query.crs not in kind.systems:
        raise BadParameterError("crs", query.crs, f"with f={name}: {', '.join(kind.systems)}")
    if name in _NEEDS_GEOMETRY and not query.with_geometry:
        raise BadParameterError("f", name, "a format that goes without geometries")
    snapshot = snapshot_of(request)
    part = await queued(request, "filters", _part, layer, query)
    rows = part.rows
    names = list(layer.fields) if query.names is None else query.names
    said = licence_notices(snapshot, layer.id)
    selection = Selection(
        layer, rows, names, query.crs, said, bool(query.sort_keys), query.with_geometry
    )
    coding = _coding(request, name)
    if coding is not None:
        headers["Content-Encoding"] = coding
    about = {
        "Content-Disposition": f'attachment; filename="{layer.id}{kind.ending}"',
        "Link": ", ".join([*_links(request, snapshot, layer), *_next(request, layer, query, part)]),
        "OGC-NumberMatched": str(part.matched),
        "OGC-NumberReturned": str(len(rows)),
    }
    headers |= about
    if len(rows) > MOST_STORED_ROWS:
        pieces = _streamed(_pieces(name, selection, coding))
        return StreamingResponse(pieces, headers=headers, media_type=kind.media_type)
    return await _stored(request, name, selection, coding, headers)


def _pieces(name: str, selection: Selection, coding: str | None) -> Generator[bytes]:
    pieces = FILES[name].chunks(selection)
    return pieces if coding is None else compress_stream(pieces, coding)


async def _stored(
    request: Request, name: str, selection: Selection, coding: str | None, headers: dict[str, str]
) -> Response:
    """A file with its length and a strong ETag, or the part of it that is asked for."""
    files, media_type = serving(request).files, FILES[name].media_type
    key = (selection.layer.id, name, coding, request.scope["query_string"])
    file = files.find(key)
    if file is None:
        write = partial(_write, files.new_path(), name, selection, coding)
        file = await queued_once(request, "files", partial(files.find, key), write)
        files.keep(key, file)
    headers["ETag"] = file.etag
    if has_already(request, file.etag):
        return Response(status_code=304, headers=headers)
    stat = file.path.stat()
    return _TaggedFile(file.path, headers=headers, media_type=media_type, stat_result=stat)


def _write(path: Path, name: str, selection: Selection, coding: str | None) -> StoredFile:
    try:
        return write_file(path, _pieces(name, selection, coding))
    except BaseException:  # also where it takes more than it may
        path.unlink(missing_ok=True)
        raise


class _TaggedFile(FileResponse):
    """A file known by its ETag alone: the time of this disk's copy says nothing of the data."""

    def set_stat_headers(self, stat_result: os.stat_result) -> None:
        super().set_stat_headers(stat_result)
        del self.headers["Last-Modified"]

    def _should_use_range(self, http_if_range: str) -> bool:
        return http_if_range == self.headers["ETag"]


def _coding(request: Request, name: str) -> str | None:
    """The content coding; none for who reads a part, which could not be unpacked by itself."""
    return (
        None if "range" in request.headers or name in _PACKED_ALREADY else content_coding(request)
    )


@dataclass(frozen=True)
class _Part:
    """The features of a file.

    Attributes:
        rows: their row numbers.
        matched: number of all features that the query chooses.
        is_last: whether nothing follows, as where no limit was set.
    """

    rows: Rows
    matched: int
    is_last: bool


def _part(layer: Layer, query: ItemsQuery) -> _Part:
    rows, sort_keys = select_rows(layer, query.selection), query.sort_keys
    matched = len(rows)
    if query.place is not None:
        rows = rows_after(layer, rows, sort_keys, query.place)
    most = len(rows) if query.limit is None else query.offset + query.limit
    part = first_rows(layer, rows, sort_keys, most)[query.offset :]
    return _Part(part, matched, is_last=most >= len(rows))


def _next(request: Request, layer: Layer, query: ItemsQuery, part: _Part) -> list[str]:
    """Where a file goes on that a limit ended (RFC 8288)."""
    if part.is_last or not len(part.rows):
        return []
    given = {name: text for name, text in query.given.items() if name != "offset"}
    given["cursor"] = cursor(cursor_at(layer, int(part.rows[-1]), query.sort_keys))
    href = with_query(f"{base_url(request)}/collections/{layer.id}/items", given)
    return [f'<{href}>; rel="next"']


def _links(request: Request, snapshot: Snapshot, layer: Layer) -> list[str]:
    """Where the data and their licences are described (RFC 8288)."""
    here = f"{base_url(request)}/collections/{layer.id}"
    sources = [snapshot.manifest["sources"][source] for source in layer.meta["sources"]]
    urls = dict.fromkeys(source["licence_url"] for source in sources)
    links = [f'<{here}>; rel="collection"', *(f'<{url}>; rel="license"' for url in urls)]
    return [link for link in links if link.isascii()]


async def _streamed(pieces: Generator[bytes]) -> AsyncIterator[bytes]:
    """Make the pieces in a thread; nobody waits while a client takes one."""
    try:
        while (piece := await _next_piece(pieces)) is not None:
            yield piece
    finally:
        pieces.close()


async def _next_piece(pieces: Generator[bytes]) -> bytes | None:
    async with _AT_ONCE:
        return await run_in_threadpool(next, pieces, None)
