"""Features of a collection: the hot path, so bytes are gathered and nothing is encoded twice."""

import gzip
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import numpy as np
import orjson
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.answer_store import AnswerStore
from api.errors import NotFoundError, shown
from api.items_query import FORMATS, ItemsQuery, items_query
from api.links import CRS84, GEOJSON, JSON, Link, base_url, link, with_query
from api.negotiation import has_already, takes_gzip
from api.params import given_parameters, one_of
from api.period import within
from geo.store import Layer, Rows, Snapshot

VERSION: Final = "0.1.0"
_HEAD: Final = b'{"type":"FeatureCollection","features":['


async def items(request: Request) -> Response:
    """Features of one collection that match all filters, a page at a time."""
    layer = layer_asked(request)
    query = items_query(request, layer)
    headers = _headers(request)
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    answers: AnswerStore = request.app.state.answers
    base = base_url(request)
    key = (base, layer.id, *query.given.items())
    body = answers.find(key)
    if body is None:
        body = _page(layer, query, base)
        answers.keep(key, body)
    if takes_gzip(request):
        body = await _zipped(answers, key, body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=GEOJSON)


async def item(request: Request) -> Response:
    """One feature by its id."""
    layer = layer_asked(request)
    given = given_parameters(request, ["f", "crs"])
    one_of("f", given.get("f", "json"), FORMATS)
    one_of("crs", given.get("crs", CRS84), (CRS84,))
    name = request.path_params["featureId"]
    row = layer.row_of(name)
    if row is None:
        raise NotFoundError(f"collection {layer.id} has no feature {shown(name)}")
    headers = _headers(request)
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    here = f"{base_url(request)}/collections/{layer.id}"
    links = [
        link("self", f"{here}/items/{quote(name, safe='')}", GEOJSON, "this feature"),
        link("collection", here, JSON, str(layer.meta["title"])),
    ]
    body = layer.feature(row)[:-1] + b',"links":' + orjson.dumps(links) + b"}"
    return Response(body, headers=headers, media_type=GEOJSON)


def layer_asked(request: Request) -> Layer:
    """The layer named in the path.

    Raises:
        NotFoundError: there is no such collection.
    """
    snapshot: Snapshot = request.app.state.snapshot
    name = request.path_params["collectionId"]
    if name not in snapshot.layers:
        known = ", ".join(snapshot.layers)
        raise NotFoundError(f"no collection {shown(name)}; there are {known}")
    return snapshot.layers[name]


def _headers(request: Request) -> dict[str, str]:
    # Weak: links and time stamp may differ, while one snapshot answers one question always alike.
    snapshot: Snapshot = request.app.state.snapshot
    return {
        "ETag": f'W/"{snapshot.id[:16]}-{VERSION}"',
        "Cache-Control": "no-cache",  # ask again, and get a 304 while the data are the same
        "Vary": "Accept-Encoding",
        "Content-Crs": f"<{CRS84}>",
    }


def _page(layer: Layer, query: ItemsQuery, base: str) -> bytes:
    """The features asked for, with what there is to say about them."""
    rows = _selected(layer, query)
    page = rows[query.offset : query.offset + query.limit]
    foot = {
        "numberMatched": len(rows),
        "numberReturned": len(page),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": _page_links(f"{base}/collections/{layer.id}", layer, query, len(rows)),
    }
    return b"".join((_HEAD, layer.features(page), b"],", orjson.dumps(foot)[1:]))


def _selected(layer: Layer, query: ItemsQuery) -> Rows:
    if query.where or query.boxes:
        parts = [layer.select(query.where, box) for box in query.boxes or (None,)]
        rows = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
    else:
        rows = np.arange(layer.count)
    return rows if query.when is None else rows[within(layer, query.when)[rows]]


def _page_links(here: str, layer: Layer, query: ItemsQuery, matched: int) -> list[Link]:
    def page(rel: str, title: str, **changed: str) -> Link:
        return link(rel, with_query(f"{here}/items", {**query.given, **changed}), GEOJSON, title)

    limit, after = str(query.limit), query.offset + query.limit
    links = [page("self", "this page")]
    if after < matched:
        links.append(page("next", "next page", limit=limit, offset=str(after)))
    if query.offset > 0:
        before = max(min(query.offset, matched) - query.limit, 0)
        links.append(page("prev", "previous page", limit=limit, offset=str(before)))
    return [*links, link("collection", here, JSON, str(layer.meta["title"]))]


async def _zipped(answers: AnswerStore, key: tuple[object, ...], body: bytes) -> bytes:
    zipped = answers.find((*key, "gzip"))
    if zipped is None:
        # Level 5 takes a sixth of the time of 9 and a few per cent more bytes.
        zipped = await run_in_threadpool(gzip.compress, body, 5, mtime=0)
        answers.keep((*key, "gzip"), zipped)
    return zipped
