"""Versions of the special zone and of its food street."""

import pytest

from geo.pipeline.sources.zone import SPEC, in_force, read_food_streets, read_zone


@pytest.mark.parametrize(
    ("read", "ids"),
    [
        (read_zone, ["zone-2009", "zone-2023"]),
        (read_food_streets, ["food-street-2009", "food-street-2023"]),
    ],
)
def test_both_versions_are_read(data, read, ids):
    assert list(read(data).frame.index) == ids


@pytest.mark.parametrize(
    ("read", "name"), [(read_zone, "zone-2023"), (read_food_streets, "food-street-2023")]
)
def test_the_version_of_2023_is_in_force(data, read, name):
    assert list(in_force(read(data).frame).index) == [name]


# The areas that the city published.
@pytest.mark.parametrize(
    ("read", "name", "area_m2"),
    [
        (read_zone, "zone-2009", 367_541),
        (read_zone, "zone-2023", 405_918),
        (read_food_streets, "food-street-2009", 87_611),
        (read_food_streets, "food-street-2023", 162_268),
    ],
)
def test_outlines_measure_what_was_published(data, read, name, area_m2):
    found = read(data).frame.loc[name]
    assert found["published_area_m2"] == pytest.approx(area_m2, abs=1)
    assert found["area_m2"] == pytest.approx(area_m2, rel=0.002)


def test_the_food_street_held_204_restaurants_in_2023(data):
    counts = read_food_streets(data).frame["restaurants"]
    assert counts.to_dict() == {"food-street-2009": 93, "food-street-2023": 204}


def test_outlines_say_that_they_are_approximate(data):
    frame = read_zone(data).frame
    assert set(frame["provenance"]) == {"approximate"}
    assert set(frame["accuracy_m"]) == {SPEC.accuracy_m}


def test_no_date_is_more_exact_than_its_source(data):
    # zone_history.csv: food_street_area, 2009, 87,611 m².
    assert read_food_streets(data).frame.loc["food-street-2009", "valid_from"] == "2009"
