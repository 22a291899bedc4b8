"""A bucket on this machine by moto's server, and small homes to publish from."""

import http.client
import json
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from geo.snapshot.integrity import FORMAT

MOTO = Path(__file__).parents[2] / ".venv" / "bucket" / "bin" / "moto_server"
BUCKET = "atlas"


@contextmanager
def moto_bucket(log):
    """Run a server with an empty bucket; its environment for clients."""
    if not MOTO.exists():
        pytest.skip("needs moto's server: `make setup` installs it into .venv/bucket")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as handle:
        process = subprocess.Popen(
            [MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=handle, stderr=handle
        )
    try:
        _make_bucket(port, log)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_REGION": "us-east-1",
        }
    finally:
        process.kill()
        process.wait()


def _make_bucket(port, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("PUT", f"/{BUCKET}", headers={"Content-Length": "0"})
                assert connection.getresponse().status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


def published(home, shops, staff=None):
    """Publish a small snapshot in a home: a layer of shops, and what is for staff alone."""
    files = {"businesses.features": shops, "businesses.arrow": b"columns of " + shops}
    tables = {"ground.json": b"{}"}
    if staff is not None:
        tables |= {"operators.json": b"[]", "semas.parquet": staff}
    hashes = {name: sha256(data).hexdigest() for name, data in {**files, **tables}.items()}
    manifest = json.dumps({
        "format": FORMAT,
        "accounts": [],
        "layers": {"businesses": {"files": {name: hashes[name] for name in files}}},
        "tables": {name: hashes[name] for name in tables},
    }).encode()  # fmt: skip
    folder = home / "snapshots" / sha256(manifest).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {**files, **tables, "manifest.json": manifest}.items():
        (folder / name).write_bytes(data)
    link = home / ".next"
    link.symlink_to(folder.relative_to(home))
    link.replace(home / "current")
    return folder
