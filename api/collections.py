"""What the service holds: conformance and collections."""

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from api.items import layer_asked
from api.links import GEOJSON, HTML, JSON, Link, base_url, link
from api.params import given_parameters, one_of
from geo.store import Layer, Snapshot

router = APIRouter()

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)


def json_answer(body: Any, media_type: str = JSON) -> Response:
    """A body as JSON."""
    return Response(orjson.dumps(body), media_type=media_type)


@router.api_route("/conformance", methods=["GET", "HEAD"])
async def conformance(request: Request) -> Response:
    """The classes of the standards that the service meets."""
    _only_json(request)
    return json_answer({"conformsTo": CONFORMANCE})


@router.api_route("/collections", methods=["GET", "HEAD"])
async def collections(request: Request) -> Response:
    """All collections."""
    _only_json(request)
    base, snapshot = base_url(request), request.app.state.snapshot
    return json_answer(
        {
            "links": [link("self", f"{base}/collections", JSON, "this document")],
            "collections": [
                _described(layer, snapshot, base) for layer in snapshot.layers.values()
            ],
        }
    )


@router.api_route("/collections/{collectionId}", methods=["GET", "HEAD"])
async def collection(request: Request) -> Response:
    """One collection."""
    layer = layer_asked(request)
    _only_json(request)
    return json_answer(_described(layer, request.app.state.snapshot, base_url(request)))


def _only_json(request: Request) -> None:
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
