"""OpenAPI descriptions of the parameters of the map pages, which page_query.py reads."""

from collections.abc import Sequence
from typing import Final

from api.parameters.declared import Schema
from api.parameters.described import (
    choice,
    feature_filter,
    in_query,
    listed,
    number_range,
    shared,
)
from geo.core.vocab import BANDWIDTH_M, BANDWIDTHS_M, CENSUS_YEARS, INDICATORS
from geo.serving.analysis.sample import SIMULATED
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.pages.view_state import BY
from maps.web.map_page import MapPage

_TRUTH: Final[Schema] = {"type": "boolean"}
_ID: Final[Schema] = {"type": "string", "example": "samarkand"}


def food_streets(snapshot: Snapshot, _: Sequence[Layer]) -> list[Schema]:
    """Describe what the map for visitors takes."""
    businesses = snapshot.layers["businesses"]
    cuisines = businesses.columns["cuisine"].combine_chunks().flatten().to_pylist()
    kitchens: Schema = {"type": "string", "enum": sorted(set(cuisines))}
    place = "id of a business that visitors are shown, whose popup is open"
    return [
        feature_filter(businesses.fields["category"]),
        listed("cuisine", kitchens, "kitchens"),
        feature_filter(businesses.fields["halal"]),
        in_query("simulated", _TRUTH, "also draw the simulated businesses"),
        in_query("place", _ID, place),
        in_query("whole", _TRUTH, "write the whole list, not its beginning"),
        *shared("lang"),
    ]


def cards(_: Snapshot, _layers: Sequence[Layer]) -> list[Schema]:
    """Describe what the cards of the map for visitors take."""
    return [listed("ids", _ID, "businesses, centres"), *shared("lang")]


def density(snapshot: Snapshot, _: Sequence[Layer]) -> list[Schema]:
    """Describe what the map of densities takes."""
    low, high = BANDWIDTHS_M
    width = {"type": "number", "minimum": low, "maximum": high, "default": BANDWIDTH_M}
    least = {"type": "number", "minimum": 0, "default": 0}
    return [
        choice("by", BY, "hexagons, kernel surface, or dong"),
        feature_filter(snapshot.layers["businesses"].fields["category"]),
        in_query("foreign_run", _TRUTH, "only those (not) run by foreigners"),
        choice("with", [SIMULATED], "also count the simulated businesses"),
        in_query("min_density", least, "hide what is below, per hectare; by=dong: km²"),
        in_query("bandwidth_m", width, "metres, standard deviation; by=kernel only"),
        *shared("lang"),
    ]


def residents(_: Snapshot, _layers: Sequence[Layer]) -> list[Schema]:
    """Describe what the map of residents takes."""
    year = {"type": "integer", "enum": list(CENSUS_YEARS), "default": max(CENSUS_YEARS)}
    return [
        in_query("year", year, "census; change is known for the last only"),
        choice("indicator", INDICATORS, "what the map shows"),
        *shared("lang"),
    ]


def declared(page: MapPage, _: Snapshot, _layers: Sequence[Layer]) -> list[Schema]:
    """Describe what a map page takes that has its parameters in its declaration."""
    choices = [
        choice(name, values, "the first is the default") for name, values in page.options.items()
    ]
    numbers = [
        in_query(name, number_range(low, high) | {"default": default}, "a number")
        for name, (default, low, high) in page.numbers.items()
    ]
    return [*choices, *numbers, *shared("lang")]
