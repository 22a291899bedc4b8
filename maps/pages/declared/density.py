"""The map of business density."""

from dataclasses import replace
from typing import Final

from geo.core.parameters import BooleanParameter, ChoiceParameter
from geo.serving.analysis import shared_parameters
from maps.web.data_parameters import BusinessProperty
from maps.web.map_page import MapPage

BY: Final = ChoiceParameter(
    "by", ("hex", "dong", "kernel"), "hexagons, kernel surface, or dong; hexagons are the default"
)
FOREIGN_RUN: Final = BooleanParameter("foreign_run", "only those (not) run by foreigners", None)
WITH: Final = replace(shared_parameters.WITH, description="also count the simulated businesses")
MIN_DENSITY: Final = replace(
    shared_parameters.MIN_DENSITY, description="hide what is below, per hectare; by=dong: km²"
)
BANDWIDTH: Final = replace(
    shared_parameters.BANDWIDTH, description="metres, standard deviation; by=kernel only"
)
PAGE: Final = MapPage(
    title="business density, for city staff",
    label="Density",
    position=2,
    parameters=(BY, BusinessProperty("category"), FOREIGN_RUN, WITH, MIN_DENSITY, BANDWIDTH),
)
