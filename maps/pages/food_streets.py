"""The visitors' map: real places of the food streets, and support centres."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from geo.core.vocab import HALAL
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.place_entries import Entry, businesses, centres, matches
from maps.pages.place_rows import place_rows
from maps.pages.view_state import FOOD, FoodStreets, query_string
from maps.style.symbols import CENTRE, symbols
from maps.web.attribution import credits_of
from maps.web.base_layers import base_layers, box_of, outlines, version_in_force, zone_box
from maps.web.folium_map import AtlasMap, render_map
from maps.web.page import Page, Site
from maps.web.render import render

LAYERS = (
    "businesses", "centres", "zone", "food-streets", "streets", "dong", "stations", "landmarks",
    "ground", "tracks",
)  # fmt: skip
ITEMS = "/collections/{}/items?{}limit=10000"
FIRST = 20  # entries of a list that the page holds
MARKED = 1_200  # businesses that the page brings along for its script, which asks for the others
FILTERS = ("category", "cuisine", "halal")


@dataclass(frozen=True)
class Option:
    """An option of a filter.

    Attributes:
        value: code in the query.
        label: its word.
        count: observed places that have it.
        in_use: whether the view asks for it.
    """

    value: str
    label: str
    count: int
    in_use: bool


@dataclass(frozen=True)
class Section:
    """A list of places on the page.

    Attributes:
        entries: those that the page holds.
        count: how many there are.
    """

    entries: Sequence[Entry]
    count: int


def page(snapshot: Snapshot, view: FoodStreets, site: Site) -> Page:
    """Render the page for one view."""
    words = Words(site.lang)
    places = businesses(snapshot, words)
    drawing = render_map(chart(snapshot, site))
    desks = centres(snapshot, words)
    shown = [place for place in places if matches(place, view)]
    opened = next((place for place in places if place.id == view.place), None)
    values = {
        "view": view,
        "query": query_string,
        "changed": replace,
        "opening": FOOD,
        "drawing": drawing,
        "total": len(places),
        "shown": len(shown),
        "sections": _sections(shown, desks, opened, whole=view.whole),
        "rows": {
            "business": place_rows(places[:MARKED], words),
            "centre": place_rows(desks, words),
        },
        "more": len(places) > MARKED,
        "opened": opened,
        "filters": _filters(snapshot, places, view, words),
        "symbols": symbols(words),
        "centre_symbol": CENTRE,
        "look": {name: asdict(symbol) for name, symbol in symbols(words).items()},
        "listed": sorted(filter(None, (place.facts["source_date"] for place in places))),
        "simulated": snapshot.manifest["zone"]["simulated"],
        "simulated_shown": _count_simulated(snapshot, view),
        "street_box": box_of(version_in_force(snapshot, "food-streets")),
        "simulated_url": site.root + ITEMS.format("businesses", "provenance=simulated&"),
        "credits": credits_of(snapshot, LAYERS, words.lang),
    }
    return render("food-streets.html", site, values, inline=[drawing.code])


def remaining_places(snapshot: Snapshot, lang: str) -> bytes:
    """Write the businesses that the page has no room for as JSON, in columns."""
    words = Words(lang)
    return orjson.dumps(place_rows(businesses(snapshot, words)[MARKED:], words))


def _sections(
    shown: Sequence[Entry], desks: Sequence[Entry], opened: Entry | None, *, whole: bool
) -> dict[str, Section]:
    """Start the three lists; the script writes the rest of them on demand."""
    ordered = sorted(shown, key=lambda entry: opened is None or entry.id != opened.id)
    every = {
        "on-map": [entry for entry in ordered if entry.pinned],
        "off-map": [entry for entry in ordered if not entry.pinned],
        "centres": list(desks),
    }
    return {
        name: Section(entries if whole else entries[:FIRST], len(entries))
        for name, entries in every.items()
    }


def chart(snapshot: Snapshot, site: Site) -> AtlasMap:
    """Draw the base map; the script of the page draws the places."""
    label = Words(site.lang).coded("map", "food-streets")
    drawing = AtlasMap(site, label, within=zone_box(snapshot))
    for layer in (*base_layers(snapshot, site), *outlines(snapshot)):
        layer.add_to(drawing)
    return drawing


def _count_simulated(snapshot: Snapshot, view: FoodStreets) -> int:
    """Count the simulated businesses that the view's filters let through."""
    where = {name: list(getattr(view, name)) for name in FILTERS if getattr(view, name)}
    return len(snapshot.layers["businesses"].select({"provenance": ["simulated"], **where}))


def _filters(
    snapshot: Snapshot, places: Sequence[Entry], view: FoodStreets, words: Words
) -> dict[str, list[Option]]:
    """List the options of each filter that any business has, the most frequent first."""
    columns = snapshot.layers["businesses"].columns.select(list(FILTERS)).to_pydict()
    present = {
        "category": set(columns["category"]),
        "cuisine": {code for codes in columns["cuisine"] for code in codes},
        "halal": set(HALAL),
    }
    filters = {}
    for name in FILTERS:
        counts = Counter(code for place in places for code in _codes(place.facts[name]))
        options = [
            Option(code, _label(name, code, words), counts[code], code in getattr(view, name))
            for code in present[name] | set(getattr(view, name))
        ]
        filters[name] = sorted(options, key=lambda option: (-option.count, option.label))
    return filters


def _codes(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _label(name: str, code: str, words: Words) -> str:
    return words.cuisine(code) if name == "cuisine" else words.coded(name, code)
