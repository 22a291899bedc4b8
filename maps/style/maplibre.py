"""Styles for MapLibre (style specification version 8) over our own vector tiles.

No `glyphs`: from MapLibre GL JS 5.11 on, labels are drawn with fonts of the reader's machine.
Simulated features have a source and layers of their own, hollow and grey, with a word at each.
"""

from typing import Any, Final
from urllib.parse import quote, urlencode

from geo.serving.formats.export import attributions
from geo.serving.tiles.points import COUNT
from geo.serving.tiles.tile_grid import DEEPEST
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.style import colours
from maps.style.layer_looks import SIMULATED, SIMULATED_COLOUR, Look, Rule

Document = dict[str, Any]

_FONTS: Final = ["Noto Sans KR", "Noto Sans", "sans-serif"]
_CELL: Final = ["has", COUNT]  # tiles of many points hold cells in place of them
_REAL: Final = "observed,approximate,fitted"
_DASHES: Final = [3, 2]
_DOTS: Final = [0.5, 1.5]
_RADIUS: Final = ["interpolate", ["linear"], ["zoom"], 11, 1.5, 16, 5]
_LABELS_FROM: Final = 15  # points; names of areas are read from further away


def style(snapshot: Snapshot, layer: Layer, look: Look, base: str) -> Document:
    """Write the style of a layer.

    Args:
        snapshot: for the attributions.
        layer: what is drawn.
        look: how it is drawn.
        base: absolute address of the service, without the slash at its end.
    """
    sources = {layer.id: _source(snapshot, layer, look, base, _REAL if look.simulated else "")}
    layers = _layers(layer.id, look)
    if look.simulated:
        name = f"{layer.id}-{SIMULATED}"
        sources[name] = _source(snapshot, layer, look, base, SIMULATED)
        # Below the others: of two labels that collide, that of the upper layer is written.
        layers = _simulated(name, layer.id, look) + layers
    west, south, east, north = layer.extent
    return {
        "version": 8,
        "name": look.title,
        "metadata": {"collection": f"{base}/collections/{layer.id}"},
        "center": [round((west + east) / 2, 6), round((south + north) / 2, 6)],
        "zoom": 15 if east - west < 0.05 else 10,
        "sources": sources,
        "layers": layers,
    }


def _source(snapshot: Snapshot, layer: Layer, look: Look, base: str, provenance: str) -> Document:
    filters = dict(look.drawn) | ({"provenance": provenance} if provenance else {})
    tiles = f"{base}/collections/{layer.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    query = urlencode(filters, safe=",", quote_via=quote)
    return {
        "type": "vector",
        "tiles": [f"{tiles}?{query}" if query else tiles],
        "bounds": layer.extent,
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "attribution": "; ".join(attributions(snapshot, [layer.id])),
    }


def _layers(source: str, look: Look) -> list[Document]:
    if look.kind == "area":
        drawn = _areas(source, look)
    elif look.kind == "line":
        drawn = [_line(source, source, source, _colour(look), width=3)]
    else:
        drawn = _points(source, look)
    return drawn + _labels(source, source, look)


def _areas(source: str, look: Look) -> list[Document]:
    paint: Document = {
        "fill-color": _colour(look),
        "fill-opacity": 0.75 if look.by else 0.25,
    }
    edge = _line(f"{source}-edge", source, source, colours.INK, width=1.2)
    if look.approximate:
        edge["paint"]["line-dasharray"] = _DASHES
    return [_layer(f"{source}-fill", "fill", source, source, paint), edge]


def _points(source: str, look: Look) -> list[Document]:
    paint = {
        "circle-color": _colour(look),
        "circle-radius": _RADIUS,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 1,
    }
    cells = {
        "circle-color": colours.ACCENT,
        "circle-opacity": 0.6,
        "circle-radius": ["interpolate", ["linear"], ["get", COUNT], 1, 4, 100, 10, 1000, 18],
    }
    return [
        _layer(f"{source}-cells", "circle", source, source, cells, _CELL),
        _layer(source, "circle", source, source, paint, ["!", _CELL]),
    ]


def _simulated(source: str, tiles: str, look: Look) -> list[Document]:
    """Draw simulated features hollow, each with a word that says what it is."""
    if look.kind == "point":
        ring = {
            "circle-color": "#ffffff",
            "circle-opacity": 0,
            "circle-radius": _RADIUS,
            "circle-stroke-color": SIMULATED_COLOUR,
            "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0.5, 16, 1.5],
            "circle-stroke-opacity": 0.9,
        }
        drawn = _layer(source, "circle", source, tiles, ring)
    else:
        drawn = _line(source, source, tiles, SIMULATED_COLOUR, width=1.5)
        drawn["paint"]["line-dasharray"] = _DOTS
    return [drawn, *_labels(source, tiles, look, look.mark)]


def _line(name: str, source: str, tiles: str, colour: Any, *, width: float) -> Document:
    return _layer(name, "line", source, tiles, {"line-color": colour, "line-width": width})


def _labels(source: str, tiles: str, look: Look, text: str = "") -> list[Document]:
    """Write the names of features, or one text at each of them."""
    if not (look.names or text):
        return []
    named = ["coalesce", *(["get", name] for name in look.names), ""]
    layout: Document = {
        "text-field": text or named,
        "text-font": _FONTS,
        "text-size": 11 if look.kind == "point" else 12,
        "text-max-width": 9,
    }
    if look.kind == "point":
        layout |= {"text-offset": [0, 0.8], "text-anchor": "top", "text-optional": True}
    if look.kind == "line":
        layout["symbol-placement"] = "line"
    paint = {
        "text-color": SIMULATED_COLOUR if text else colours.INK,
        "text-halo-color": "#ffffff",
        "text-halo-width": 1.2,
    }
    points = look.kind == "point"
    only = ["!", _CELL] if points else None
    labels = _layer(f"{source}-labels", "symbol", source, tiles, paint, only)
    return [labels | {"layout": layout, "minzoom": _LABELS_FROM if points else 10}]


def _layer(
    name: str, kind: str, source: str, tiles: str, paint: Document, only: Any = None
) -> Document:
    drawn = {"id": name, "type": kind, "source": source, "source-layer": tiles, "paint": paint}
    return drawn if only is None else {**drawn, "filter": only}


def _colour(look: Look) -> Any:
    """Write the colour, or the expression that finds it."""
    first, *others = look.rules
    if not look.by:
        return first.symbol.colour
    if first.value is not None:
        pairs = [part for rule in look.rules for part in (rule.value, rule.symbol.colour)]
        return ["match", ["get", look.by], *pairs, colours.INK]
    number = ["to-number", ["get", look.by], -1]
    return ["case", *_steps(number, [first, *others]), colours.LAND]


def _steps(number: Any, rules: list[Rule]) -> list[Any]:
    """Write the classes from the first to the last: a value is in the first that it fits."""
    steps: list[Any] = [["<", number, 0], colours.LAND]  # not known
    for rule in rules:
        top = ["<=", number, rule.upto] if rule.upto is not None else [">=", number, 0]
        steps += [top, rule.symbol.colour]
    return steps
