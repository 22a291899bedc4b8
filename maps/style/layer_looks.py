"""How each layer is drawn in other people's programs: one declaration for MapLibre and QGIS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from geo.core.vocab import ANY, CATEGORIES, CENSUS, CENSUS_YEARS
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.style import colours
from maps.style.symbols import CENTRE, Symbol, symbols

SIMULATED: Final = "simulated"
SIMULATED_COLOUR: Final = "#6b7680"  # the grey of what is not known, on our own maps
_POINT, _LINE, _AREA = "point", "line", "area"
_KINDS: Final = {"Point": _POINT, ANY: _POINT, "LineString": _LINE, "Polygon": _AREA}
_LATEST: Final = str(max(CENSUS_YEARS))
# Of several versions of the same places, the one that is drawn; parameters of the API.
_DRAWN: Final[Mapping[str, Mapping[str, str]]] = {
    "zone": {"valid_to": "null"},
    "food-streets": {"valid_to": "null"},
    "residents": {"year": _LATEST, "definition": CENSUS},
    "households": {"year": _LATEST},
}
_COLOURS: Final[Mapping[str, str]] = {
    "centres": CENTRE.colour,
    "stations": colours.INK,
    "landmarks": "#5b4296",
    "streets": colours.STREET_EDGE,
    "zone": colours.ACCENT,
    "food-streets": colours.FOOD_STREET,
}


@dataclass(frozen=True)
class Rule:
    """Features that are drawn alike.

    Attributes:
        label: what the legend says, in the reader's language.
        symbol: shape and colour of points; of lines and areas the colour alone counts.
        value: value of the property of the look; None for every feature.
        above: the value is above this bound; None without a lower bound or without classes.
        upto: the value is at most this bound; None without an upper bound or without classes.
    """

    label: str
    symbol: Symbol
    value: str | None = None
    above: float | None = None
    upto: float | None = None


@dataclass(frozen=True)
class Look:
    """How a layer is drawn.

    Attributes:
        kind: point, line or area.
        title: title of the layer in the reader's language.
        by: property whose values or classes have colours; "" where all are drawn alike.
        rules: what is drawn how.
        names: properties that label a feature, the first that is known.
        drawn: parameters of the API that choose the version that is drawn.
        approximate: whether outlines are broken lines, because they are approximate.
        simulated: the legend of simulated features; "" where there is none of them.
        mark: what is written at each of them.
    """

    kind: str
    title: str
    by: str
    rules: Sequence[Rule]
    names: Sequence[str]
    drawn: Mapping[str, str] = field(default_factory=dict)
    approximate: bool = False
    simulated: str = ""
    mark: str = ""


def look_of(snapshot: Snapshot, layer: Layer, lang: str) -> Look:
    """Decide how a layer is drawn.

    Args:
        snapshot: for the class bounds of residents.
        layer: what is drawn.
        lang: language of legend and labels.
    """
    words, provenance = Words(lang), layer.meta["provenance"]
    title = words.title("collection", layer.id, layer.meta["title"])
    by, rules = _rules(snapshot, layer, words)
    names = ("name_ko", "name_en") if lang == "ko" else ("name_en", "name_ko")
    return Look(
        kind=_KINDS[layer.meta["geometry"]],
        title=title,
        by=by,
        rules=rules,
        names=[name for name in names if name in layer.fields],
        drawn=_DRAWN.get(layer.id, {}),
        approximate=set(provenance) == {"approximate"},
        simulated=words.coded("style", SIMULATED) if SIMULATED in provenance else "",
        mark=words.coded("style label", SIMULATED) if SIMULATED in provenance else "",
    )


def _rules(snapshot: Snapshot, layer: Layer, words: Words) -> tuple[str, list[Rule]]:
    if layer.id == "businesses":
        marks = symbols(words)
        labels = {name: words.coded("category", name) for name in CATEGORIES}
        return "category", [Rule(labels[name], marks[name], value=name) for name in CATEGORIES]
    if layer.id == "residents":
        return "foreign_share", _share_rules(snapshot.manifest["classes"], words)
    colour = _COLOURS.get(layer.id, colours.LAND_EDGE)
    return "", [
        Rule(words.title("collection", layer.id, layer.meta["title"]), Symbol("circle", colour, ""))
    ]


def _share_rules(classes: Mapping[str, Any], words: Words) -> list[Rule]:
    bounds = classes["residents"]["foreign_share"]
    shades = colours.spread_colours(colours.SHARE, len(bounds))
    lows = [None, *bounds[:-1]]
    tops = [*bounds[:-1], None]
    return [
        Rule(
            f"{words.percent(low or 0)}–{words.percent(high)}",
            Symbol("square", shade, ""),
            above=low,
            upto=top,
        )
        for low, top, high, shade in zip(lows, tops, bounds, shades, strict=True)
    ]
