"""pygeoapi on Starlette, run by uvicorn, with the same layers from several kinds of store."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench import servers
from bench.peers.postgis import Database
from bench.peers.venvs import programs

_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_LINK: Final = {"type": "text/html", "rel": "about", "title": "about", "href": "http://127.0.0.1/"}
STORES: Final = ("file", "postgis")  # what the name of a collection ends in


@contextmanager
def pygeoapi(
    database: Database, files: Mapping[str, Path], folder: Path
) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """The server on a free port: port, process, seconds until it listened.

    Args:
        database: holds a table of each layer.
        files: the layers as GeoJSON files.
        folder: where its configuration goes.
    """
    port = servers.free_port()
    bin_ = programs("pygeoapi")
    config, openapi = folder / "pygeoapi.yml", folder / "pygeoapi-openapi.yml"
    # JSON is YAML too.
    config.write_text(json.dumps(_configuration(port, database, files)))
    environment = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    subprocess.run(
        [bin_ / "pygeoapi", "openapi", "generate", config, "--output-file", openapi],
        check=True, env={**os.environ, **environment}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    command = [
        str(bin_ / "uvicorn"), "pygeoapi.starlette_app:APP", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    with servers.running(command, environment, port) as (process, seconds):
        yield port, process, seconds


def _configuration(port: int, database: Database, files: Mapping[str, Path]) -> dict[str, Any]:
    resources = {}
    for layer_id, file in files.items():
        resources[f"{layer_id}-file"] = _collection({"name": "GeoJSON", "data": str(file)})
        resources[f"{layer_id}-postgis"] = _collection(_table(database, layer_id))
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "limits": {"default_items": 100, "max_items": 10_000, "on_exceed": "throttle"},
            "map": {"url": "http://127.0.0.1/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": _METADATA,
        "resources": resources,
    }


def _collection(provider: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "collection",
        "title": "layer",
        "description": "layer",
        "keywords": ["layer"],
        "links": [_LINK],
        "extents": {"spatial": {"bbox": [126, 37, 127, 38], "crs": _CRS84}},
        "providers": [{"type": "feature", "id_field": "id", **provider}],
    }


def _table(database: Database, layer_id: str) -> dict[str, Any]:
    return {
        "name": "PostgreSQL",
        "data": {
            "host": "127.0.0.1",
            "port": database.port,
            "dbname": database.user,
            "user": database.user,
            "password": database.password,
            "search_path": ["public"],
        },
        "table": layer_id,
        "geom_field": "geom",
    }


_METADATA: Final = {
    "identification": {
        "title": "bench", "description": "bench", "keywords": ["bench"], "keywords_type": "theme",
        "terms_of_service": "none", "url": "http://127.0.0.1/",
    },
    "license": {"name": "none", "url": "http://127.0.0.1/"},
    "provider": {"name": "bench", "url": "http://127.0.0.1/"},
    "contact": {"name": "bench", "position": "none", "email": "bench@localhost"},
}  # fmt: skip
