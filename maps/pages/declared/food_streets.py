"""The visitors' map."""

from typing import Final

from geo.core.parameters import BooleanParameter
from maps.web.data_parameters import (
    BusinessCuisines,
    BusinessProperty,
    VisitorPlace,
    VisitorPlaces,
)
from maps.web.map_page import MapPage

EVERY: Final = "all"  # as a category: all categories
PLACE: Final = VisitorPlace(
    "place", "id of a business that visitors are shown, whose popup is open"
)
CARDS: Final = VisitorPlaces("ids", "businesses, centres", ("businesses", "centres"))
PAGE: Final = MapPage(
    title="food streets, for visitors",
    label="Food streets",
    position=1,
    parameters=(
        BusinessProperty("category", EVERY),
        BusinessCuisines(),
        BusinessProperty("halal"),
        BooleanParameter("simulated", "also draw the simulated businesses"),
        PLACE,
        BooleanParameter("whole", "write the whole list, not its beginning"),
    ),
)
