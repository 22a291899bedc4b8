"""How many features there are in each group: of all, or of those that filters choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Request, Response

from api.http.links import JSON, base_url, link, with_query
from api.http.negotiation import has_already, representation
from api.http.query_string import given_parameters
from api.parameters.declared import DataParameters, Schema
from api.parameters.described import choice, comma_list, selecting_parameters
from api.parameters.filters import Selection, parse_selection, select_rows, selecting
from api.responses.declared_route import operation, router
from api.responses.documents import answer_headers, send_body
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import off_loop_if_long, queued
from geo.core.parameter_values import one_of
from geo.serving.formats.export import attributions
from geo.serving.query.counts import countable, counts
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

DEFAULT_COLLECTION: Final = "businesses"
DEFAULT_BY: Final = "provenance"  # which every collection has


routes = router("Analysis")


@dataclass(frozen=True)
class CountsQuery:
    """A checked question for counts.

    Attributes:
        layer: what is counted.
        by: the properties to count by.
        given: the parameters as they were given.
        selection: the features counted.
    """

    layer: Layer
    by: list[str]
    given: Mapping[str, str]
    selection: Selection


def _describe(snapshot: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    businesses = snapshot.layers[DEFAULT_COLLECTION]
    by = comma_list(
        "by", {"type": "string", "enum": countable(businesses)}, "properties to count by"
    )
    by["schema"] |= {"maxItems": 3, "uniqueItems": True, "default": [DEFAULT_BY]}
    return [
        by,
        choice("collection", [businesses.id], "what is counted; others as their items"),
        choice("f", ["json"], "format of the answer"),
        *selecting_parameters(snapshot, layers),
    ]


async def _read(request: Request) -> CountsQuery:
    """Read what is counted.

    Raises:
        BadParameterError: a parameter or a value is not allowed.
    """
    snapshot = snapshot_of(request)
    # The collection decides which filters there are, so it is looked at first.
    name = request.query_params.get("collection", DEFAULT_COLLECTION)
    layer = snapshot.layers[one_of("collection", name, snapshot.layers)]
    given = given_parameters(request, ["f", "collection", "by", *selecting(layer)])
    representation(request, given, {"json": (JSON,)})
    by = given.get("by", DEFAULT_BY).split(",")
    selection = await off_loop_if_long(request, parse_selection, given, layer)
    return CountsQuery(layer, by, given, selection)


@routes.get(
    "/analysis/counts",
    **operation("getCounts", "Numbers of features by the values of some properties", [JSON]),
)
async def group_counts(
    request: Request, asked: Annotated[CountsQuery, Depends(DataParameters(_describe, _read))]
) -> Response:
    """Count features by the values of one to three properties."""
    snapshot, layer = snapshot_of(request), asked.layer
    headers = answer_headers(request, "json")
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    number, groups = await queued(request, "filters", _counted, layer, asked.selection, asked.by)
    here = with_query(f"{base_url(request)}/analysis/counts", asked.given)
    body = {
        "collection": layer.id,
        "by": asked.by,
        "n": number,
        "groups": groups,
        "attribution": attributions(snapshot, [layer.id]),
        "links": [link("self", here, JSON, "this document")],
    }
    return await send_body(request, orjson.dumps(body), JSON, headers)


def _counted(layer: Layer, selection: Selection, by: list[str]) -> tuple[int, Any]:
    """The number of the features chosen, and their groups."""
    rows = select_rows(layer, selection)
    return len(rows), counts(layer, rows, by)
