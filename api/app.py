"""The application: settings and a snapshot in, routes out."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

import maps
from api import collections, docs, errors, health, items, landing, openapi, pages
from api.answer_store import AnswerStore
from api.page_store import PageStore
from api.security import SecurityHeaders
from api.settings import Settings
from api.static import Files
from geo.errors import SnapshotError
from geo.store import open_current

MAPS: Final = Path(maps.__file__).parent
STATIC: Final = {
    "/static/vendor/leaflet": MAPS / "node_modules" / "leaflet" / "dist",
    "/static/vendor/swagger-ui": MAPS / "node_modules" / "swagger-ui-dist",
    "/static": MAPS / "static",
}
# Plain routes, tried in this order. What may stand in a query depends on the data, so params.py
# parses it and openapi.py describes it; FastAPI's own parsing would cost a small answer a third.
ROUTES: Final = (
    Route("/collections/{collectionId}/items", items.items),
    Route("/collections/{collectionId}/items/{featureId}", items.item),
    Route("/maps/food-streets", pages.food_streets),
    Route("/maps/density", pages.density),
    Route("/maps/residents", pages.residents),
    Route("/", landing.landing),
    Route("/conformance", collections.conformance),
    Route("/collections", collections.collections),
    Route("/collections/{collectionId}", collections.collection),
    Route("/api", openapi.openapi_30),
    Route("/openapi.json", openapi.openapi_31),
    Route("/docs", docs.docs),
    Route("/health/live", health.live),
    Route("/health/ready", health.ready),
)


def create_app(settings: Settings) -> FastAPI:
    """The service over the current snapshot.

    Raises:
        SnapshotError: nothing has been built, or the front-end files have not been fetched.
    """
    # A redirect to add a slash would be built from the Host header, which anybody can write.
    app = FastAPI(openapi_url=None, routes=list(ROUTES), redirect_slashes=False)
    app.state.settings = settings
    app.state.snapshot = open_current(settings.home)
    app.state.answers = AnswerStore()
    app.state.pages = PageStore()
    errors.register(app)
    app.add_middleware(SecurityHeaders)
    for path, folder in STATIC.items():
        if not folder.is_dir():
            raise SnapshotError(f"front-end files are missing ({folder}): run `make setup`")
        app.mount(path, GZipMiddleware(Files(directory=folder), compresslevel=6))
    return app
