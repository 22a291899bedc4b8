"""Korean lot addresses (지번주소) taken apart: legal dong, lot number, sub-number."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

# 원곡동 795-3, 원곡동 산 12, 795번지, 795-3번지; "123동", "2층" and "101호" are no lots.
_LOT: Final = re.compile(
    r"(?<![가-힣])(?P<dong>[가-힣]{1,9}(?:동|리|가))\s*(?P<hill>산\s*)?(?P<main>\d{1,5})"
    r"(?:\s*-\s*(?P<sub>\d{1,4}))?(?!\d|\s*(?:층|호|동|차|단지|가))"
    r"(?:\s*번지(?:\s*(?P<part>\d{1,4})\s*호)?)?"
)


@dataclass(frozen=True)
class LotAddress:
    """A lot address taken apart.

    Attributes:
        dong: legal dong (법정동) as written.
        number: main lot number.
        sub: sub-number, 0 where there is none.
        hill: a lot of the forest register (산).
    """

    dong: str
    number: int
    sub: int = 0
    hill: bool = False


def parse_lot(text: str, dong: Container[str]) -> LotAddress | None:
    """Parse the first lot of a text that lies in a known legal dong.

    Args:
        text: an address; what is before and behind the lot is ignored.
        dong: names of the legal dong that count.
    """
    for match in _LOT.finditer(text):
        if match["dong"] in dong:
            # "795번지 3호" is how older registers write 795-3.
            sub = match["sub"] or match["part"] or 0
            return LotAddress(match["dong"], int(match["main"]), int(sub), bool(match["hill"]))
    return None
