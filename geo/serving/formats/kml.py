"""KML 2.2 (OGC 07-147r2): placemarks that carry all their properties, with a schema."""

from dataclasses import replace
from html import escape
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.serving.formats.batches import Batch, Pieces, Selection, batches
from geo.serving.formats.text import (
    REPLACEMENT,
    TEXT,
    concatenate,
    join_parts,
    replace_where,
    texts,
    utf8,
    wrap,
)

_SPACE: Final = "http://www.opengis.net/kml/2.2"
_TITLES: Final = ("name_ko", "name_en", "id")  # the first that is known names a placemark
_TYPES: Final = {"boolean": "bool", "integer": "int", "number": "double"}  # others: string
_PROVENANCE: Final = "provenance"
_SIMULATED: Final = "simulated"
_NOTE: Final = "<Snippet>simulated, not a real place</Snippet>"
# Colours are alpha, blue, green, red. Simulated features are small, grey and without a fill.
_LOOKS: Final = {
    "observed": ("ff6e5c0b", "1.0", "406e5c0b", "1"),
    "approximate": ("ff58a4e0", "1.0", "4058a4e0", "1"),
    "fitted": ("ff94a2a9", "1.0", "4094a2a9", "1"),
    _SIMULATED: ("8080766b", "0.6", "00ffffff", "0"),
}
_STYLES: Final = "".join(
    f'<Style id="{name}"><IconStyle><color>{colour}</color><scale>{scale}</scale></IconStyle>'
    f"<LabelStyle><color>{colour}</color><scale>{scale}</scale></LabelStyle>"
    f"<LineStyle><color>{colour}</color><width>2</width></LineStyle>"
    f"<PolyStyle><color>{fill}</color><fill>{filled}</fill></PolyStyle></Style>\n"
    for name, (colour, scale, fill, filled) in _LOOKS.items()
)
# What XML 1.0 cannot hold, not even escaped.
_ILLEGAL: Final = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
# A return that is not escaped is read as a line feed.
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ODD: Final = rf"[&<>\r]|{_ILLEGAL}"


def chunks(selection: Selection) -> Pieces:
    """Write the rows as KML: longitude before latitude, outer rings counterclockwise.

    A character that XML cannot hold becomes U+FFFD, lists are joined by |, what is not known is
    left out.
    """
    yield _head(selection).encode()
    for batch in batches(_with_provenance(selection)):
        yield utf8(_placemarks(batch, selection))
    yield b"</Document>\n</kml>\n"


def _with_provenance(selection: Selection) -> Selection:
    """Add the property that chooses the style, if it is not among those wanted."""
    if _PROVENANCE in selection.names or _PROVENANCE not in selection.layer.fields:
        return selection
    return replace(selection, names=[*selection.names, _PROVENANCE])


def _head(selection: Selection) -> str:
    layer = selection.layer
    fields = [("id", "string")]
    fields += [(name, _TYPES.get(layer.fields[name].type, "string")) for name in selection.names]
    schema = "".join(f'<SimpleField type="{kind}" name="{name}"/>' for name, kind in fields)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="{_SPACE}">\n<Document>'
        f"<name>{_one(layer.meta['title'])}</name>"
        # Programs show a description as HTML.
        f"<description>{_one('<br>'.join(map(escape, selection.notices)))}</description>\n"
        f"{_STYLES if _PROVENANCE in layer.fields else ''}"
        f'<Schema name="{layer.id}" id="{layer.id}">{schema}</Schema>\n'
    )


def _one(text: str) -> str:
    escaped: str = _escape(pa.array([text], TEXT))[0].as_py()
    return escaped


def _placemarks(batch: Batch, selection: Selection) -> pa.Array:
    columns = {
        name: texts(batch.table[name].combine_chunks(), _escape)
        for name in batch.table.column_names
    }
    titles = [columns[name] for name in _TITLES if name in columns]
    pieces: list[Any] = ["<Placemark><name>", pc.coalesce(*titles), "</name>"]
    if _PROVENANCE in columns:
        pieces += _styled(columns[_PROVENANCE])
    pieces += ['<ExtendedData><SchemaData schemaUrl="#', selection.layer.id, '">']
    wanted = {name: columns[name] for name in ("id", *selection.names)}
    for name, column in wanted.items():
        pieces.append(wrap(f'<SimpleData name="{name}">', column, "</SimpleData>"))
    return concatenate(
        *pieces, "</SchemaData></ExtendedData>", _shapes(batch.shapes), "</Placemark>\n"
    )


def _styled(provenance: pa.Array) -> list[Any]:
    """Write the style of each feature; lists of places say at a simulated one what it is."""
    note = pc.if_else(pc.equal(provenance, _SIMULATED), _NOTE, "").cast(TEXT)
    return [note, "<styleUrl>#", provenance, "</styleUrl>"]


def _escape(column: pa.Array) -> pa.Array:
    return replace_where(column, _ODD, _harmless)


def _harmless(column: pa.Array) -> pa.Array:
    for sign, instead in _ESCAPES.items():
        column = pc.replace_substring(column, sign, instead)
    return pc.replace_substring_regex(column, _ILLEGAL, REPLACEMENT)


def _shapes(shapes: Any) -> pa.Array:
    """Write each shape as an element; a feature without geometry gets none."""
    present = ~shapely.is_missing(shapes)
    if present.all():
        return _elements(shapes)
    texts = np.full(len(shapes), "", dtype=object)
    if present.any():
        texts[present] = _elements(shapes[present]).to_pylist()
    return pa.array(texts, TEXT)


def _elements(shapes: Any) -> pa.Array:
    """Write shapes as elements, from the inside out: coordinates, lines or rings, the whole."""
    kind, points, levels = shapely.to_ragged_array(shapely.orient_polygons(shapes))
    elements, name = _pairs(points), shapely.GeometryType(kind).name
    if name.endswith("POINT"):
        elements, upper = (
            wrap("<Point><coordinates>", elements, "</coordinates></Point>"),
            levels,
        )
    elif name.endswith("LINESTRING"):
        lines, upper = join_parts(elements, levels[0], " "), levels[1:]
        elements = wrap("<LineString><coordinates>", lines, "</coordinates></LineString>")
    else:
        elements, upper = _polygons(join_parts(elements, levels[0], " "), levels[1]), levels[2:]
    for level in upper:
        elements = wrap("<MultiGeometry>", join_parts(elements, level, ""), "</MultiGeometry>")
    return elements


def _pairs(points: Any) -> pa.Array:
    x, y = (pa.array(points[:, axis]).cast(TEXT) for axis in (0, 1))
    return concatenate(x, ",", y)


def _polygons(rings: pa.Array, firsts: Any) -> pa.Array:
    """Write polygons of rings; `firsts` are the offsets of outer rings, and the number of rings."""
    sides = np.full(len(rings), "innerBoundaryIs")
    sides[firsts[:-1]] = "outerBoundaryIs"
    side = pa.array(sides, TEXT)
    lines = wrap("><LinearRing><coordinates>", rings, "</coordinates></LinearRing></")
    return wrap(
        "<Polygon>", join_parts(concatenate("<", side, lines, side, ">"), firsts, ""), "</Polygon>"
    )
