"""Small parts of drawing: classes, colours, names of streets, data blocks, addresses of views."""

import json

import pytest

from maps.i18n import Words
from maps.pages.view_state import (
    DEFAULT_FOOD_STREETS,
    Density,
    FoodStreets,
    Residents,
    query_string,
)
from maps.style.colours import class_of, classes, spread_colours
from maps.style.symbols import CENTRE, symbols
from maps.web.folium_map import AtlasMap, Points, Shapes, render_map
from maps.web.page import Site, csp_hash
from maps.web.render import data_block

BOX = (126.78, 37.32, 126.80, 37.34)


@pytest.mark.parametrize(
    ("value", "number"), [(0, 0), (10, 0), (10.1, 1), (20, 1), (30, 2), (99, 2)]
)
def test_a_class_holds_its_upper_bound(value, number):
    assert class_of(value, [10, 20, 30]) == number


def test_legend_counts_values_and_leaves_unknown_ones_out():
    legend = classes([5, 10, 25, None], [10, 20, 30], ["a", "b", "c"])
    assert [(item.low, item.high, item.colour, item.count) for item in legend] == [
        (0.0, 10, "a", 2), (10, 20, "b", 0), (20, 30, "c", 1),
    ]  # fmt: skip


def test_few_classes_take_their_colours_from_the_whole_range():
    assert spread_colours("abcde", 1) == ["e"]
    assert spread_colours("abcde", 3) == ["a", "c", "e"]
    assert spread_colours("abcde", 5) == list("abcde")


def contrast(colour):
    """Contrast of white text on a colour (WCAG 2.2, relative luminance)."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_letters_can_be_read_on_every_symbol():
    for symbol in [*symbols(Words("en")).values(), CENTRE]:
        assert contrast(symbol.colour) >= 4.5


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_two_categories_look_the_same(lang):
    food = [symbols(Words(lang))[name] for name in ("restaurant", "cafe", "bakery")]
    assert len({(item.shape, item.letter) for item in food}) == 3


@pytest.mark.parametrize("text", ["</script><b>", "a & b", "\u2028\u2029", 'quote " \\ slash'])
def test_data_blocks_cannot_leave_their_script(text):
    block = data_block({"text": text})
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block) == {"text": text}


def test_csp_hash_is_that_of_the_specification():
    # the example of the CSP Level 3 specification, alert('Hello, world.');
    assert csp_hash("alert('Hello, world.');") == (
        "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
    )


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (DEFAULT_FOOD_STREETS, ""),
        (FoodStreets(), "category=all"),
        (FoodStreets(category=("pub", "cafe"), simulated=True), "category=pub,cafe&simulated=true"),
        (FoodStreets(place="hs-카르티니"), "place=hs-%EC%B9%B4%EB%A5%B4%ED%8B%B0%EB%8B%88"),
        (Density(by="kernel", bandwidth_m=40.0), "by=kernel&bandwidth_m=40"),
        (Density(foreign_run=False), "foreign_run=false"),
        (Residents(year=2015), "year=2015"),
    ],
)
def test_one_view_has_one_address(view, text):
    assert query_string(view) == text


def test_hostile_features_stay_data_in_the_script():
    chart = AtlasMap(Site("en"), "</script><b>", BOX)
    attack = "</script><img src=x onerror=alert(1)>"
    point = {"type": "Point", "coordinates": [126.79, 37.33]}
    feature = {"type": "Feature", "id": attack, "geometry": point, "properties": {"tip": attack}}
    Shapes([feature], pane="cells", interactive=True).add_to(chart)
    Points(attack, {"kind": attack}).add_to(chart)
    drawing = render_map(chart)
    assert "<" not in drawing.code.replace("=>", "")
    assert "<b>" not in drawing.box


def test_maps_load_only_our_own_files():
    drawing = render_map(AtlasMap(Site("en"), "Map", BOX))
    assert "//" not in drawing.styles + drawing.libraries
    assert "/static/vendor/leaflet/leaflet.js" in drawing.libraries
