"""The application: settings and a snapshot in, routes out."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware

import maps
from api import collections, docs, errors, health, items, landing, openapi, pages
from api.security import SecurityHeaders
from api.settings import Settings
from geo.errors import SnapshotError
from geo.store import open_current

MAPS: Final = Path(maps.__file__).parent
STATIC: Final = {
    "/static/vendor/leaflet": MAPS / "node_modules" / "leaflet" / "dist",
    "/static/vendor/swagger-ui": MAPS / "node_modules" / "swagger-ui-dist",
    "/static": MAPS / "static",
}


def create_app(settings: Settings) -> FastAPI:
    """The service over the current snapshot.

    Raises:
        SnapshotError: nothing has been built, or the front-end files have not been fetched.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.snapshot = open_current(settings.home)
    app.state.pages = pages.PageStore()
    errors.register(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"])
    for module in (landing, collections, items, openapi, docs, health, pages):
        app.include_router(module.router)
    for path, folder in STATIC.items():
        if not folder.is_dir():
            raise SnapshotError(f"front-end files are missing ({folder}): run `make setup`")
        app.mount(path, StaticFiles(directory=folder))
    return app
