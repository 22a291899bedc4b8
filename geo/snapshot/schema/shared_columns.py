"""Columns that several layers have."""

from typing import Final

from geo.core.vocab import CONFIDENCE as GRADES
from geo.core.vocab import LOCATED_BY, PROVENANCE
from geo.snapshot.schema.columns import Column, day, number, text, year

DONG_CODE: Final = r"41(271|273)\d{5}"
GU_CODE: Final = ("41271", "41273")


TRUTH: Final[dict[str, Column]] = {
    "provenance": text("how the feature came to be known", allowed=PROVENANCE),
    "source": text("where it was read, source ids or addresses"),
    "source_date": day("day, month or year the source speaks of", nullable=True),
    "accuracy_m": number("how far off a position or outline may be, metres, 19 times out of 20"),
}
# A layer of which not every feature has a place (RFC 7946, 3.2) says how far off those are that do.
UNPLACED_TRUTH: Final = {
    **TRUTH,
    "accuracy_m": number(f"{TRUTH['accuracy_m'].description}; null without one", nullable=True),
}
CONFIDENCE: Final = text(
    "high: two independent sources or an official list; medium: one that cites an official list; "
    "low: one that cites none",
    allowed=GRADES,
)
NAMES: Final = {
    "name_ko": text("name in Korean"),
    "name_en": text("name in English", nullable=True),
}
GU: Final = {"gu_code": text("gu, 5-digit code", allowed=GU_CODE)}
DONG: Final = {"dong_code": text("administrative dong (행정동), 10-digit code", pattern=DONG_CODE)}
KOSTAT: Final = {
    "kostat_code": text("Statistics Korea's code, 7 digits of the same edition", pattern=r"\d{7}")
}
YEAR: Final = year("year counted; a census counts on 1 November")
AREA: Final = {"area_km2": number("area measured in EPSG:5186, square kilometres")}
VALIDITY: Final = {
    "valid_from": day("first day in force"),
    "valid_to": day("day it was replaced, null while in force", nullable=True),
    "published_area_m2": number("area the city published, square metres"),
    "area_m2": number("area of the outline drawn here, measured in EPSG:5186, square metres"),
}
PLACE: Final = {
    "address": text("road address, or lot address (지번) where that is known only", nullable=True),
    "address_detail": text("floor, room or building", nullable=True),
    "phone": text("telephone; private mobile numbers are left out", nullable=True),
    "located_by": text("what the position was found by", allowed=LOCATED_BY),
    "dong_code": text(
        "administrative dong (행정동), 10-digit code; null where only a wider area is known",
        pattern=DONG_CODE,
        nullable=True,
    ),
    **GU,
}
