"""tipg, run by uvicorn as its documentation says."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from bench import servers
from bench.peers.postgis import Database
from bench.peers.venvs import programs


@contextmanager
def tipg(
    database: Database, *, schema: str = "public"
) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """The server on a free port: port, process, seconds until it listened.

    Args:
        database: with the tables.
        schema: that they are in.
    """
    port = servers.free_port()
    command = [
        str(programs("tipg") / "uvicorn"), "tipg.main:app", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    environment = {
        "DATABASE_URL": database.url,
        "TIPG_DB_SCHEMAS": f'["{schema}"]',
        "TIPG_MAX_FEATURES_PER_QUERY": "10000",
        "TIPG_CATALOG_TTL": "0",  # the tables stay as they are: no looking again while it is timed
    }
    with servers.running(command, environment, port) as (process, seconds):
        yield port, process, seconds
