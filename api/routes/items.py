"""Features of a collection: the hot path, so bytes are gathered and nothing is encoded twice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import quote

import numpy as np
import orjson
from fastapi import Depends, Request, Response

from api.http.errors import NotFoundError, excerpt
from api.http.links import GEOJSON, HTML, JSON, Link, base_url, link
from api.http.negotiation import Offer, content_coding, has_already, representation
from api.http.query_string import given_parameters
from api.parameters.declared import INSTEAD, Schema
from api.parameters.described import choice, common_fields, item_parameters, shared_parameters
from api.parameters.items_query import ItemsQuery, items_query
from api.parameters.page_query import named_language, site_of
from api.parameters.path import layer_asked, path_feature, path_layer
from api.responses.declared_route import (
    BareRoute,
    described_by,
    media_types,
    operation,
    router,
)
from api.responses.documents import (
    PAGE,
    PackedBody,
    answer_headers,
    packed_body,
    page_answer,
    send_body,
)
from api.responses.downloads import FILES, download
from api.responses.items_page import ItemsPage, items_page, page_links
from api.responses.parts import Parts, Piece
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import off_loop_if_long, queued
from geo.core.crs import CRS84, SERVED
from geo.core.parameter_values import one_of
from geo.serving.query.geojson import is_stored, to_geojson
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.pages import documents
from maps.web.page import Page, Site

_FEATURES: Final = {"json": (GEOJSON, JSON), "geojson": (GEOJSON,), "html": PAGE}
ITEM: Final[Offer] = _FEATURES
ITEMS: Final[Offer] = {**_FEATURES, **{name: (file.media_type,) for name, file in FILES.items()}}
_HEAD: Final = b'{"type":"FeatureCollection","features":['
# What takes a few milliseconds at most, and is done as fast as a thread is found.
_LIGHT: Final = 20_000  # features looked through
_LIGHT_PAGE: Final = 1_000  # features of a page, to be encoded or packed
_LONG_RUN: Final = 200_000  # bytes; copying fewer costs less than sending them by themselves
_MOST_SHOWN: Final = 1_000  # features of a page for people
_LIGHT_WORK: Final = 2_000_000  # of a filter, see `cql2.evaluation.Work`
_SHARED: Final = (
    "lang", "limit", "offset", "crs", "skipGeometry", "bbox", "bbox-crs", "datetime",
    "filter-lang", "filter-crs",
)  # fmt: skip
routes = router("Features", BareRoute)


def _items_parameters(_: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    form = choice("f", ITEMS, f"{INSTEAD}; files hold all features unless a limit is set")
    return [form, *shared_parameters(*_SHARED), *item_parameters(common_fields(layers))]


def _item_parameters(_: Snapshot, _layers: Sequence[Layer]) -> list[Schema]:
    return [choice("f", ITEM, INSTEAD), *shared_parameters("lang", "crs")]


@routes.get(
    "/collections/{collectionId}/items",
    dependencies=[Depends(path_layer), *described_by(_items_parameters)],
    **operation("getFeatures", "Features", media_types(ITEMS), "featureCollection"),
)
async def items(request: Request) -> Response:
    """Send features of one collection that match all filters, a page at a time."""
    layer = layer_asked(request)
    return await answer(
        request, layer, await off_loop_if_long(request, items_query, request, layer)
    )


async def answer(request: Request, layer: Layer, query: ItemsQuery) -> Response:
    """Answer a checked query of features."""
    named_language(query.given)
    kind = representation(request, query.given, ITEMS)
    headers = {**answer_headers(request, kind), "Content-Crs": f"<{query.crs}>"}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if kind in FILES:
        return await download(request, layer, query, kind, headers)
    if kind == "html":
        paged = _for_people(query)
        body = await queued(request, "filters", _gathered, layer, paged, base_url(request))
        return await _shown(request, layer, query.given, body, headers)
    return await _page(request, layer, query, headers)


@routes.get(
    "/collections/{collectionId}/items/{featureId}",
    dependencies=[Depends(path_layer), Depends(path_feature), *described_by(_item_parameters)],
    **operation("getFeature", "One feature", media_types(ITEM), "feature"),
)
async def item(request: Request) -> Response:
    """Send one feature by its id."""
    layer = layer_asked(request)
    given = given_parameters(request, ["f", "crs", "lang"])
    named_language(given)
    kind = representation(request, given, ITEM)
    crs = one_of("crs", given.get("crs", CRS84), SERVED)
    name = request.path_params["featureId"]
    row = layer.row_of(name)
    if row is None:
        raise NotFoundError(f"collection {layer.id} has no feature {excerpt(name)}")
    headers = {**answer_headers(request, kind), "Content-Crs": f"<{crs}>"}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    feature = layer.feature(row) if crs == CRS84 else _feature_in(layer, row, crs)
    body = feature[:-1] + b',"links":' + orjson.dumps(_item_links(request, layer, name)) + b"}"
    if kind == "html":
        return await _shown(request, layer, given, body, headers)
    return Parts([body], headers, GEOJSON)


def _for_people(query: ItemsQuery) -> ItemsQuery:
    """A query whose page and neighbours are for people, who read no 10,000 features at once."""
    given = {**query.given, "f": "html"}  # also where the Accept header said so
    size = min(query.page_size, _MOST_SHOWN)
    if "limit" in given:
        given["limit"] = str(size)
    return replace(query, limit=size, given=given)


async def _shown(
    request: Request, layer: Layer, given: Mapping[str, str], body: bytes, headers: dict[str, str]
) -> Response:
    """Features as a page for people."""
    site = site_of(request, given)
    make = partial(_page_of_features, layer, body, snapshot_of(request), site)
    return await page_answer(request, make, site, headers)


def _page_of_features(layer: Layer, body: bytes, snapshot: Snapshot, site: Site) -> Page:
    return documents.features(layer, orjson.loads(body), snapshot, site)


async def _page(
    request: Request, layer: Layer, query: ItemsQuery, headers: dict[str, str]
) -> Response:
    """A page of features."""
    base, coding = base_url(request), content_coding(request)
    if _is_light(layer, query):
        page = items_page(layer, query)
        if _is_light_page(query, page, coding):
            pieces = _collection(layer, query, base, page)
            if coding is None:
                return Parts(pieces, headers, GEOJSON)
            return await send_body(request, b"".join(pieces), GEOJSON, headers)
        # Others are served meanwhile.
        body = await queued(request, "filters", _packed, layer, query, base, page, coding)
    else:
        body = await queued(request, "filters", _gathered_and_packed, layer, query, base, coding)
    if body.coding is None:
        return Parts([body.content], headers, GEOJSON)
    return body.response(GEOJSON, headers)


def _is_light(layer: Layer, query: ItemsQuery) -> bool:
    """Whether nobody notices that features are chosen on the event loop."""
    selection = query.selection
    if selection.is_everything and not query.sort_keys and query.page_size <= _LIGHT_PAGE:
        return True  # as they lie, however many there are
    work = 0 if selection.filter is None else layer.count * selection.filter.cost
    return layer.count <= _LIGHT and selection.outline is None and work <= _LIGHT_WORK


def _is_light_page(query: ItemsQuery, page: ItemsPage, coding: str | None) -> bool:
    """Whether nobody notices that the features of a page are gathered on the event loop."""
    stored = is_stored(query.crs, query.names, with_geometry=query.with_geometry)
    few = len(page.rows) <= _LIGHT_PAGE and query.crs == CRS84
    return few or (stored and coding is None)  # joined, which takes 2 ms at most


def _gathered_and_packed(
    layer: Layer, query: ItemsQuery, base: str, coding: str | None
) -> PackedBody:
    return _packed(layer, query, base, items_page(layer, query), coding)


def _packed(
    layer: Layer, query: ItemsQuery, base: str, page: ItemsPage, coding: str | None
) -> PackedBody:
    return packed_body(b"".join(_collection(layer, query, base, page)), coding)


def _gathered(layer: Layer, query: ItemsQuery, base: str) -> bytes:
    """The features asked for, with what there is to say about them."""
    return b"".join(_collection(layer, query, base, items_page(layer, query)))


def _collection(layer: Layer, query: ItemsQuery, base: str, page: ItemsPage) -> Sequence[Piece]:
    """A page of features, with what there is to say about them."""
    foot = {
        "numberMatched": page.matched,
        "numberReturned": len(page.rows),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": page_links(base, layer, query, page),
    }
    shaped = query.with_geometry
    features = to_geojson(layer, page.rows, crs=query.crs, names=query.names, with_geometry=shaped)
    return _between(_HEAD, features, b"]," + orjson.dumps(foot)[1:])


def _between(head: bytes, features: Sequence[Piece], foot: bytes) -> Sequence[Piece]:
    """Join features by commas and put them between head and foot; a long run is not copied."""
    if not features:
        return [head + foot]
    first, *others = features
    if not others:
        return [head, first, foot] if len(first) > _LONG_RUN else [b"".join((head, first, foot))]
    *others, last = others
    return [b",".join([head + bytes(first), *others, bytes(last) + foot])]


def _feature_in(layer: Layer, row: int, crs: str) -> bytes:
    """One feature in another reference system."""
    return b"".join(to_geojson(layer, np.array([row]), crs=crs))


def _item_links(request: Request, layer: Layer, name: str) -> list[Link]:
    here = f"{base_url(request)}/collections/{layer.id}"
    this = f"{here}/items/{quote(name, safe='')}"
    return [
        link("self", this, GEOJSON, "this feature"),
        link("alternate", f"{this}?f=html", HTML, "this feature for people"),
        link("collection", here, JSON, str(layer.meta["title"])),
    ]
