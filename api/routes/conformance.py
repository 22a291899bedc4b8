"""The classes of the standards that the service meets; each is proven by tests named after it."""

from typing import Final

from fastapi import Request, Response

from api.http.links import HTML, JSON
from api.responses.declared_route import operation, router
from api.responses.documents import DocumentForm, document
from api.routes.tiles import CONFORMANCE as TILES
from geo.serving.query.cql2.filter import CONFORMANCE as CQL2

_CLASSES: Final = {
    "ogcapi-common-1/1.0": ("core", "landing-page", "json", "html", "oas30"),
    "ogcapi-common-2/1.0": ("collections", "json", "html"),
    "ogcapi-features-1/1.0": ("core", "oas30", "html", "geojson"),
    "ogcapi-features-2/1.0": ("crs",),
    "ogcapi-features-3/1.0": (
        "queryables",
        "queryables-query-parameters",
        "filter",
        "features-filter",
    ),
    "ogcapi-features-5/1.0": (
        "schemas",
        "queryables",
        "advanced-property-roles",
        "returnables-and-receivables",
        "sortables",
    ),
}
CONFORMANCE: Final = (
    *(
        f"http://www.opengis.net/spec/{part}/conf/{name}"
        for part, names in _CLASSES.items()
        for name in names
    ),
    *CQL2,
    *TILES,
)

routes = router("Metadata")


@routes.get("/conformance", **operation("getConformance", "Conformance classes", [JSON, HTML]))
async def conformance(request: Request, form: DocumentForm) -> Response:
    """List the conformance classes that the service meets."""
    return await document(request, form, "conformance", lambda: {"conformsTo": CONFORMANCE})
