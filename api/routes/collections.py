"""What the service holds: its collections and what can be asked of each."""

from functools import partial
from typing import Any

from fastapi import Request, Response

from api.http.links import GEOJSON, HTML, JSON, OGC, QUERYABLES, SCHEMA, Link, base_url, link
from api.parameters.path import LayerOfPath
from api.responses.declared_route import operation, router
from api.responses.documents import DocumentForm, document
from api.responses.downloads import FILES
from api.routes import styles
from api.routes.tiles import collection_links
from api.service.current_snapshot import snapshot_of
from geo.core.crs import CRS84, SERVED
from geo.serving.formats.export import attributions
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot

routes = router("Metadata")


@routes.get("/collections", **operation("getCollections", "All collections", [JSON, HTML]))
async def collections(request: Request, form: DocumentForm) -> Response:
    """List all collections."""
    snapshot = snapshot_of(request)
    return await document(request, form, "collections", lambda: _all(snapshot, base_url(request)))


@routes.get(
    "/collections/{collectionId}",
    **operation("getCollection", "One collection", [JSON, HTML]),
)
async def collection(request: Request, layer: LayerOfPath, form: DocumentForm) -> Response:
    """Describe one collection."""
    make = partial(_described, layer, snapshot_of(request), base_url(request))
    return await document(request, form, "collection", make, about=layer)


def _all(snapshot: Snapshot, base: str) -> dict[str, Any]:
    here = f"{base}/collections"
    return {
        "links": [
            link("self", here, JSON, "this document"),
            link("alternate", f"{here}?f=html", HTML, "this document for people"),
        ],
        "crs": list(SERVED),
        "numberMatched": len(snapshot.layers),
        "numberReturned": len(snapshot.layers),
        "collections": [_described(layer, snapshot, base) for layer in snapshot.layers.values()],
    }


def _described(layer: Layer, snapshot: Snapshot, base: str) -> dict[str, Any]:
    return {
        "id": layer.id,
        "title": layer.meta["title"],
        "description": layer.meta["description"],
        "attribution": "; ".join(attributions(snapshot, [layer.id])),
        "extent": {
            "spatial": {"bbox": [layer.extent], "crs": CRS84},
            "temporal": {"interval": [_instants(layer.meta["interval"])]},
        },
        "itemType": "feature",
        "itemCount": layer.count,
        "crs": list(SERVED),
        "storageCrs": CRS84,
        "coverage": snapshot.manifest.get("coverage", {}).get(layer.id, []),
        "links": _links(layer, snapshot, f"{base}/collections/{layer.id}"),
    }


def _links(layer: Layer, snapshot: Snapshot, here: str) -> list[Link]:
    items = f"{here}/items"
    return [
        link("self", here, JSON, layer.meta["title"]),
        link("alternate", f"{here}?f=html", HTML, "this document for people"),
        link("items", items, GEOJSON, "the features"),
        link("items", f"{items}?f=html", HTML, "the features for people"),
        # Maps read it by the box, as they read the GeoJSON.
        link("items", f"{items}?f=fgb", FILES["fgb"].media_type, "all features: FlatGeobuf"),
        *(
            link("enclosure", f"{items}?f={name}", file.media_type, f"all features: {file.title}")
            for name, file in FILES.items()
        ),
        link(QUERYABLES, f"{here}/queryables", SCHEMA, "what filters may name"),
        link(f"{OGC}/sortables", f"{here}/sortables", SCHEMA, "what sortby may name"),
        link(f"{OGC}/schema", f"{here}/schema", SCHEMA, "what a feature holds"),
        *([] if layer.has_no_place else [*collection_links(here), *styles.collection_links(here)]),
        *_licences(layer, snapshot),
    ]


def _licences(layer: Layer, snapshot: Snapshot) -> list[Link]:
    sources = [snapshot.manifest["sources"][name] for name in layer.meta["sources"]]
    named = {source["licence_url"]: source["licence"] for source in sources}
    return [link("license", url, HTML, licence) for url, licence in named.items()]


def _instants(interval: list[str | None]) -> list[str | None]:
    return [None if day is None else f"{day}T00:00:00Z" for day in interval]
