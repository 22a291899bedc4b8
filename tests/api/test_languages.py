"""Pages in the visitors' languages: which are, what the others do, and what search engines read."""

import re
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from maps.i18n import LANGUAGES, VISITORS_LANGUAGES

BROWSER = {"Accept": "text/html", "Accept-Language": "ko"}
VISITORS = ("/", "/maps/food-streets", "/eat", "/no-such-page")
STAFF = ("/maps/density", "/maps/residents", "/collections", "/maps/join")


def opened(client, path, lang):
    page = client.get(f"{path}?lang={lang}", headers=BROWSER)
    start = re.search(r'<html lang="([\w-]+)" dir="(\w+)">', page.text)
    assert page.headers["content-language"] == start[1]
    return page, start.groups()


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
@pytest.mark.parametrize("path", VISITORS)
def test_a_visitors_page_is_in_the_language_asked_for(client, path, lang):
    page, start = opened(client, path, lang)
    assert page.status_code == (404 if path == VISITORS[-1] else 200)
    assert start == (lang, "rtl" if lang == "ur" else "ltr")


@pytest.mark.parametrize("path", STAFF)
def test_another_page_is_in_english_and_its_links_keep_the_language(client, path):
    page, start = opened(client, path, "vi")
    assert (page.status_code, start) == (200, ("en", "ltr"))
    assert 'href="/maps/food-streets?lang=vi"' in page.text
    assert opened(client, path, "ko")[1] == ("ko", "ltr")


@pytest.mark.parametrize(
    "path",
    [
        "/collections/centres/items?limit=1",
        "/maps/places.png?in_zone=true",
        "/maps/food-streets/cards?ids=kantipur",
    ],
)
def test_a_machine_may_ask_in_a_visitors_language(client, path):
    assert client.get(f"{path}&lang=vi").status_code == 200
    assert client.get(f"{path}&lang=tlh").status_code == 400


def test_cards_are_in_the_language_of_the_page(client):
    cards = client.get("/maps/food-streets/cards?ids=kantipur&lang=vi").text
    assert "Đưa địa chỉ này cho người khác xem" in cards
    assert re.search(r'<bdi class="other-name" lang="ko" translate="no">[가-힣]', cards)


@pytest.mark.parametrize(
    ("taken", "lang"),
    [("vi-VN,vi;q=0.9,en;q=0.8", "vi"), ("tl-PH,tl;q=0.9", "fil"), ("zh-TW", "zh"), ("fr", "en")],
)
def test_without_a_language_in_the_address_the_browsers_best_is_used(client, taken, lang):
    headers = {"Accept": "text/html", "Accept-Language": taken}
    assert client.get("/", headers=headers).headers["content-language"] == lang
    staff = client.get("/maps/density", headers=headers)
    assert staff.headers["content-language"] == "en"


@pytest.mark.parametrize("path", ["/", "/maps/food-streets", "/eat"])
def test_search_engines_find_each_language(client, path):
    page = client.get(f"{path}?lang=ru", headers=BROWSER).text
    found = dict(re.findall(r'hreflang="([\w-]+)" href="(http[^"]+)"', page))
    assert set(found) == {*VISITORS_LANGUAGES, "x-default"}
    assert all(f"lang={code}" in link for code, link in found.items() if code != "x-default")


def test_a_page_for_staff_names_its_own_languages_only(client):
    page = client.get("/maps/density?lang=ru", headers=BROWSER).text
    found = set(re.findall(r'<link rel="alternate" hreflang="([\w-]+)"', page))
    assert found == {*LANGUAGES, "x-default"}


@pytest.mark.parametrize("lang", VISITORS_LANGUAGES)
def test_letters_that_old_telephones_lack_come_with_their_language_alone(client, lang):
    page = client.get(f"/?lang={lang}", headers=BROWSER).text
    sheets = re.findall(r'href="(/static/fonts/[^"]+)"', page)
    assert sheets == ([f"/static/fonts/{lang}.css"] if lang in ("bn", "km", "my", "ne") else [])
    for sheet in sheets:
        rules = client.get(sheet).text
        name = re.search(r'url\("(.+?)"', rules)[1]
        font = client.get(f"/static/fonts/{name}")
        assert (font.status_code, font.content[:4]) == (200, b"wOF2")
        assert len(font.content) <= 60_000
        licence = re.search(r"OFL-[\w.-]+txt", rules)[0]
        text = client.get(f"/static/fonts/{licence}").text
        assert "SIL Open Font License, Version 1.1" in text


@pytest.mark.parametrize("lang", [lang for lang in VISITORS_LANGUAGES if lang not in LANGUAGES])
def test_a_page_translated_by_machine_says_so(client, lang):
    page = client.get(f"/?lang={lang}", headers=BROWSER).text
    assert re.search(rf'<p class="machine">.+?<a href="/languages/{lang}">', page)
    words = client.get(f"/languages/{lang}")
    assert words.headers["content-type"].startswith("text/plain")
    assert "Translated by machine and not yet reviewed" in words.text
    assert read_po(BytesIO(words.content), locale=lang).get("Food streets").string in page
    assert 'class="machine"' not in client.get("/?lang=ko", headers=BROWSER).text
