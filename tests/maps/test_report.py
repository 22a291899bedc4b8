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
    for figure in ("29,889", "24,915", "83.4%", "13.4%", "1/25"):
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


def test_the_finding_comes_first_and_the_trend_beside_the_figures(pages):
    people = " ".join(pages(WONGOK, "en")[0].split())
    assert (
        "83.4% of the residents of Wongok-dong are foreign (rank 1 among 25 dong); in the whole "
        "city it is 13.4%. From 2015 to 2025 the share went from ≈ 71.2% to 83.4%. 54.6% of its "
        "households are of one person (rank 2; the whole city: 36.3%)."
    ) in people
    assert "all residents ≈ 31,525 30,979 29,889" in people
    assert "foreign share of residents ≈ 71.2% 81.3% 83.4%" in people
    assert "share of households in detached houses 44.4% 3/25" in people
    korean = " ".join(pages(WONGOK, "ko")[0].split())
    assert "이 비율은 2015년 ≈ 71.2%에서 2025년 83.4%로 바뀌었습니다." in korean


@pytest.mark.parametrize(("code", "estimated"), [(WONGOK, True), (DAEBU, False)])
def test_an_estimate_is_called_one_where_there_is_one(pages, code, estimated):
    people = pages(code, "en")[0]
    assert ("≈ estimated" in people, "≈" in people) == (estimated, estimated)


def test_a_report_that_counts_nothing_simulated_names_no_such_source(pages):
    for page in pages(WONGOK, "en"):
        assert "Simulated businesses" not in page


def test_the_map_has_the_classes_of_the_page(atlas, pages):
    people = " ".join(pages(WONGOK, "en")[0].split())
    assert "more than 5.2%, up to 12.8%" in people


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
