"""Whom the pages name: every publisher in the reader's language, as far as it is known."""

from dataclasses import replace

import pytest

from maps.pages import home
from maps.web.attribution import credits_of
from maps.web.page import Site


def named(snapshot, lang: str) -> list[tuple[str, str]]:
    return [(item.attribution, item.lang) for item in credits_of(snapshot, ["dong"], lang)]


@pytest.mark.parametrize(
    ("lang", "attribution"), [("ko", ("시험 자료", "ko")), ("en", ("Test data", "en"))]
)
def test_a_source_is_named_in_the_language_of_the_page(small, lang, attribution):
    assert named(small, lang) == [attribution]


def test_a_language_without_a_sentence_of_its_own_has_the_english_one(small):
    assert named(small, "vi") == [("Test data", "en")]


def test_a_snapshot_from_before_korean_names_has_the_english_ones(small):
    test = {k: v for k, v in small.manifest["sources"]["test"].items() if k != "attribution_ko"}
    old = replace(small, manifest={**small.manifest, "sources": {"test": test}})
    assert named(old, "ko") == [("Test data", "en")]


def test_the_page_says_in_which_language_a_publisher_is_named(small, parse):
    document = parse(home.page(small, Site("ko")).html)
    said = [attributes["lang"] for _, attributes, text in document.texts if text == "시험 자료"]
    assert said == ["ko"]


def test_korean_pages_name_the_publishers_in_korean(real, parse):
    text = " ".join(parse(home.page(real, Site("ko")).html).text("span"))
    for publisher in ("통계청", "공공누리 제1유형", "안산시"):
        assert publisher in text
    assert "Statistics Korea" not in text
