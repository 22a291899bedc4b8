"""The map of schools."""

from typing import Final

from geo.core.parameters import ChoiceParameter, NumberParameter
from maps.web.map_page import MapPage

PAGE: Final = MapPage(
    title="schools, for families",
    label="Schools",
    parameters=(
        ChoiceParameter("level", ("all", "primary", "middle", "high")),
        NumberParameter("least", 0, 0, 5000),
    ),
    draw="maps.pages.school_map:page",
)
