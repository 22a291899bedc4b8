"""Headers by which client and server agree on a representation."""

import pytest
from starlette.requests import Request

from api.http.negotiation import NotAcceptableError, content_coding, has_already, representation
from geo.core.errors import BadParameterError


def request(name, value):
    headers = [] if value is None else [(name.encode(), value.encode())]
    return Request({"type": "http", "headers": headers})


OFFER = {"json": ("application/geo+json", "application/json"), "html": ("text/html",)}


def chosen(accept, **given):
    return representation(request("accept", accept), given, OFFER)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/html", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),  # Firefox
        ("application/json", "json"),
        ("application/geo+json; charset=utf-8", "json"),
        ("application/json, text/html", "json"),  # equal weights: the first
        ("text/html;q=0.5, application/json", "json"),
        ("text/html;level=1;q=0.9, application/json;q=0.5", "html"),
        ("text/html;q=0, */*", "json"),
        ("application/geo+json;q=0, */*", "html"),
        ("TEXT/HTML", "html"),
        ("text/*", "html"),
        ("application/*", "json"),
        (";;,=,q=", "json"),  # nothing in it can be read
        ("text/html;q=0", "json"),  # anything but a page
        ("text/html;q=nan", "json"),
        ("image/png, */*;q=0.1", "json"),
    ],
)
def test_the_accept_header_chooses(accept, name):
    assert chosen(accept) == name


@pytest.mark.parametrize("accept", ["image/png", "text/plain"])
def test_who_takes_nothing_of_what_there_is_is_told(accept):
    with pytest.raises(NotAcceptableError, match="application/geo"):
        chosen(accept)


def test_the_parameter_wins_over_the_header():
    assert chosen("image/png", f="html") == "html"


def test_a_format_that_is_not_there_is_named():
    with pytest.raises(BadParameterError, match="gml"):
        chosen("*/*", f="gml")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("identity", None),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("zstd, gzip", "zstd"),
        ("br;q=0, gzip;q=0.2", "gzip"),
        ("gzip;q=0", None),
        ("notgzip", None),
    ],
)
def test_bodies_are_packed_as_the_client_takes_them(accepted, coding):
    assert content_coding(request("accept-encoding", accepted)) == coding


@pytest.mark.parametrize(
    ("held", "same"),
    [
        (None, False),
        ('W/"a"', True),
        ('"a"', True),  # tags are compared weakly
        ('"b", W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("", False),
    ],
)
def test_a_version_is_recognised(held, same):
    assert has_already(request("if-none-match", held), 'W/"a"') is same
