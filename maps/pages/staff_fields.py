"""The fields of a register that staff choose columns for, and the values that some of them have."""

from collections.abc import Mapping
from typing import Final

from geo.core.vocab import CATEGORIES, HALAL

FIELDS: Final = (
    "name_ko", "name_en", "category", "cuisine", "halal", "address", "address_road",
    "address_jibun", "address_detail", "phone", "x", "y", "operator_nationality", "foreign_run",
    "status", "opened_on", "closed_on", "verified_on", "updated_on",
)  # fmt: skip
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "category": CATEGORIES,
    "halal": HALAL,
    "status": ("open", "closed"),
    "foreign_run": ("true", "false"),
}
# What the mapping says of a list as a whole.
DESCRIBED: Final = ("id", "title", "publisher", "url", "licence", "licence_url", "crs")
SYSTEMS: Final = ("EPSG:4326", "EPSG:5174", "EPSG:5181", "EPSG:5186", "EPSG:5179")
SOURCES: Final = ("semas", "permits")  # registers that come as their publishers make them
MOST_UNKNOWN: Final = 200  # values that a form lists
