"""The fold map: the numbers of the screen, letters that are there and shaped, text to copy."""

import re
from io import BytesIO

import pytest
import uharfbuzz
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from maps.catalogues import read_catalogue
from maps.i18n import VISITORS_LANGUAGES, Words
from maps.pages.eat import listing
from maps.pages.eat.corners import Corner
from maps.pages.eat.fold_map import back, choice, document, marks
from maps.pages.eat.fold_map.codes import code_sheet
from maps.pages.eat.fold_map.sheet import FONTS, OWN_FONTS, WIDE, Sheet
from maps.pages.view_state import Eat
from maps.web.page import Site

BASE = "https://city.example/atlas"
SHAPED = ("bn", "km", "my", "ne", "ur")
DRAWN = ("en", *SHAPED)


@pytest.fixture(scope="module")
def guide(real):
    return listing.read_guide(real)


@pytest.fixture(scope="module")
def drawn(real, guide):
    """The document of a language with the sheet that it was drawn on, each drawn once."""
    made = {}

    def draw(lang):
        if lang not in made:
            sheets = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    document, "Sheet", lambda *given: sheets.append(Sheet(*given)) or sheets[0]
                )
                body = document.fold_map(guide, real, lang, BASE)
            made[lang] = (PdfReader(BytesIO(body)), sheets[0])
        return made[lang]

    return draw


def text_of(page):
    return page.extract_text().replace("\0", "")  # which pypdf leaves between two-byte codes


def number_of(real, guide, spot):
    """The number that the page gives a place, page by page."""
    listed = guide.directory.tagged("t:eat")
    place = [item.id for item in listed].index(spot)
    html = listing.page(guide, real, Eat(task="eat", start=place), Site("en"), BASE).html
    return int(re.search(rf'<li id="s-{spot}">.*?aria-hidden="true">(\d+)<', html)[1])


def printed(guide, real, lang="en"):
    sheet = Sheet(lang, "2026-11-27")
    sheet.add_page()
    columns = back.fit(sheet, choice.choose(guide.directory, real))
    sheet.finish()
    return [place for column in columns for place in column]


def test_numbers_are_those_of_the_screen(real, guide, drawn):
    places = printed(guide, real)
    assert len(places) > 40
    for place in (places[0], places[len(places) // 2], places[-1]):
        assert place.number == number_of(real, guide, place.spot.id)
    reader, _ = drawn("en")
    text = text_of(reader.pages[1])
    for place in places:
        assert re.search(rf"(?<!\d){place.number}\s*{re.escape(place.spot.en[:12])}", text), place


def test_marks_in_front_name_every_number_of_the_back(real, guide, drawn):
    reader, _ = drawn("en")
    shown = set()
    for first, last in re.findall(r"(?<![\d.])(\d{1,3})(?:–(\d{1,3}))?", front_text(reader)):
        shown |= set(range(int(first), int(last or first) + 1))
    assert {place.number for place in printed(guide, real)} <= shown


def front_text(reader):
    return text_of(reader.pages[0]).partition("Lists up to")[0]


def test_what_is_left_out_is_counted(real, guide, drawn):
    reader, _ = drawn("en")
    left_out = len(guide.directory.tagged("t:eat")) - len(printed(guide, real))
    text = " ".join(text_of(reader.pages[1]).split())
    assert f"at this code: {left_out}" in text
    assert f"{BASE}/eat" in text


def test_nobody_is_sent_to_what_is_not_shown(real, guide):
    for place in choice.choose(guide.directory, real):
        assert place.spot.id in guide.directory.by_id
        assert set(place.spot.codes("c")) - {"kr"}


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_every_language_has_its_letters(lang):
    """All words of the catalogue, by the fonts' own tables of characters."""
    known = set(map(ord, " \n\u200b\u200c\u200d\u200e\u200f"))
    for path in (*FONTS.values(), *filter(None, [OWN_FONTS.get(lang)])):
        with TTFont(path) as font:
            known |= font.getBestCmap().keys()
    catalogue = read_catalogue(lang)
    texts = [text for item in catalogue if item.id for text in texts_of(item.string)]
    assert len(texts) > 200
    assert {letter for text in texts for letter in text if ord(letter) not in known} == set()


def texts_of(said):
    return [said] if isinstance(said, str) else list(said)


@pytest.mark.parametrize("lang", DRAWN)
def test_no_letter_is_missing(drawn, lang):
    reader, sheet = drawn(lang)
    assert len(reader.pages) == 2
    for page in reader.pages:
        assert float(page.mediabox.width) == pytest.approx(WIDE / 25.4 * 72, abs=0.1)
    for font in sheet.fonts.values():
        glyphs = font.subset._char_id_per_glyph
        missing = [glyph.unicode for glyph in glyphs if not glyph.glyph_id]
        assert len(glyphs) > 1
        assert [text for text in missing if max(text) > 32] == []


@pytest.mark.parametrize("lang", DRAWN)
def test_text_can_be_copied(drawn, lang):
    reader, _ = drawn(lang)
    text = text_of(reader.pages[1])
    for wanted in ("바트케밥", "031-495-1970", "119", "112", "1345", BASE):
        assert wanted in text
    if lang == "en":
        assert Words(lang).phrase("Emergency numbers") in text


@pytest.mark.parametrize("lang", SHAPED)
def test_letters_are_shaped(drawn, lang):
    """Glyphs that no character has by itself: joined, stacked and reordered forms."""
    _, sheet = drawn(lang)
    font = sheet.fonts[lang]
    plain = {font.ttfont.getGlyphID(name) for name in font.ttfont.getBestCmap().values()}
    used = {glyph.glyph_id for glyph in font.subset._char_id_per_glyph}
    assert used - plain


@pytest.mark.parametrize("lang", SHAPED)
def test_a_word_is_drawn_with_the_glyphs_of_harfbuzz(drawn, lang):
    _, sheet = drawn(lang)
    with TTFont(OWN_FONTS[lang]) as font, BytesIO() as plain:
        font.flavor = None
        font.save(plain)
        face = uharfbuzz.Font(uharfbuzz.Face(plain.getvalue()))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(Words(lang).phrase("Emergency numbers").split()[0])
    buffer.guess_segment_properties()
    uharfbuzz.shape(face, buffer)
    used = {glyph.glyph_id for glyph in sheet.fonts[lang].subset._char_id_per_glyph}
    assert {info.codepoint for info in buffer.glyph_infos} <= used - {0}


def test_urdu_begins_at_the_right(drawn):
    _, urdu = drawn("ur")
    _, english = drawn("en")
    assert urdu.is_rtl
    assert back.column_x(urdu, 0) == back.column_x(english, back.COLUMNS - 1)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((3,), "3"), ((3, 4), "3, 4"), ((3, 4, 5), "3–5"), ((2, 4, 5, 6, 9), "2, 4–6, 9")],
)
def test_numbers_in_a_row_are_a_range(numbers, text):
    assert marks.shortened(numbers) == text


def test_marks_never_touch():
    sheet = Sheet("en", None)
    sheet.add_page()
    points = [(n, (20 + n * 1.5 % 40, 30 + n * 2.3 % 30)) for n in range(1, 60)]
    merged = marks.merge(sheet, points)
    sheet.finish()
    assert sorted(number for mark in merged for number in mark.numbers) == list(range(1, 60))
    for item in merged:
        for other in merged:
            left, top, right, bottom = item.box
            l2, t2, r2, b2 = other.box
            apart = right <= l2 or r2 <= left or bottom <= t2 or b2 <= top
            assert item is other or apart


def test_the_same_document_every_time(real, guide, drawn):
    reader, _ = drawn("en")
    again = document.fold_map(guide, real, "en", BASE)
    assert reader.stream.getvalue() == again


def test_the_sheet_of_codes_has_six_on_a_page():
    corners = [Corner(f"c{n}", f"모퉁이 {n}", f"Corner {n}", 126.79, 37.33) for n in range(8)]
    reader = PdfReader(BytesIO(code_sheet(corners, "vi", BASE)))
    texts = [text_of(page) for page in reader.pages]
    assert [text.count(f"{BASE}/q/c") for text in texts] == [6, 2]
    assert "모퉁이 7" in texts[1]
