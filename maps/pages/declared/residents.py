"""The map of residents by dong."""

from typing import Final

from geo.core.parameters import ChoiceParameter, IntegerChoiceParameter
from geo.core.vocab import CENSUS_YEARS, INDICATORS
from maps.web.map_page import MapPage

YEAR: Final = IntegerChoiceParameter(
    "year",
    tuple(sorted(CENSUS_YEARS, reverse=True)),
    "census, by default the last; change is known for the last only",
)
INDICATOR: Final = ChoiceParameter("indicator", INDICATORS, "what the map shows")
PAGE: Final = MapPage(
    title="residents by dong, for planners",
    label="Residents",
    position=3,
    parameters=(YEAR, INDICATOR),
)
