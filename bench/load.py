"""A small HTTP load generator: keep-alive sockets, one request at a time on each."""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from statistics import median, quantiles
from typing import Final

_LEAST: Final = 3  # answers; a percentile of fewer says nothing


@dataclass(frozen=True)
class Load:
    """What a round of requests took.

    Attributes:
        per_second: answers a second over all connections.
        p50_ms: median time of one answer.
        p99_ms: time that 99 of 100 answers stay under.
        size: bytes of one body as it went over the wire.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    size: int


def run(port: int, target: str, *, seconds: float, accept_encoding: str = "identity") -> Load:
    """Ask for one target again and again on one connection."""
    return run_each(port, repeat(target), seconds=seconds, accept_encoding=accept_encoding)


def run_each(
    port: int, targets: Iterable[str], *, seconds: float, accept_encoding: str = "identity"
) -> Load:
    """Ask for one target after the other on one connection until the time is over.

    Raises:
        RuntimeError: an answer is not 200, or the server hung up.
    """
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin = time.perf_counter()
        for target in targets:
            request = _request(port, target, "*/*", accept_encoding)
            started = time.perf_counter()
            connection.sendall(request)
            size = _read_answer(connection)
            times.append(time.perf_counter() - started)
            if len(times) >= _LEAST and time.perf_counter() - begin >= seconds:
                break
        took = time.perf_counter() - begin
    return Load(len(times) / took, 1000 * median(times), 1000 * quantiles(times, n=100)[98], size)


def get(port: int, target: str, accept: str = "*/*") -> tuple[bytes, bytes]:
    """One answer: its Content-Type and its body.

    Raises:
        RuntimeError: the answer is not 200, or the server hung up.
    """
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(_request(port, target, accept, "identity"))
        head, body, length = _head(connection)
        while len(body) < length:
            body += _more(connection, 1 << 20)
    return _header(head, b"content-type"), body


def _request(port: int, target: str, accept: str, accept_encoding: str) -> bytes:
    return (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {accept}\r\n"
        f"Accept-Encoding: {accept_encoding}\r\n\r\n"
    ).encode()


def _read_answer(connection: socket.socket) -> int:
    _, body, length = _head(connection)
    left = length - len(body)
    while left > 0:
        left -= len(_more(connection, min(left, 1 << 20)))
    return length


def _head(connection: socket.socket) -> tuple[bytes, bytes, int]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection, 1 << 18)
    head, body = data.split(b"\r\n\r\n", 1)
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"not an answer: {data[:2000].decode(errors='replace')}")
    return head, body, int(_header(head, b"content-length"))


def _more(connection: socket.socket, most: int) -> bytes:
    data = connection.recv(most)
    if not data:
        raise RuntimeError("the server hung up")
    return data


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    raise RuntimeError(f"no {name.decode()} in {head!r}")
