"""The application: settings and a snapshot in, routes out."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import maps
from api.http import errors
from api.http.connection_limits import ConnectionsByAddress
from api.http.observation import Observation
from api.http.path_prefix import PathPrefix
from api.http.security_headers import SecurityHeaders
from api.http.static_files import Files
from api.openapi import document
from api.responses.declared_route import DeclaredRoute
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
    staff_changes,
    staff_pages,
    staff_register_steps,
    staff_registers,
    styles,
    table_join,
    tiles,
    tilesets,
    visitor_notes,
)
from api.routes.staff import AuditLog, StaffAuth
from api.service.access_log import AccessLog
from api.service.current_snapshot import (
    open_current_snapshot,
    place_of_current,
    watch_for_new_snapshot,
)
from api.service.draining import drain_on_sigterm
from api.service.helpers import Helpers
from api.service.register_steps import Desk
from api.service.register_uploads import UploadStore
from api.service.settings import Settings
from api.service.visitor_notes import NoteStore
from api.service.work_queue import work_queues
from geo.core.errors import SnapshotError

SWITCH_S: Final = 0.001  # after which a thread lets the event loop go on; 0.005 is usual
MAPS: Final = Path(maps.__file__).parent
STATIC: Final = {
    "/static/vendor/leaflet": MAPS / "node_modules" / "leaflet" / "dist",
    "/static/vendor/swagger-ui": MAPS / "node_modules" / "swagger-ui-dist",
    "/static": MAPS / "static",
}
# Tried in this order: the hot ones first, and names before what stands for any name.
ROUTES: Final = tuple(
    route
    for router in (
        items.routes,
        pages.routes,
        eat.files,
        eat.routes,
        tiles.routes,
        tilesets.routes,
        styles.routes,
        counts.routes,
        analysis.routes,
        raster_tiles.routes,
        staff_pages.routes,
        table_join.routes,
        analysis.pictures,
        landing.routes,
        conformance.routes,
        collections.routes,
        schemas.routes,
        document.routes,
        docs.routes,
        catalogue.routes,
        staff.routes,
        staff_changes.routes,
        staff_registers.routes,
        staff_register_steps.routes,
        visitor_notes.routes,
        health.routes,
        metrics.routes,
    )
    for route in router.routes
    if isinstance(route, DeclaredRoute)
)

# The service counts by itself (`api.service.metrics`): nothing is looked up at each request.
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
_READING: Final = {"GET", "HEAD"}


def app_of_environment() -> FastAPI:
    """Create the service from the `ATLAS_*` variables; each worker process makes its own.

    One that starts while there is no snapshot waits for one, and is not ready until then.

    Raises:
        SnapshotError: as `create_app`, but for the snapshot.
    """
    sys.setswitchinterval(SWITCH_S)
    settings = Settings()
    load = place_of_current(settings.home) is not None
    return create_app(settings, load=load, helpers=Helpers(settings.home))


def create_app(settings: Settings, *, load: bool = True, helpers: Helpers | None = None) -> FastAPI:
    """Create the service over the current snapshot.

    Args:
        settings: how this deployment differs from the default.
        load: whether to open the snapshot now; else it is opened once the service listens.
        helpers: processes for long work; None for threads of this one.

    Raises:
        SnapshotError: nothing has been built, the front-end files have not been fetched, or the
            log of what staff ask, or of all requests, cannot be written.
    """
    # A redirect to add a slash would be built from the Host header, which anybody can write.
    app = FastAPI(
        openapi_url=None,
        telemetry=_NO_TELEMETRY,
        routes=list(ROUTES),
        redirect_slashes=False,
        lifespan=_run,
    )
    _set_state(app, settings)
    app.state.helpers = helpers
    if load:
        app.state.serving = open_current_snapshot(settings.home)
    errors.register(app)
    _add_door(app, settings)
    app.add_middleware(SecurityHeaders, forms=_forms())
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    app.add_middleware(Observation, log=app.state.access_log)
    _add_prefix(app, settings)
    for path, folder in STATIC.items():
        if not folder.is_dir():
            raise SnapshotError(f"front-end files are missing ({folder}): run `make setup`")
        app.mount(path, GZipMiddleware(Files(directory=folder), compresslevel=6))
    return app


def _forms() -> list[tuple[re.Pattern[str], str]]:
    """List the paths that take something, each with its methods."""
    methods: dict[re.Pattern[str], set[str]] = {}
    for route in ROUTES:
        methods.setdefault(route.path_regex, set()).update(route.methods or ())
    return [(path, ", ".join(sorted(names))) for path, names in methods.items() if names - _READING]


def _set_state(app: FastAPI, settings: Settings) -> None:
    """Set what the requests share, before there is a snapshot."""
    app.state.settings = settings
    app.state.serving, app.state.problem = None, ""
    app.state.draining, app.state.versions = False, set()
    app.state.queues = work_queues()
    app.state.connections = ConnectionsByAddress(settings)
    app.state.notes, app.state.note_limit = NoteStore(settings.home), visitor_notes.note_limit()
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
        async with watch_for_new_snapshot(app), _helping(app.state.helpers):
            yield


@asynccontextmanager
async def _helping(helpers: Helpers | None) -> AsyncIterator[None]:
    """Start the processes for long work, and end them with the service."""
    if helpers is None:
        yield
        return
    beginning = asyncio.create_task(helpers.begin())
    try:
        yield
    finally:
        helpers.close()
        beginning.cancel()
        await asyncio.wait({beginning})


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
    app.state.audit = log
    app.state.desk = Desk(UploadStore(settings.home), settings.home)
    app.state.desk.store.sweep()
    app.add_middleware(StaffAuth, tokens=settings.staff, log=log)
