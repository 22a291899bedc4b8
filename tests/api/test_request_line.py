"""Addresses as scripts write them: raw UTF-8 in a request line, whole or in pieces."""

import socket
from urllib.parse import quote, urlsplit

import orjson
import pytest

HANGUL = "커피"
FILTER = f"name_ko LIKE '%{HANGUL}%'"


@pytest.fixture
def raw(address):
    """Sends pieces of a request as they are; gives status, body and the connection."""
    host, port = urlsplit(address).netloc.split(":")
    opened = []

    def send(*pieces):
        connection = socket.create_connection((host, int(port)), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.append(connection)
        for piece in pieces:
            connection.sendall(piece)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), orjson.loads(body)

    yield send
    for connection in opened:
        connection.close()


def request(target: bytes) -> bytes:
    rest = b" HTTP/1.1\r\nHost: atlas.example\r\nX-Note: caf\xe9\r\nConnection: close\r\n\r\n"
    return b"GET " + target + rest


@pytest.fixture
def wanted(client):
    body = client.get(f"/collections/businesses/items?limit=1&filter={quote(FILTER)}").json()
    assert body["numberMatched"] > 100
    return body["numberMatched"]


def target() -> bytes:
    text = FILTER.replace("%", "%25").replace(" ", "%20")
    return f"/collections/businesses/items?limit=1&filter={text}".encode()


def test_raw_hangul_is_read_as_if_it_were_percent_encoded(raw, wanted):
    status, body = raw(request(target()))
    assert (status, body["numberMatched"]) == (200, wanted)


def test_a_character_that_comes_in_two_pieces_is_one(raw, wanted):
    whole = request(target())
    middle = whole.index(HANGUL.encode()) + 1  # within the three bytes of the first letter
    status, body = raw(whole[:middle], whole[middle:])
    assert (status, body["numberMatched"]) == (200, wanted)


def test_a_path_may_be_raw_too(raw):
    status, body = raw(request("/collections/업소".encode()))
    assert status == 404
    assert "업소" in body["detail"]


def test_what_is_not_utf_8_is_named(raw):
    status, body = raw(request(b"/collections/businesses/items?name_ko=" + HANGUL.encode("euc-kr")))
    assert status == 400
    assert "UTF-8" in body["detail"]


def test_what_is_no_request_is_told_how_an_address_is_written(raw):
    status, body = raw(b"GET / x\x01 HTTP/1.1\r\n\r\n")
    assert status == 400
    assert "UTF-8, percent-encoded or raw" in body["detail"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("TIMESTAMP('2023-01-01T00:00:00')", 400),
        ("TIMESTAMP('2023-01-01T00:00:00Z')", 200),
        ("DATE('2023-01-01')", 200),
    ],
)
def test_a_timestamp_of_a_filter_needs_its_zone(client, text, status):
    given = {"filter": f"source_date >= {text}", "limit": 1}
    answer = client.get("/collections/businesses/items", params=given)
    assert answer.status_code == status
    assert (status == 200) or "with its zone" in answer.json()["detail"]


def test_the_description_says_how_times_without_a_zone_are_read(client):
    parameters = client.get("/api").json()["components"]["parameters"]
    assert "Korean time without a zone" in parameters["datetime"]["description"]
    items = client.get("/api").json()["paths"]["/collections/businesses/items"]["get"]
    (found,) = [parameter for parameter in items["parameters"] if parameter.get("name") == "filter"]
    assert "a TIMESTAMP needs its zone" in found["description"]
