"""How many features there are in each group: of all, or of those that filters choose."""

from typing import Any, Final

import orjson
from fastapi import Request, Response

from api.http.links import JSON, base_url, link, with_query
from api.http.negotiation import has_already, representation
from api.http.query_string import given_parameters, one_of
from api.parameters.filters import Selection, selected, selecting, selection
from api.responses.documents import answer_headers, sent
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import off_loop_if_long, queued
from geo.serving.formats.export import attributions
from geo.serving.query.counts import counts
from geo.snapshot.layer import Layer

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
    by = given.get("by", DEFAULT_BY).split(",")
    chosen = await off_loop_if_long(request, selection, given, layer)
    headers = answer_headers(request, "json")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    number, groups = await queued(request, "filters", _counted, layer, chosen, by)
    here = with_query(f"{base_url(request)}/analysis/counts", given)
    body = {
        "collection": layer.id,
        "by": by,
        "n": number,
        "groups": groups,
        "attribution": attributions(snapshot, [layer.id]),
        "links": [link("self", here, JSON, "this document")],
    }
    return await sent(request, orjson.dumps(body), JSON, headers)


def _counted(layer: Layer, chosen: Selection, by: list[str]) -> tuple[int, Any]:
    """The number of the features chosen, and their groups."""
    rows = selected(layer, chosen)
    return len(rows), counts(layer, rows, by)
