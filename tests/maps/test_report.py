"""The report for a meeting: two pages, whole and alike every time, for every dong."""

import io
from functools import cache

import pytest
from pypdf import PdfReader

from geo.core.errors import BadParameterError
from geo.core.vocab import EXACT
from maps.reports.report import report

WONGOK, DAEBU = "4127354500", "4127361000"


@pytest.fixture(scope="module")
def atlas(real):
    return real


@pytest.fixture(scope="module")
def drawn(real):
    """The report on a dong in a language, each drawn once."""
    return cache(lambda code, lang: report(real, [code], lang))


@pytest.fixture(scope="module")
def pages(drawn):
    """The words of each page."""
    return cache(lambda *asked: [sheet.extract_text() for sheet in sheets(drawn(*asked))])


def sheets(body):
    return PdfReader(io.BytesIO(body)).pages


def test_two_pages_tell_who_lives_there_and_what_stands_there(atlas, pages):
    people, trade = pages(WONGOK, "en")
    assert "원곡동" in people
    assert "Wongok-dong" in people
    for figure in ("29,889", "24,915", "83.4%", "13.4%", "rank among 25 dong: 1"):
        assert figure in people
    assert "businesses by kind" in trade
    businesses = atlas.layers["businesses"]
    chosen = {
        "dong_code": [WONGOK],
        "category": ["restaurant"],
        "provenance": ["observed"],
        "located_by": EXACT,
    }
    restaurants = businesses.select(chosen)
    assert f"Restaurant {len(restaurants)}\n" in trade
    assert "not collected" in trade
    assert "observed 100.0%" in trade
    # 70.3 % of its area lies in the circles round the stations (test_unit_coverage measures it).
    assert "covered by the lists of businesses, of its area: 70.3%" in trade
    assert "Not covered: no list looks there" in " ".join(trade.split())


def test_an_estimate_is_called_one(pages):
    assert "(shared out)" in pages(WONGOK, "en")[0]
    assert "(shared out)" not in pages(DAEBU, "en")[0]


def test_a_dong_without_businesses_shows_the_census_of_establishments(pages):
    trade = pages(DAEBU, "ko")[1]
    # No list looks there: that is not to say that there are none.
    assert "업소 목록이 이 동을 다루지 않아 알 수 없습니다" in trade
    assert "자료에 업소가 없습니다" not in trade
    assert "2020년" in trade


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_equal_data_give_equal_bytes(atlas, drawn, lang):
    assert report(atlas, [WONGOK], lang) == drawn(WONGOK, lang)


def test_every_dong_has_a_report(atlas, drawn):
    for row in atlas.layers["dong"].columns["id"].to_pylist():
        assert len(sheets(drawn(row, "ko"))) == 2


def test_a_dong_may_be_named(atlas, drawn):
    assert report(atlas, ["원곡동"], "ko") == drawn(WONGOK, "ko")


def test_a_legal_dong_is_refused_with_those_in_which_it_lies(atlas):
    with pytest.raises(BadParameterError, match=r"원곡동.*법정동.*원곡동"):
        report(atlas, ["4127310800"], "en")
