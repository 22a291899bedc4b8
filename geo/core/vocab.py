"""The closed lists of values that layers, filters and catalogues share."""

from typing import Final

COLLECTIONS: Final = (
    "gu",
    "dong",
    "residents",
    "households",
    "zone",
    "food-streets",
    "streets",
    "stations",
    "landmarks",
    "helplines",
    "centres",
    "businesses",
)

LOADABLE: Final = ("semas", "permits", "osm", "table", "boundaries", "residents")

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
LOCATED_BY: Final = ("street-number", "register", "legal-dong", "gu", "simulated")

CENSUS_YEARS: Final = (2015, 2020, 2025)
CENSUS: Final = "census"  # the definition of residents that the maps draw
INDICATORS: Final = ("foreign_share", "foreign", "domestic", "density", "change")

BANDWIDTH_M: Final = 60.0  # of the density kernel: about Scott's rule for the zone
BANDWIDTHS_M: Final = (25.0, 150.0)  # below, single shops show; above, the zone is all edge

# Title and description of each collection, for machines and people who read the API.
ABOUT: Final = {
    "gu": ("Gu (구)", "The two districts of Ansan, dissolved from the dong of 2020."),
    "dong": (
        "Dong (행정동)",
        "The 25 administrative dong of 2020, with the establishments of the 2020 census.",
    ),
    "residents": (
        "Residents by dong",
        "Residents by dong in the censuses of 2015, 2020 and 2025, each on the dong of its time; "
        "`definition` tells them from tables of other publishers, where such were loaded.",
    ),
    "households": (
        "Households by dong",
        "Households and dwellings by dong in the censuses of 2015, 2020 and 2025, each on the dong "
        "of its time: who lives with how many, in what, and households of foreigners.",
    ),
    "zone": (
        "Multicultural Village Special Zone",
        "The special zone in its versions since 2009; approximate outlines.",
    ),
    "food-streets": (
        "Multicultural food street",
        "The food street in its versions since 2009; approximate outlines.",
    ),
    "streets": ("Streets", "Named streets of the zone, fitted to the positions of addresses."),
    "centres": (
        "Support centres",
        "Centres and desks for foreign residents, with services, languages and hours.",
    ),
    "stations": (
        "Railway stations",
        "The stations of the city's three railways, by OpenStreetMap.",
    ),
    "landmarks": (
        "Landmarks",
        "What people name when they say where they are: exits, entrances, squares, parks, bus "
        "stops; no point where no source gives one.",
    ),
    "helplines": (
        "Helplines",
        "Telephone lines that help in other languages; they have no place, so no geometry.",
    ),
    "businesses": (
        "Businesses",
        "Named businesses from public lists and, up to the published total of the zone, "
        "simulated ones; `provenance` tells them apart.",
    ),
}
