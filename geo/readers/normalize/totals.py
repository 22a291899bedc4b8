"""Words by which tables of residents mark a total, for the build and for joins of tables alike."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# What a word is the total of: the city, a gu by its code, or some other part. As `fold_spelling`
# writes it.
TOTAL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "합계": "city",
        "총계": "city",
        "총합계": "city",
        "계": "city",
        "전체": "city",
        "안산시": "city",
        "안산시계": "city",
        "안산시합계": "city",
        "시군구별총계": "city",
        "상록구": "41271",
        "상록구계": "41271",
        "단원구": "41273",
        "단원구계": "41273",
        "소계": "some",
    }
)
