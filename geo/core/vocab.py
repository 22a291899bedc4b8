"""The closed lists of values that layers, filters and catalogues share."""

from typing import Final

PROVENANCE: Final = ("observed", "approximate", "fitted", "simulated")

CATEGORIES: Final = (
    "restaurant",
    "cafe",
    "bakery",
    "food-unknown",
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

# Food is sold there, but no list says whether as a restaurant, a café or otherwise: staff count
# such businesses, visitors are not sent to them.
FOOD_UNKNOWN: Final = "food-unknown"
FOOD: Final = ("bakery", "cafe", "pub", "restaurant")  # trades that it may turn out to be

# Graded as the Korea Tourism Organization grades Muslim-friendly restaurants.
HALAL: Final = ("certified", "self-declared", "muslim-friendly", "pork-free", "unknown")

# Kinds of business that are counted and compared: all, a category, halal food, a kitchen.
ALL: Final = "all"
HALAL_FOOD: Final = "halal"
CUISINE: Final = "cuisine-"  # before the code of a country
KITCHENS: Final = ("cn", "vn", "uz", "np", "in", "id", "th", "ru")
BEYOND_CATEGORY: Final = (HALAL_FOOD, *(f"{CUISINE}{code}" for code in KITCHENS))
KINDS: Final = (ALL, *CATEGORIES, *BEYOND_CATEGORY)

# Kind of geometry of a layer that need not have one: a point, or null (RFC 7946, 3.2).
ANY: Final = "Any"

CONFIDENCE: Final = ("high", "medium", "low")  # of what a source says
HELP: Final = (
    "emergency",
    "interpreting",
    "migration",
    "work",
    "health",
    "crisis",
    "public-office",
)

# How a point was found, best first; `accuracy_m` says how far off it may be.
LOCATED_BY: Final = (
    "address-point",
    "street-number",
    "register",
    "legal-dong",
    "gu",
    "simulated",
)
PINNED: Final = ("address-point", "street-number", "register")  # a point of its own, no area
EXACT: Final = (*PINNED, "simulated")

CENSUS_YEARS: Final = (2015, 2020, 2025)
CENSUS: Final = "census"  # the definition of residents that the maps draw
INDICATORS: Final = ("foreign_share", "foreign", "domestic", "density", "change")

BANDWIDTH_M: Final = 60.0  # of the density kernel: about Scott's rule for the zone
BANDWIDTHS_M: Final = (25.0, 150.0)  # below, single shops show; above, the zone is all edge
