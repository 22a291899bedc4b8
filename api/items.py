"""Features of a collection: the hot path, so bytes are gathered and nothing is encoded twice."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
import orjson
from fastapi import APIRouter, Request, Response

from api.errors import NotFoundError, shown
from api.links import GEOJSON, JSON, Link, base_url, link, with_query
from api.params import ItemsQuery, given_parameters, items_query, one_of
from geo.store import Layer, Rows, Snapshot

router = APIRouter()
_HEAD: Final = b'{"type":"FeatureCollection","features":['
_NO_ROWS: Final = np.empty(0, dtype=np.int64)


class GeoJSONResponse(Response):
    """A body of GeoJSON bytes."""

    media_type = GEOJSON


@router.api_route("/collections/{collectionId}/items", methods=["GET", "HEAD"])
async def items(request: Request) -> Response:
    """Features of one collection that match all filters, a page at a time."""
    layer = layer_asked(request)
    query = items_query(request, layer)
    rows = _selected(layer, query)
    page = rows[query.offset : query.offset + query.limit]
    foot = {
        "numberMatched": len(rows),
        "numberReturned": len(page),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": _page_links(request, layer, query, len(rows)),
    }
    parts = (_HEAD, layer.features(page), b"],", orjson.dumps(foot)[1:])
    return GeoJSONResponse(b"".join(parts))


@router.api_route("/collections/{collectionId}/items/{featureId}", methods=["GET", "HEAD"])
async def item(request: Request) -> Response:
    """One feature by its id."""
    layer = layer_asked(request)
    given = given_parameters(request, ["f"])
    one_of("f", given.get("f", "json"), ("json", "geojson"))
    name = request.path_params["featureId"]
    row = layer.row_of(name)
    if row is None:
        raise NotFoundError(f"collection {layer.id} has no feature {shown(name)}")
    here = f"{base_url(request)}/collections/{layer.id}"
    links = [
        link("self", f"{here}/items/{name}", GEOJSON, "this feature"),
        link("collection", here, JSON, str(layer.meta["title"])),
    ]
    return GeoJSONResponse(layer.feature(row)[:-1] + b',"links":' + orjson.dumps(links) + b"}")


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


def _selected(layer: Layer, query: ItemsQuery) -> Rows:
    if not query.where and not query.boxes:
        return np.arange(layer.count)
    if not query.boxes:
        return layer.select(query.where)
    parts = [layer.select(query.where, box) for box in query.boxes]
    return parts[0] if len(parts) == 1 else np.unique(np.concatenate([_NO_ROWS, *parts]))


def _page_links(request: Request, layer: Layer, query: ItemsQuery, matched: int) -> list[Link]:
    here = f"{base_url(request)}/collections/{layer.id}"
    given, limit = dict(query.given), str(query.limit)
    links = [link("self", with_query(f"{here}/items", given), GEOJSON, "this page")]
    after, before = query.offset + query.limit, max(query.offset - query.limit, 0)
    if after < matched:
        target = with_query(f"{here}/items", {**given, "limit": limit, "offset": str(after)})
        links.append(link("next", target, GEOJSON, "next page"))
    if query.offset > 0:
        target = with_query(f"{here}/items", {**given, "limit": limit, "offset": str(before)})
        links.append(link("prev", target, GEOJSON, "previous page"))
    links.append(link("collection", here, JSON, str(layer.meta["title"])))
    return links
