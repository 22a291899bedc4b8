"""What the service holds: conformance and collections."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from fastapi import Request, Response

from api.items import layer_asked
from api.links import CRS84, GEOJSON, HTML, JSON, Link, base_url, link
from api.params import given_parameters, one_of
from geo.store import Layer, Snapshot

CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)


def json_answer(
    body: Any, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """A body as JSON."""
    return Response(orjson.dumps(body), headers=headers, media_type=media_type)


async def conformance(request: Request) -> Response:
    """The classes of the standards that the service meets."""
    only_json(request)
    return json_answer({"conformsTo": CONFORMANCE})


async def collections(request: Request) -> Response:
    """All collections."""
    only_json(request)
    base, snapshot = base_url(request), request.app.state.snapshot
    return json_answer(
        {
            "links": [link("self", f"{base}/collections", JSON, "this document")],
            "collections": [
                _described(layer, snapshot, base) for layer in snapshot.layers.values()
            ],
        }
    )


async def collection(request: Request) -> Response:
    """One collection."""
    layer = layer_asked(request)
    only_json(request)
    return json_answer(_described(layer, request.app.state.snapshot, base_url(request)))


def only_json(request: Request) -> None:
    """Refuse any parameter but `f=json`.

    Raises:
        BadParameterError: there is another.
    """
    given = given_parameters(request, ["f"])
    one_of("f", given.get("f", "json"), ("json",))


def _described(layer: Layer, snapshot: Snapshot, base: str) -> dict[str, Any]:
    here = f"{base}/collections/{layer.id}"
    sources = [snapshot.manifest["sources"][name] for name in layer.meta["sources"]]
    return {
        "id": layer.id,
        "title": layer.meta["title"],
        "description": layer.meta["description"],
        "attribution": "; ".join(source["attribution"] for source in sources),
        "extent": {
            "spatial": {"bbox": [layer.meta["bbox"]], "crs": CRS84},
            "temporal": {"interval": [_instants(layer.meta["interval"])]},
        },
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            link("self", here, JSON, layer.meta["title"]),
            link("items", f"{here}/items", GEOJSON, "the features"),
            *_licences(sources),
        ],
    }


def _instants(interval: list[str | None]) -> list[str | None]:
    return [None if day is None else f"{day}T00:00:00Z" for day in interval]


def _licences(sources: list[dict[str, str]]) -> list[Link]:
    return [link("license", one["licence_url"], HTML, one["licence"]) for one in sources]
