"""The application: settings and a snapshot in, routes out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import maps
from api.http import errors
from api.http.observation import Observation
from api.http.path_prefix import PathPrefix
from api.http.security_headers import SecurityHeaders
from api.http.static_files import Files
from api.openapi import document
from api.responses.cached_route import cached
from api.routes import (
    analysis,
    catalogue,
    collections,
    conformance,
    counts,
    docs,
    eat,
    health,
    items,
    landing,
    metrics,
    pages,
    raster_tiles,
    schemas,
    staff,
    styles,
    table_join,
    tiles,
    tilesets,
)
from api.routes.staff import AuditLog, StaffAuth
from api.service.access_log import AccessLog
from api.service.current_snapshot import place_of_current, served, watch_for_new_snapshot
from api.service.draining import drain_on_sigterm
from api.service.settings import Settings
from api.service.work_queue import work_queues
from geo.core.errors import SnapshotError

MAPS: Final = Path(maps.__file__).parent
STATIC: Final = {
    "/static/vendor/leaflet": MAPS / "node_modules" / "leaflet" / "dist",
    "/static/vendor/swagger-ui": MAPS / "node_modules" / "swagger-ui-dist",
    "/static": MAPS / "static",
}
# Plain routes, tried in this order. What may be in a query depends on the data, so params.py
# parses it and openapi.py describes it; FastAPI's own parsing would cost a small answer a third.
ROUTES: Final = (
    Route("/collections/{collectionId}/items", cached(items.items)),
    Route("/collections/{collectionId}/items/{featureId}", cached(items.item)),
    Route("/collections/{collectionId}/tiles", cached(tilesets.tilesets)),
    Route("/collections/{collectionId}/tiles/{tileMatrixSetId}", cached(tilesets.tileset)),
    Route(
        "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        cached(tiles.tile),
    ),
    Route("/collections/{collectionId}/styles", cached(styles.styles)),
    Route("/collections/{collectionId}/styles/{styleId}", cached(styles.style)),
    Route("/tileMatrixSets", cached(tilesets.matrix_sets)),
    Route("/tileMatrixSets/{tileMatrixSetId}", cached(tilesets.matrix_set)),
    Route("/analysis", cached(analysis.measures)),
    Route("/analysis/counts", cached(counts.group_counts)),
    Route("/analysis/{measure}", cached(analysis.measure)),
    Route("/analysis/{measure}/tiles", cached(raster_tiles.tilesets)),
    Route("/analysis/{measure}/tiles/{tileMatrixSetId}", cached(raster_tiles.tileset)),
    Route(
        "/analysis/{measure}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.png",
        cached(raster_tiles.tile),
    ),
    Route("/eat", eat.eat),
    Route("/eat/data.json", cached(eat.data)),
    Route("/eat/ground.svg", cached(eat.ground)),
    Route("/eat/worker.js", eat.worker),
    Route("/eat/manifest.webmanifest", eat.manifest),
    Route("/eat/{spot}", eat.card),
    Route("/maps/food-streets", pages.food_streets),
    Route("/maps/food-streets/cards", pages.cards),
    Route("/maps/density", pages.density),
    Route("/maps/residents", pages.residents),
    *pages.declared_routes(),
    Route("/maps/join", table_join.form),
    Route("/maps/join", table_join.join_table, methods=["POST"]),
    Route("/maps/{measure}.{kind}", cached(analysis.picture)),
    Route("/", landing.landing),
    Route("/conformance", cached(conformance.conformance)),
    Route("/collections", cached(collections.collections)),
    Route("/collections/{collectionId}", cached(collections.collection)),
    Route("/collections/{collectionId}/queryables", cached(schemas.queryables)),
    Route("/collections/{collectionId}/sortables", cached(schemas.sortables)),
    Route("/collections/{collectionId}/schema", cached(schemas.schema)),
    Route("/api", cached(document.openapi_30)),
    Route("/openapi.json", cached(document.openapi_31)),
    Route("/docs", docs.docs),
    Route("/catalog.jsonld", cached(catalogue.catalogue)),
    Route("/sitemap.xml", cached(catalogue.pages)),
    Route("/robots.txt", cached(catalogue.rules)),
    Route("/languages/{lang}", cached(catalogue.words)),
    Route("/staff", staff.staff),
    Route("/health/live", health.live),
    Route("/health/ready", health.ready),
    Route("/metrics", metrics.metrics),
)


def app_of_environment() -> FastAPI:
    """The service as `ATLAS_*` variables set it; each worker process makes its own.

    One that starts while there is no snapshot waits for one, and is not ready until then.

    Raises:
        SnapshotError: as `create_app`, but for the snapshot.
    """
    settings = Settings()
    return create_app(settings, load=place_of_current(settings.home) is not None)


def create_app(settings: Settings, *, load: bool = True) -> FastAPI:
    """The service over the current snapshot.

    Args:
        settings: how this deployment differs from the default.
        load: whether to open the snapshot now; else it is opened once the service listens.

    Raises:
        SnapshotError: nothing has been built, the front-end files have not been fetched, or the
            log of what staff ask, or of all requests, cannot be written.
    """
    # A redirect to add a slash would be built from the Host header, which anybody can write.
    app = FastAPI(
        openapi_url=None,
        routes=list(ROUTES),
        redirect_slashes=False,
        lifespan=_run,
    )
    _set_state(app, settings)
    if load:
        app.state.serving = served(settings.home)
    errors.register(app)
    _add_door(app, settings)
    app.add_middleware(SecurityHeaders)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    app.add_middleware(Observation, log=app.state.access_log)
    _add_prefix(app, settings)
    for path, folder in STATIC.items():
        if not folder.is_dir():
            raise SnapshotError(f"front-end files are missing ({folder}): run `make setup`")
        app.mount(path, GZipMiddleware(Files(directory=folder), compresslevel=6))
    return app


def _set_state(app: FastAPI, settings: Settings) -> None:
    """Set what the requests share, before there is a snapshot."""
    app.state.settings = settings
    app.state.serving, app.state.problem = None, ""
    app.state.draining, app.state.versions = False, set()
    app.state.queues = work_queues()
    try:
        target = settings.access_log
        app.state.access_log = None if target == "none" else AccessLog(target)
    except OSError as error:
        raise SnapshotError(f"requests cannot be logged in {target}: {error.strerror}") from error


@asynccontextmanager
async def _run(app: FastAPI) -> AsyncIterator[None]:
    """Do what the service does beside answering, for as long as it runs."""
    log: AccessLog | None = app.state.access_log
    with log.writing() if log is not None else nullcontext(), drain_on_sigterm(app):
        async with watch_for_new_snapshot(app):
            yield


def _add_prefix(app: FastAPI, settings: Settings) -> None:
    """Take the path of the public address off those of requests, where no route begins so."""
    prefix = urlsplit(settings.public_url or "").path
    own = {route.path.split("/")[1] for route in ROUTES} | {"static"}
    if prefix and unquote(prefix).split("/")[1] not in own:
        app.add_middleware(PathPrefix, prefix=prefix)


def _add_door(app: FastAPI, settings: Settings) -> None:
    """Know staff, where the settings name any."""
    if not settings.staff:
        return
    path = settings.audit_log or settings.home / "audit" / "audit.log"
    try:
        log = AuditLog(path)
    except OSError as error:
        raise SnapshotError(
            f"what staff ask cannot be noted in {path}: {error.strerror}"
        ) from error
    app.add_middleware(StaffAuth, tokens=settings.staff, log=log)
