"""Who counts as one client: an IPv4 address, or a network of IPv6, of which anybody has one."""

from ipaddress import AddressValueError, IPv6Address, IPv6Network
from typing import Final

from fastapi import Request

_OWN_BITS: Final = 64  # the part of an IPv6 address that whoever has the network chooses


def client_of(request: Request) -> str:
    """Read the client of a request; "" where it is not known."""
    client = request.scope.get("client")
    return network_of(client[0]) if client else ""


def network_of(address: str) -> str:
    """Group an address with the others of its client.

    Args:
        address: as a socket or a proxy tells it; other texts stand for themselves.
    """
    if ":" not in address:
        return address
    try:
        whole = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return address
    if whole.ipv4_mapped is not None:
        return str(whole.ipv4_mapped)
    return str(IPv6Network((whole, 128 - _OWN_BITS), strict=False))
