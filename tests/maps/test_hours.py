"""Opening hours in the reader's language."""

import pytest

from maps.i18n import Words
from maps.web.opening_hours import format_opening_hours


@pytest.mark.parametrize(
    ("text", "lang", "want"),
    [
        ("24/7", "en", ["round the clock"]),
        ("24/7", "ko", ["24시간"]),
        ("Mo-Th 09:00-18:00; Fr,Sa off", "en", ["Mon–Thu 09:00–18:00", "Fri, Sat closed"]),
        ("Mo-Th 09:00-18:00; Fr,Sa off", "ko", ["월–목 09:00–18:00", "금, 토 휴무"]),
        ("PH off", "en", ["public holidays closed"]),
        ('Sa 18:00-21:00 "free clinic"', "ko", ["토 18:00–21:00 (무료 진료)"]),
    ],
)
def test_days_and_rules_are_words(text, lang, want):
    assert format_opening_hours(text, Words(lang)) == want
