"""The city's own figures, as its presentation of 2025 prints them."""

import pytest

from geo.core.errors import SourceChangedError
from geo.pipeline.sources.city import read_city


def test_figures_are_those_of_the_presentation(data):
    assert read_city(data) == {
        "foreign": {"value": 100_519, "year": "2025"},
        "countries": {"value": 114, "year": "2025"},
        "foreign_run_businesses": {"value": 395, "year": "2022"},
    }


def test_a_missing_figure_is_named(data_copy, edit):
    edit("tables/city_deck.csv", "population,countries,114", "population,nations,114")
    with pytest.raises(SourceChangedError, match="countries"):
        read_city(data_copy)
