"""A small HTTP load generator: keep-alive sockets, one request at a time on each."""

import socket
import time
from dataclasses import dataclass
from statistics import median, quantiles


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
    request = (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n"
        f"Accept-Encoding: {accept_encoding}\r\n\r\n"
    ).encode()
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            started = time.perf_counter()
            connection.sendall(request)
            size = _read_answer(connection)
            times.append(time.perf_counter() - started)
        took = time.perf_counter() - begin
    return Load(len(times) / took, 1000 * median(times), 1000 * quantiles(times, n=100)[98], size)


def get(port: int, target: str, accept: str = "*/*") -> tuple[bytes, bytes]:
    """One answer: its Content-Type and its body."""
    request = (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {accept}\r\n"
        "Accept-Encoding: identity\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        head, body, length = _head(connection)
        while len(body) < length:
            body += connection.recv(1 << 20)
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"{target}: {head.decode(errors='replace')}")
    return _header(head, b"content-type"), body


def _read_answer(connection: socket.socket) -> int:
    _, body, length = _head(connection)
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 1 << 20)))
    return length


def _head(connection: socket.socket) -> tuple[bytes, bytes, int]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(1 << 18)
        if not more:
            raise RuntimeError(f"the server hung up after {data[:200]!r}")
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    return head, body, int(_header(head, b"content-length"))


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    raise RuntimeError(f"no {name.decode()} in {head!r}")
