"""The report on several dong: two pages, with the dong side by side."""

import io
import re
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
import shapely
from pypdf import PdfReader

from geo.core.errors import BadParameterError
from geo.core.vocab import EXACT
from maps.i18n import Words
from maps.print.paper import HEIGHT_MM, WIDTH_MM, Page, bind_pages
from maps.print.typesetting import POINT_MM
from maps.reports.report import _dong, report, reports
from maps.reports.sheet import LABELS, City
from maps.reports.trends import trends_page
from maps.wording.dong_names import dong_names

WONGOK, DAEBU, HAEYANG, IL = "4127354500", "4127361000", "4127153700", "4127151000"
TWO = (WONGOK, DAEBU)
# The longest English names side by side, among them dong that adjoin one another.
FIVE = (WONGOK, HAEYANG, DAEBU, IL, "4127151500")
SHARE = 0.70  # of its size that a letter reaches above the baseline


class Drawn:
    """A report, and the box of each text of its pages but the names on its maps."""

    def __init__(self, snapshot, codes, lang):
        self.boxes = {}
        text = Page.text

        def noted(page, x, y, words, size, **more):
            text(page, x, y, words, size, **more)
            printed = page.face.printable(words)
            if printed and not more.get("on_paper"):
                wide = page.face.width_mm(printed, size)
                x -= {"left": 0.0, "center": 0.5, "right": 1.0}[more.get("ha", "left")] * wide
                box = shapely.box(x, y, x + wide, y + SHARE * size * POINT_MM)
                self.boxes.setdefault(page, []).append((printed, box))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Page, "text", noted)
            self.body = reports(snapshot, codes, lang, "here")
        self.pages = [one.extract_text() for one in PdfReader(io.BytesIO(self.body)).pages]


@pytest.fixture(scope="module")
def drawn(real):
    """The report on dong in a language, each drawn once."""
    return cache(lambda codes, lang: Drawn(real, codes, lang))


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("codes", [TWO, FIVE])
def test_two_pages_name_each_dong(real, drawn, codes, lang):
    pages = drawn(codes, lang).pages
    assert len(pages) == 2
    names = dong_names(real, Words(lang))
    for page in pages:
        assert " · ".join(names[code] for code in codes) in page
        heads = " ".join(page.split())
        for number, code in enumerate(codes, 1):
            assert f"{number} {names[code]}" in heads


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("codes", [(WONGOK,), (DAEBU,), TWO, FIVE])
def test_no_text_leaves_the_page_or_covers_another(drawn, codes, lang):
    paper = shapely.box(0, 0, WIDTH_MM, HEIGHT_MM)
    for boxes in drawn(codes, lang).boxes.values():
        assert len(boxes) > 60
        assert [text for text, box in boxes if not paper.contains(box)] == []
        pairs = combinations(boxes, 2)
        assert [(a[0], b[0]) for a, b in pairs if a[1].intersection(b[1]).area > 0.01] == []


def test_what_stands_out_is_said_first(drawn):
    words = " ".join(drawn(TWO, "en").pages[0].split())
    assert (
        "Of these dong, Wongok-dong has the largest share of foreign residents (83.4%, rank 1 "
        "among 25 dong) and Daebu-dong the smallest (3.4%, rank 19); in the whole city it is 13.4%."
    ) in words
    assert "the share changed most in Wongok-dong: from ≈ 71.2% to 83.4%." in words


def test_an_estimate_is_marked_and_a_count_is_not(drawn):
    words = " ".join(drawn(TWO, "en").pages[1].split())
    assert "1 Wongok-dong ≈ 31,525 30,979 29,889 ≈ 22,441 25,178 24,915" in words
    assert "2 Daebu-dong 7,151 8,445 8,853 110 199 299" in words
    assert "≈ estimated" in words
    assert "≈" not in drawn((DAEBU, HAEYANG), "en").pages[1]


def test_residents_and_businesses_are_counted_apart(drawn):
    words = " ".join(drawn(TWO, "en").pages[1].split())
    assert "n = 692,647 · dates 2015 to 2025" in words
    assert "businesses by kind, n = 1,189" in words


def test_a_kind_that_no_list_looks_for_is_no_zero(real, drawn):
    businesses = real.layers["businesses"]

    def real_ones(code, category):
        chosen = {"dong_code": [code], "category": [category], "provenance": ["observed"]}
        return len(businesses.select({**chosen, "located_by": EXACT}))

    words = drawn(TWO, "en").pages[1]
    # No list covers Daebu-dong; of Wongok-dong they cover 70.3 % (test_unit_coverage).
    assert f"Restaurant {real_ones(WONGOK, 'restaurant')} –\n" in words
    assert re.search(r"of its area\s+70\.3% 0\.0%", words)
    assert "–: not covered, nothing is known" in words
    # Neither has a bank: in Il-dong, 28.7 % covered, that is known; in Haeyang-dong it is not.
    assert real_ones(HAEYANG, "remittance") == real_ones(IL, "remittance") == 0
    banks = real_ones(WONGOK, "remittance")
    assert f"Bank and remittance {banks} – – 0 0\n" in drawn(FIVE, "en").pages[1]


def test_hidden_zero_and_missing_counts_of_operators_look_different(real):
    city = City(real)
    states = [("shown", 12), ("hidden", None), ("zero", 0), ("missing", None)]
    pairs = zip(FIVE, states, strict=False)
    rows = [{"area": code, "state": state, "count": count} for code, (state, count) in pairs]
    vars(city)["operators"] = replace(city.operators, rows=rows)
    page = Page(Words("en"))
    trends_page([_dong(city, code) for code in FIVE], page, "here")
    words = " ".join(PdfReader(io.BytesIO(bind_pages([page]))).pages[0].extract_text().split())
    cells = "about 12 hidden to protect owners no business not collected not collected"
    assert f"Foreign-run shops {cells}" in words


def test_korean_pages_have_no_english_words_of_the_report(drawn):
    for page in drawn(FIVE, "ko").pages:
        assert [label for label in LABELS if label in page] == []


def test_names_stand_for_codes_and_equal_data_give_equal_bytes(real):
    by_name = report(real, ["원곡동", "대부동", "원곡동"], "ko", "https://atlas.example.kr")
    assert by_name == report(real, TWO, "ko", "https://atlas.example.kr")


def test_six_dong_are_too_many(real):
    six = real.layers["dong"].columns["id"].to_pylist()[:6]
    with pytest.raises(BadParameterError, match="at most 5"):
        report(real, six, "en")
