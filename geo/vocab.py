"""The closed lists of values that layers, filters and catalogues share."""

from typing import Final

COLLECTIONS: Final = (
    "gu",
    "dong",
    "residents",
    "zone",
    "food-streets",
    "streets",
    "centres",
    "businesses",
)

PROVENANCE: Final = ("observed", "approximate", "fitted", "simulated")

CATEGORIES: Final = (
    "restaurant",
    "cafe",
    "bakery",
    "grocery",
    "beauty",
    "mobile-phone",
    "clothing",
    "remittance",
    "travel",
    "labour-agency",
    "real-estate",
    "karaoke",
    "pub",
    "other-retail",
    "other-service",
)

# Graded as the Korea Tourism Organization grades Muslim-friendly restaurants.
HALAL: Final = ("certified", "self-declared", "muslim-friendly", "pork-free", "unknown")

# How a point was found, best first; `accuracy_m` says how far off it may be.
LOCATED_BY: Final = ("street-number", "legal-dong", "gu")

CENSUS_YEARS: Final = (2015, 2020, 2025)
INDICATORS: Final = ("foreign_share", "foreign", "domestic", "density", "change")
