"""Whether the address to listen on is free, asked before anything is loaded or printed."""

import errno
import socket

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
