"""The service behind a real nginx with the sample of deploy/."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from free_ports import free_port
from served_process import served

SAMPLE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin")
_CERTIFICATE = "/etc/letsencrypt/live/atlas.example"


def nginx_config(folder: Path, sample: str) -> Path:
    """A whole configuration around a sample; everything it writes is in the folder."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    config = folder / "nginx.conf"
    # Its workers must be able to write to the folder, which is of the user who runs the tests.
    user = "user root; " if os.geteuid() == 0 else ""
    config.write_text(
        f"{user}daemon off; error_log {folder}/error.log; pid {folder}/pid;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{sample}\n}}\n"
    )
    return config


@contextmanager
def behind_nginx(home: Path, folder: Path, prefix: str) -> Iterator[str]:
    """Serve a home through nginx; gives the public address, without the slash at its end."""
    port, plain = free_port(), free_port()
    public = f"https://127.0.0.1:{port}{prefix}"
    settings = {"ATLAS_PUBLIC_URL": public, "ATLAS_TRUSTED_PROXIES": "127.0.0.1"}
    with served(home, folder / "log", **settings) as service:
        _make_certificate(folder)
        sample = SAMPLE.read_text().replace("/atlas/", f"{prefix}/")
        sample = sample.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        sample = sample.replace("listen 80;", f"listen 127.0.0.1:{plain};")
        sample = sample.replace("127.0.0.1:8000", f"127.0.0.1:{service.where[1]}")
        config = nginx_config(folder, sample.replace(_CERTIFICATE, str(folder)))
        process = subprocess.Popen([NGINX, "-c", config, "-e", folder / "error.log"])
        try:
            _wait(process, port, folder / "error.log")
            yield public
        finally:
            process.terminate()
            process.wait()


def _make_certificate(folder: Path) -> None:
    names = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*command, "-subj", "/CN=127.0.0.1"], check=True, capture_output=True)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port)) as plain:
                context.wrap_socket(plain).close()
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())
