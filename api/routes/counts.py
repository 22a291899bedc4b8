"""How many features there are in each group: of all, or of those that filters choose."""

from typing import Final

import orjson
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.http.links import JSON, base_url, link, with_query
from api.http.negotiation import has_already, representation
from api.http.query_string import given_parameters, one_of
from api.parameters.filters import selected, selecting, selection
from api.responses.documents import answer_headers, sent
from api.service.current_snapshot import snapshot_of
from geo.serving.formats.export import attributions
from geo.serving.query.counts import counts

DEFAULT_COLLECTION: Final = "businesses"
DEFAULT_BY: Final = "provenance"  # which every collection has


async def group_counts(request: Request) -> Response:
    """Numbers of features by the values of one to three properties."""
    snapshot = snapshot_of(request)
    # The collection decides which filters there are, so it is looked at first.
    name = request.query_params.get("collection", DEFAULT_COLLECTION)
    layer = snapshot.layers[one_of("collection", name, snapshot.layers)]
    given = given_parameters(request, ["f", "collection", "by", *selecting(layer)])
    representation(request, given, {"json": (JSON,)})
    by, chosen = given.get("by", DEFAULT_BY).split(","), selection(given, layer)
    headers = answer_headers(request, "json")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    rows = await run_in_threadpool(selected, layer, chosen)
    groups = await run_in_threadpool(counts, layer, rows, by)
    here = with_query(f"{base_url(request)}/analysis/counts", given)
    body = {
        "collection": layer.id,
        "by": by,
        "n": len(rows),
        "groups": groups,
        "attribution": attributions(snapshot, [layer.id]),
        "links": [link("self", here, JSON, "this document")],
    }
    return await sent(request, orjson.dumps(body), JSON, headers)
