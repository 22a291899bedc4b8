"""How many businesses the committed data have, counted by hand from the tables."""

STOREFRONTS = 12_461
PLACES = 283 - 1  # one of the rows is a landmark
LINKED = 238  # places that name the storefront which they are
OBSERVED = STOREFRONTS + PLACES - LINKED

ZONE = 1_411  # published: 395 / 0.28
STOREFRONTS_IN_ZONE = 815
ALONE_IN_ZONE = 32  # places without a storefront whose address lies on a drawn street of the zone
OBSERVED_IN_ZONE = STOREFRONTS_IN_ZONE + ALONE_IN_ZONE
SIMULATED = ZONE - OBSERVED_IN_ZONE
EVERY = OBSERVED + SIMULATED
