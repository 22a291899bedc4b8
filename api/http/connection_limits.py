"""How many connections may be open: of all clients, and of each."""

import resource
from collections import Counter
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from api.service.client_address import network_of
from api.service.settings import Settings

MOST_CONNECTIONS: Final = 2_000
FILES_BESIDE: Final = 200  # handles that are no connections: the snapshot, logs, temporary files
SHARE: Final = 4  # an address may have this part of all, where no setting says otherwise


def most_connections() -> int:
    """Compute how many connections may be open and leave a handle free for a file."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(min(MOST_CONNECTIONS, files - FILES_BESIDE), 10)


class ConnectionsByAddress:
    """The open connections of each address; those of trusted proxies are not counted.

    Behind a proxy all clients have its address; they count together only, in `most_connections`.
    """

    def __init__(self, settings: Settings) -> None:
        """Begin to count.

        Args:
            settings: `connections_per_address` and `trusted_proxies`.
        """
        self._most, self._counts = settings.connections_per_address, Counter[str]()
        networks = filter(None, settings.trusted_proxies.split(","))
        self._proxies: Sequence[IPv4Network | IPv6Network] = [
            ip_network(network) for network in networks
        ]

    @property
    def most(self) -> int:
        """How many an address may have."""
        return self._most or max(most_connections() // SHARE, 1)

    def open(self, address: str) -> bool:
        """Count a connection that is opened; whether its address may have it."""
        if self._is_proxy(address):
            return True
        self._counts[network_of(address)] += 1
        return self._counts[network_of(address)] <= self.most

    def close(self, address: str) -> None:
        """Count a connection that is closed."""
        client = network_of(address)
        self._counts[client] -= 1
        if self._counts[client] <= 0:
            del self._counts[client]

    def _is_proxy(self, address: str) -> bool:
        if not self._proxies:
            return False
        try:
            known = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(known in network for network in self._proxies)
