"""What there must be before the service starts: a free address, and a folder for metrics.

Asked before anything is loaded or printed.
"""

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.core.errors import GeoError


class PortTakenError(GeoError):
    """Another program listens on the port."""


def require_free(host: str, port: int) -> None:
    """Refuse a port that another program listens on.

    Args:
        host: address to listen on.
        port: number of the port; 0 for any that is free.

    Raises:
        PortTakenError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(
                    f"port {port} of {host} is taken by another program; end that program, or "
                    f"choose another port with --port"
                ) from error


@contextmanager
def worker_environment(home: Path) -> Iterator[None]:
    """Set what all workers read of their environment, before the first of them imports anything.

    Args:
        home: folder with the snapshots.

    Raises:
        GeoError: nothing can be written to the folder for temporary files.
    """
    before = dict(os.environ)
    try:
        folder = tempfile.TemporaryDirectory(prefix="atlas-metrics-", ignore_cleanup_errors=True)
    except OSError as error:
        raise GeoError(f"no temporary files can be written: {error.strerror}") from error
    with folder as name:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = name
        os.environ["ATLAS_HOME"] = str(home)
        os.environ.setdefault("ATLAS_ACCESS_LOG", "-")
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
