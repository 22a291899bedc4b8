"""What tags of OpenStreetMap say of a trade."""

from itertools import chain

import pytest

from geo.core.vocab import CATEGORIES
from geo.pipeline.adapters.osm_trades import SPEC, Trade, trade_of


def test_no_value_stands_in_two_tables():
    for key, table in SPEC.numbers["trades"].items():
        listed = [*chain(*table.values()), *SPEC.numbers["passed"].get(key, [])]
        assert len(listed) == len(set(listed)), key
        assert set(table) <= set(CATEGORIES)


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "fast_food"}, "restaurant"),
        ({"amenity": "bar"}, "pub"),
        ({"amenity": "bank"}, "other-service"),
        ({"amenity": "money_transfer"}, "remittance"),
        ({"amenity": "bureau_de_change"}, "remittance"),
        ({"amenity": "karaoke_box"}, "karaoke"),
        ({"shop": "travel_agency"}, "travel"),
        ({"shop": "hairdresser"}, "beauty"),
        ({"office": "employment_agency"}, "labour-agency"),
        ({"office": "estate_agent"}, "real-estate"),
        ({"shop": "convenience;clothes"}, "grocery"),  # the first of a list
        ({"amenity": "fuel", "shop": "convenience"}, "grocery"),  # a trade of its own goes first
        ({"amenity": "fuel", "shop": "no"}, "other-retail"),
        ({"amenity": "bench", "shop": "bakery"}, "bakery"),
    ],
)
def test_tags_become_a_category(tags, category):
    assert trade_of(tags).category == category


@pytest.mark.parametrize(
    "tags",
    [{"amenity": "bench"}, {"amenity": "school"}, {"tourism": "viewpoint"}, {"office": "ngo"}, {}],
)
def test_what_is_no_shop_has_no_trade(tags):
    assert trade_of(tags) is None


@pytest.mark.parametrize(
    "tags",
    [
        {"disused:shop": "bakery"},
        {"abandoned:shop": "bakery"},
        {"was:shop": "bakery"},
        {"shop": "bakery", "disused": "yes"},
        {"disused:shop": "bakery", "shop": "vacant"},
    ],
)
def test_a_shop_that_has_gone_is_closed(tags):
    found = trade_of(tags)
    assert (found.status, found.category, found.code) == (
        "closed",
        "bakery",
        "shop=bakery",
    )


def test_a_new_shop_in_old_premises_is_open():
    found = trade_of({"was:shop": "bakery", "shop": "clothes"})
    assert (found.status, found.category) == ("open", "clothing")


@pytest.mark.parametrize("value", ["", " ; ", ";;"])
def test_an_empty_value_is_no_trade(value):
    assert trade_of({"shop": value}) is None


def test_an_unknown_value_says_so():
    assert trade_of({"shop": "Crystal_Balls"}) == Trade(
        "shop=crystal_balls", "other-retail", known=False
    )
