"""Attacks on a service started as a user starts it: nobody can keep others out."""

import signal
import socket
from contextlib import ExitStack
from urllib.parse import urlencode

import httpx
import pytest
from served_process import served

ITEMS = "/collections/businesses/items"
UPLOAD = (
    b"POST /maps/join HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
)
SOON_S = 5  # an answer takes some milliseconds; the machine may be busy


@pytest.fixture(scope="module")
def service(home, tmp_path_factory):
    with served(home, tmp_path_factory.mktemp("log") / "log") as one:
        yield one


@pytest.fixture
def connect():
    """Makes connections; they end with the test."""
    with ExitStack() as stack:

        def make(service, room=None):
            connection = stack.enter_context(socket.socket())
            if room is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            connection.settimeout(30)
            connection.connect(service.where)
            return connection

        yield make


PICTURE = "/maps/isolines.png?bandwidth_m="
HEALTH = "/health/live"


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def test_clients_that_take_no_download_do_not_stop_those_of_others(service, connect):
    for _ in range(8):
        connection = connect(service, room=4096)
        connection.sendall(get(f"{ITEMS}?f=geojsonseq"))
        assert connection.recv(1)
    assert service.seconds("/collections/streets/items?f=csv") < SOON_S


def test_slow_uploads_refuse_nobody_else_and_say_little(service, connect):
    said = service.log.stat().st_size
    answers = [connect(service) for _ in range(300)]
    for answer in answers:
        answer.sendall(UPLOAD)
    assert service.seconds("/collections") < SOON_S
    refused = [answer for answer in answers[100:] if answer.recv(12) == b"HTTP/1.1 503"]
    assert len(refused) == 200
    for answer in answers:
        answer.close()
    assert service.seconds("/collections") < SOON_S
    noted = service.log.read_bytes()[said:].decode().splitlines()
    others = [line for line in noted if not line.startswith('{"time":')]  # not the access log
    assert len(others) <= 3, others
    assert max(map(len, noted), default=0) < 400


def test_long_filters_do_not_hold_up_the_answers_of_others(service, connect):
    for number in range(8):
        pattern = " OR ".join(f"name_ko LIKE '%{number}x{n}%'" for n in range(700))
        query = urlencode({"filter": pattern, "limit": 1})
        connect(service).sendall(get(f"{ITEMS}?{query}"))
    # On the event loop the eight would take some four seconds together.
    assert max(service.seconds(HEALTH) for _ in range(10)) < 1.5


def test_the_worst_requests_do_not_hold_up_those_that_are_at_hand(service, connect):
    raster = "/analysis/density/tiles/WebMercatorQuad/12/1589/3490.png?with=simulated"
    service.status(raster)
    service.status(f"{PICTURE}140")  # both helpers are up
    service.seconds("/analysis/counts")
    before = service.own_cpu_seconds(), service.cpu_seconds()
    asked = [
        "/maps/places.pdf?with=simulated",
        "/maps/hot-spots.png?with=simulated",
        "/analysis/quotients?f=xlsx&with=simulated",
        "/analysis/scales?with=simulated&lang=ko",
        f"{ITEMS}?f=html&limit=10000&sortby=-name_ko",
        f"{ITEMS}?f=fgb&category=restaurant",
        f"{ITEMS}?limit=9999&crs=http://www.opengis.net/def/crs/EPSG/0/5186",
        f"{raster}&bandwidth_m=149",
    ]
    waiting = [connect(service) for _ in asked]
    for item, path in zip(waiting, asked, strict=True):
        item.sendall(get(path))
    assert max(service.seconds(HEALTH) for _ in range(10)) < 1.5  # 0.1 where nothing else runs
    assert [item.recv(12) for item in waiting] == [b"HTTP/1.1 200"] * 8
    own, family = (
        now - then
        for now, then in zip(
            (service.own_cpu_seconds(), service.cpu_seconds()), before, strict=True
        )
    )
    assert own < 0.4 * family  # nearly all of the work is done beside the event loop


def test_pictures_that_nobody_waits_for_are_not_drawn(service, connect):
    service.seconds(f"{PICTURE}60")  # imports what draws
    alone = service.seconds(f"{PICTURE}61")
    left = [connect(service) for _ in range(15)]
    for number, item in enumerate(left):
        item.sendall(get(f"{PICTURE}{70 + number}"))
        service.seconds(HEALTH)  # so that it has been read
    for item in left:
        item.close()
    assert service.seconds(f"{PICTURE}62") < 6 * alone + 1


def test_too_many_pictures_are_refused_at_once_and_equal_ones_drawn_once(service, connect):
    alone = service.seconds(f"{PICTURE}63")
    used = service.cpu_seconds()
    waiting = [connect(service) for _ in range(40)]
    for item in waiting:
        item.sendall(get(f"{PICTURE}64"))
    assert all(item.recv(12) == b"HTTP/1.1 200" for item in waiting)
    assert service.cpu_seconds() - used < 6 * alone + 1
    for number, item in enumerate(waiting):
        item.close()
        other = connect(service)
        other.sendall(get(f"{PICTURE}{90 + number}.5"))
        service.seconds(HEALTH)
    assert service.status(f"{PICTURE}65") == 503


def test_a_half_sent_upload_and_an_untaken_download_do_not_keep_the_service_from_ending(
    home, tmp_path, connect
):
    with served(home, tmp_path / "log") as one:
        connect(one).sendall(UPLOAD)
        taken = connect(one, room=4096)
        taken.sendall(get(f"{ITEMS}?f=geojsonseq"))
        assert taken.recv(1)
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(timeout=20)


def test_answers_to_long_headers_do_not_fill_the_memory(service):
    before = service.resident_mb()
    with httpx.Client(base_url=service.address) as client:
        for number in range(2_000):
            accept = f"application/json;x={number}".ljust(60_000, "y")
            answer = client.get("/collections/stations/items?limit=1", headers={"Accept": accept})
            assert answer.status_code == 200
    assert service.resident_mb() < before + 60  # 120 MB of headers were sent
