"""The service behind a real Caddy with the sample of deploy/."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from free_ports import free_port
from served_process import served

SAMPLE = Path(__file__).parents[2] / "deploy" / "Caddyfile"
# No certificates, and no second port to steer it by.
_ALONE = "{\n\tadmin off\n\tauto_https off\n}\n"


@contextmanager
def behind_caddy(home: Path, folder: Path) -> Iterator[str]:
    """Serve a home through Caddy, without TLS; gives the public address."""
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    settings = {"ATLAS_PUBLIC_URL": public, "ATLAS_TRUSTED_PROXIES": "127.0.0.1"}
    with served(home, folder / "log", **settings) as service:
        sample = SAMPLE.read_text().replace("atlas.example {", f"{public} {{", 1)
        sample = sample.replace("127.0.0.1:8000", f"127.0.0.1:{service.where[1]}")
        config = folder / "Caddyfile"
        config.write_text(_ALONE + sample)
        command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
        environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        with (folder / "caddy.log").open("w") as log:
            process = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
        try:
            _wait(process, port, folder / "caddy.log")
            yield public
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())
