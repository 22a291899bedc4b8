"""Headers by which client and server agree on a representation."""

import pytest
from starlette.requests import Request

from api.negotiation import has_already, prefers_page, takes_gzip


def request(name, value):
    headers = [] if value is None else [(name.encode(), value.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),  # Firefox
        ("application/json", False),
        ("application/json, text/html", False),  # equal weights: the first
        ("text/html;q=0.5, application/json", False),
        ("text/html;level=1;q=0.9, application/json;q=0.5", True),
        ("text/html;q=0, */*", False),
        ("TEXT/HTML", True),
        ("text/*", False),
        (";;,=,q=", False),
        ("text/html;q=nan", False),
    ],
)
def test_html_is_for_those_who_ask_for_it(accept, page):
    assert prefers_page(accept) is page


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        (None, False),
        ("identity", False),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.2", True),
        ("gzip;q=0", False),
        ("notgzip", False),
    ],
)
def test_gzip_is_for_those_who_take_it(accepted, zipped):
    assert takes_gzip(request("accept-encoding", accepted)) is zipped


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
