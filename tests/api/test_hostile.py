"""Clients that mean harm, or mean well and behave badly."""

import contextlib
import gc
import json
import os
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import h11
import httpx
import pytest
from uvicorn.protocols.http import h11_impl

from api.http import connection_limits, h11_answer, h11_protocol
from api.service.settings import Settings

ITEMS = "/collections/businesses/items"
WORK_S = 3  # of processor time: they take some hundredths; others on the machine make them dearer


@pytest.fixture
def where(address):
    parts = urlsplit(address)
    return parts.hostname, parts.port


def asked(where, request: bytes, source=None) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what comes back for raw bytes."""
    with socket.create_connection(where, timeout=5, source_address=source) as connection:
        # Whoever is refused early finds the door shut before all is said.
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        data = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS on a plain port
        get("/" + "x" * 1_000_000),
        get(f"{ITEMS}?filter=name_ko='" + "x" * 1_000_000 + "'"),
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_a_problem_document(where, request_bytes):
    used = time.process_time()
    status, headers, body = asked(where, request_bytes)
    assert time.process_time() - used < WORK_S
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-content-type-options"] == "nosniff"
    assert json.loads(body)["status"] == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ITEMS}?properties=" + ",".join(["name_ko"] * 1000), 200),
        (f"{ITEMS}?properties=" + ",".join(f"p{number}" for number in range(1000)), 400),
        (f"{ITEMS}?sortby=" + ",".join(["-name_ko"] * 1000), 200),
        (f"{ITEMS}?category=" + ",".join(["cafe"] * 1000), 200),
        (f"{ITEMS}?" + "&".join(f"p{number}=1" for number in range(1000)), 400),
        ("/" + "a/" * 20_000, 404),
        (f"{ITEMS}/" + "%2F" * 10_000, 404),
        ("/collections/%2e%2e/%2e%2e/etc/passwd", 404),
        (f"{ITEMS}?limit=1000000000000", 200),
        (f"{ITEMS}?offset=1000000000000", 200),
        (f"{ITEMS}?offset=-0", 400),
        (f"{ITEMS}?limit=1&cursor=W10", 400),
    ],
)
def test_great_requests_are_little_work(where, path, status):
    used = time.process_time()  # of the service, which is in this process
    found, _, _ = asked(where, get(path))
    assert time.process_time() - used < WORK_S
    assert found == status


def test_five_hundred_connections_at_once_are_all_answered(where):
    connections = [
        socket.create_connection(where, timeout=20, source_address=(f"127.0.0.{1 + n % 5}", 0))
        for n in range(500)
    ]
    try:
        for connection in connections:
            connection.sendall(get(f"{ITEMS}?limit=5"))
        for connection in connections:
            assert connection.recv(12) == b"HTTP/1.1 200"
    finally:
        for connection in connections:
            connection.close()


def test_a_client_that_never_finishes_its_request_is_hung_up_on(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "REQUEST_WITHIN_S", 0.3)
    for said in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\n"):
        with socket.create_connection(where, timeout=5) as connection:
            connection.sendall(said)
            assert connection.recv(100) == b""


def test_nor_one_that_never_finishes_its_second_request(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "REQUEST_WITHIN_S", 0.3)
    with socket.create_connection(where, timeout=4) as connection:
        connection.sendall(b"HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        assert head.startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HT")
        assert connection.recv(100) == b""


@pytest.mark.parametrize(
    "header",
    [
        (b"location", b"/\r\nset-cookie: x"),
        (b"location", b"/\n"),
        (b"location", b"/\r"),
        (b"location", b"/\0"),
        (b"location: /\r\nset-cookie", b"x"),
        (b"set cookie", b"x"),
        (b"", b"x"),
        (b"connection", b"close\r\nset-cookie: x"),
        (b"content-length", b"1\r\nset-cookie: x"),
    ],
)
def test_no_header_of_an_answer_holds_another(header):
    connection = h11_answer.Connection(None, 1_000)
    connection.receive_data(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.next_event()
    with pytest.raises(h11.LocalProtocolError):
        connection.begin(200, [(b"date", b"today"), header])


def test_the_head_of_an_answer_is_what_it_was_given():
    connection = h11_answer.Connection(None, 1_000)
    connection.receive_data(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.next_event()
    connection.begin(200, [(b"etag", b'"\xe9\t"'), (b"content-length", b"2"), (b"x-empty", b"")])
    sent = connection.send(h11.Data(data=b"ab"))
    head = b'HTTP/1.1 200 OK\r\ncontent-length: 2\r\netag: "\xe9\t"\r\nx-empty: \r\n\r\n'
    assert sent == head + b"ab"


def test_the_server_uses_the_cycle_that_checks_headers_at_once():
    assert h11_impl.RequestResponseCycle is h11_answer.Cycle


def test_an_upload_that_stops_is_hung_up_on(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "BODY_PERIOD_S", 0.3)
    upload = (
        b"POST /maps/join HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    )
    with socket.create_connection(where, timeout=5) as connection:
        connection.sendall(upload)
        assert ended(connection)


def test_a_body_that_nobody_reads_is_not_waited_for(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "LINGER_S", 0.3)
    with socket.create_connection(where, timeout=4) as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx")
        assert connection.recv(12) == b"HTTP/1.1 405"
        assert ended(connection)


def test_a_client_that_takes_nothing_is_hung_up_on(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "WRITE_PERIOD_S", 0.3)
    with not_reading(where) as connection:
        connection.sendall(get(f"{ITEMS}?f=geojsonseq"))
        assert ended(connection)


def test_one_connection_too_many_takes_the_place_of_an_idle_one(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "most_connections", lambda: 10)
    idle = [socket.create_connection(where, timeout=5) for _ in range(20)]
    assert asked(where, get("/health/live"))[0] == 200
    assert all(ended(item) for item in idle[:10])
    for item in idle:
        item.close()


def test_one_connection_too_many_is_refused_at_once_where_none_is_idle(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "most_connections", lambda: 10)
    busy = []
    for _ in range(10):
        busy.append(not_reading(where))
        busy[-1].sendall(get(f"{ITEMS}?f=geojsonseq"))
        assert busy[-1].recv(1)
    status, headers, body = asked(where, b"")
    assert (status, headers["retry-after"], json.loads(body)["status"]) == (503, "5", 503)
    for item in busy:
        item.close()


HERE, ELSEWHERE = ("127.0.0.1", 0), ("127.0.0.2", 0)


def test_one_address_cannot_keep_another_out(where, monkeypatch):
    monkeypatch.setattr(h11_protocol, "most_connections", lambda: 40)
    monkeypatch.setattr(connection_limits, "most_connections", lambda: 40)
    with ExitStack() as stack:
        for _ in range(30):
            busy = stack.enter_context(not_reading(where))
            busy.sendall(get(f"{ITEMS}?f=geojsonseq"))
            assert busy.recv(1)  # of a file, or of a refusal
        for _ in range(30):
            slow = stack.enter_context(socket.create_connection(where, timeout=5))
            slow.sendall(b"POST /maps/join HTTP/1.1\r\nContent-Le")
        status, headers, body = asked(where, b"")
        assert (status, headers["retry-after"], b"this address" in body) == (503, "5", True)
        for _ in range(20):  # of another address, and never more than one at a time
            assert asked(where, get("/health/live"), ELSEWHERE)[0] == 200
    deadline = time.monotonic() + 10
    while asked(where, get("/health/live"))[0] != 200:
        assert time.monotonic() < deadline, "what was closed goes on counting"


def test_an_idle_connection_of_an_address_gives_way_to_its_next(where, monkeypatch):
    monkeypatch.setattr(connection_limits, "most_connections", lambda: 40)
    with ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(where, timeout=5)) for _ in range(30)]
        assert asked(where, get("/health/live"))[0] == 200
        assert all(ended(item) for item in idle[:20])


def test_connections_of_a_trusted_proxy_count_together_only(home, serve, monkeypatch):
    parts = urlsplit(
        serve(Settings(home=home, trusted_proxies="127.0.0.0/31", connections_per_address=3))
    )
    where = parts.hostname, parts.port
    for source, allowed in ((HERE, 12), (ELSEWHERE, 3)):
        with ExitStack() as stack:
            for _ in range(12):
                held = stack.enter_context(not_reading(where, source))
                held.sendall(get(f"{ITEMS}?f=geojsonseq"))
                assert held.recv(1)
            status = asked(where, get("/health/live"), source)[0]
            assert status == (200 if allowed == 12 else 503)


@pytest.mark.parametrize("method", [b"GET", b"OPTIONS", b"PUT"])
def test_a_request_with_two_lengths_is_the_last_of_its_connection(where, method):
    smuggled = (
        method + b" /health/live HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    _, headers, body = asked(where, smuggled)  # which reads to the end
    assert headers["connection"] == "close"
    assert b"HTTP/1.1" not in body


def not_reading(where, source=HERE):
    """A connection with as little room as the system lets it have."""
    connection = socket.socket()
    connection.bind(source)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(5)
    connection.connect(where)
    return connection


def ended(connection) -> bool:
    """Whether the other side ends the connection, after whatever it still says."""
    with contextlib.suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


def test_slow_clients_do_not_hold_others_up(where, client):
    slow = [socket.create_connection(where, timeout=5) for _ in range(200)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\n")
    started = time.monotonic()
    assert client.get(ITEMS).status_code == 200
    assert time.monotonic() - started < 1
    for connection in slow:
        connection.close()


def test_memory_comes_back_after_clients_that_hang_up(where, client):
    def hang_up():
        for _ in range(50):
            with socket.create_connection(where, timeout=5) as connection:
                connection.sendall(get(f"{ITEMS}?limit=10000&in_zone=true&f=json"))
                connection.recv(10)

    def hang_up_often():
        threads = [threading.Thread(target=hang_up) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gc.collect()

    hang_up_often()  # what the answers of one moment take is kept by the process
    before = resident_mb()
    hang_up_often()
    deadline = time.monotonic() + 10
    while resident_mb() > before + 60 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert resident_mb() < before + 60  # 400 answers of 0.9 MB were asked for
    assert client.get(ITEMS).status_code == 200


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_names_that_are_not_ours_get_no_other_answer(address):
    answer = httpx.get(f"{address}/", headers={"Host": "evil.example\r\n"[:-2]})
    assert "evil.example" not in answer.text
