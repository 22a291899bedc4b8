"""Documents and features of the API as pages."""

import json
import re

import numpy as np
import pytest

from maps.pages import documents
from maps.web.page import Site

HOSTILE = '<script>alert("x")</script>'


def body(layer, rows, **more):
    features = json.loads(b"[" + bytes(layer.features(np.array(rows))) + b"]")
    self = {"rel": "self", "href": "http://x/items?category=pub&f=html", "type": "a", "title": "t"}
    return {"type": "FeatureCollection", "features": features, "links": [self], **more}


@pytest.fixture
def businesses(real):
    return real.layers["businesses"]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_feature_has_a_row_and_a_place(real, businesses, lang):
    held = body(businesses, [0, 1, 2], numberMatched=3)
    html = documents.features(businesses, held, real, Site(lang)).html
    assert html.count('<th scope="row">') == 3
    shapes = re.search(r'id="shapes-data">(.*?)</script>', html).group(1)
    assert len(json.loads(shapes)["features"]) == 3


def test_source_text_cannot_leave_its_place(real, businesses):
    held = body(businesses, [0], numberMatched=1)
    held["features"][0]["properties"]["name_ko"] = HOSTILE
    held["features"][0]["id"] = f'"{HOSTILE}'
    html = documents.features(businesses, held, real, Site("en")).html
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_unknown_values_are_called_so(real, businesses):
    held = body(businesses, [0], numberMatched=1)
    held["features"][0]["properties"]["name_en"] = None
    assert "not known" in documents.features(businesses, held, real, Site("en")).html


def test_the_other_language_keeps_the_question(real, businesses):
    html = documents.features(businesses, body(businesses, [0]), real, Site("en")).html
    assert "category=pub&amp;f=html&amp;lang=ko" in html


def test_no_features_are_no_table(real, businesses):
    empty = body(businesses, [0], numberMatched=0) | {"features": []}
    assert "<table>" not in documents.features(businesses, empty, real, Site("ko")).html


def test_only_addresses_of_the_web_become_links(real):
    held = {"good": "https://example.org/a", "bad": "javascript:alert(1)"}
    html = documents.document("conformance", held, real, Site("en")).html
    assert '<a href="https://example.org/a" rel="noopener">' in html
    assert 'href="javascript' not in html


def test_a_link_is_one_line_to_click(real):
    there = {"href": "https://x/items", "rel": "items", "type": "text/html", "title": "Features"}
    html = documents.document("queryables", {"links": [there]}, real, Site("ko")).html
    assert '<a href="https://x/items" rel="noopener">Features</a>' in html
    assert "items · text/html" in html


def test_a_link_that_runs_a_script_is_no_link(real):
    there = {"href": "javascript:alert(1)", "rel": "items", "title": HOSTILE}
    html = documents.document("queryables", {"links": [there]}, real, Site("en")).html
    assert 'href="javascript' not in html
    assert HOSTILE not in html


def test_a_list_in_a_list_is_read_as_one(real):
    held = {"bbox": [[126.5, 37.1, 127.0, 37.4]]}
    html = documents.document("queryables", held, real, Site("en")).html
    assert "126.5, 37.1, 127.0, 37.4" in html
    assert "[126.5" not in html


def described(layer):
    """A collection as the API describes it."""
    files = [
        {"rel": "enclosure", "href": "https://x/zone.csv", "title": "all features: CSV"},
        {"rel": "license", "href": "https://x/licence", "title": "all rights"},
    ]
    return {
        "id": layer.id,
        "title": layer.meta["title"],
        "description": layer.meta["description"],
        "itemCount": layer.count,
        "extent": {"temporal": {"interval": [["2009-05-01T00:00:00Z", None]]}},
        "links": files,
        "coverage": [{"outline": "POLYGON((1 2, 3 4))"}],
    }


def test_collections_are_a_list_to_read_not_the_document_that_programs_read(real):
    held = {"collections": [described(real.layers[name]) for name in ("zone", "businesses")]}
    html = documents.document("collections", held, real, Site("ko")).html
    assert "2009년 이후 연도별 특구. 경계는 근사치입니다." in html
    assert "2009년 5월 1일 –" in html
    assert '<a href="https://x/zone.csv" lang="en" translate="no">CSV</a>' in html
    assert html.count("<section") == 2
    assert "POLYGON" not in html
    assert "all rights" not in html


def test_what_a_source_says_of_a_collection_cannot_leave_its_place(real):
    held = described(real.layers["zone"]) | {"description": HOSTILE, "title": HOSTILE}
    html = documents.document("collection", held, real, Site("en"), real.layers["zone"]).html
    assert HOSTILE not in html
    assert "POLYGON" in html  # of the whole document, which is folded
