"""Encode features as GeoJSON.

Features are made column by column: a column becomes JSON at once, and Arrow joins the pieces of
each row. Needs no frame, so that the service can write features as well as the build.
"""

from itertools import groupby
from typing import Any, Final, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import shapely

_TEXT: Final = pa.large_string()  # the polygons of a part may be more than 2 GB of text
_SAMPLE: Final = 1_000  # values that tell whether a column repeats itself
_BETWEEN: Final = ",\n  "  # what orjson writes between values, one a line; no text can hold it
# What JSON escapes; orjson leaves all else as it is.
_ESCAPED: Final = r'["\\\x00-\x1f]'

# A piece of every feature: the same text in all of them, or an array with one for each.
Piece: TypeAlias = "str | pa.Array"


def encode_features(ids: pa.Array, shapes: Any, properties: pa.Table) -> pa.Array:
    """Encode each row as a GeoJSON feature (RFC 7946) with a comma in front of it.

    Args:
        ids: feature ids, text without nulls.
        shapes: as NumPy array: shapely geometries, None for none, or the coordinates of points, a
            row for each.
        properties: any columns of text, truths, numbers and lists of text, dictionaries too, in
            the order in which they are to stand; null where a value is unknown.

    Returns:
        As many texts (`large_string`); all of them joined, without the first comma, are the
        members of a feature collection.
    """
    pieces: list[Piece] = [',{"type":"Feature","id":', *_texts(ids), ',"geometry":']
    pieces += [*_geometries(shapes), ',"properties":{']
    for number, name in enumerate(properties.column_names):
        key = orjson.dumps(name).decode()
        column = properties[name].combine_chunks()
        pieces += ["," if number else "", key, ":", *_json(column)]
    return _join([*pieces, "}}"])


def _join(pieces: list[Piece]) -> pa.Array:
    """Join the pieces of each row; neighbours that all rows share are joined first."""
    parts: list[Any] = []
    for shared, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        neighbours = list(group)
        parts += [pa.scalar("".join(neighbours), _TEXT)] if shared else neighbours
    return pc.binary_join_element_wise(*parts, pa.scalar("", _TEXT))


def _geometries(shapes: Any) -> list[Piece]:
    pairs = shapes if shapes.ndim > 1 else point_coordinates(shapes)
    if pairs is not None:
        text = orjson.dumps(np.ascontiguousarray(pairs), option=orjson.OPT_SERIALIZE_NUMPY)
        return ['{"type":"Point","coordinates":[', _split(text[2:-2], "],["), "]}"]
    # GEOS would write 37.293215 as 37.293214999999996; orjson writes the shortest text.
    texts = [orjson.dumps(shape and shapely.geometry.mapping(shape)).decode() for shape in shapes]
    return [pa.array(texts, _TEXT)]


def point_coordinates(shapes: Any) -> Any:
    """Return the coordinates of geometries, a row each, or None unless all are plain points."""
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if (points & ~shapely.has_z(shapes) & ~shapely.is_empty(shapes)).all():
        return shapely.get_coordinates(shapes)
    return None


def _json(column: Any) -> list[Piece]:
    """Encode each value as JSON; of a column that repeats itself, each different value once."""
    if pa.types.is_list(column.type):
        return [_lists(column)]
    if not pa.types.is_dictionary(column.type):
        if not repeats_itself(column):
            return _texts(column) if pa.types.is_string(column.type) else [_lines(column)]
        column = column.dictionary_encode()
    texts, null = _lines(column.dictionary), pa.scalar("null", _TEXT)
    if not column.null_count and len(texts) == 1:
        return [texts[0].as_py()]
    return ["null"] if not len(texts) else [texts.take(column.indices).fill_null(null)]


def repeats_itself(column: Any) -> bool:
    """Tell by a sample whether half of the values of a column stand in it before."""
    return len(column[:_SAMPLE].unique()) <= min(len(column), _SAMPLE) // 2


def _lists(column: pa.Array) -> pa.Array:
    lengths = pc.list_value_length(column).fill_null(0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int64())
    texts = _join(_json(column.flatten()))
    if isinstance(texts, pa.Scalar):  # all members are the same
        texts = pa.repeat(texts, int(offsets[-1].as_py()))
    members = pa.LargeListArray.from_arrays(offsets, texts)
    inner = pc.binary_join(members, pa.scalar(",", _TEXT))
    bracket, end, between, null = (pa.scalar(text, _TEXT) for text in ("[", "]", "", "null"))
    lists = pc.binary_join_element_wise(bracket, inner, end, between)
    return pc.if_else(pc.is_valid(column), lists, null)


def _texts(column: pa.Array) -> list[Piece]:
    """Encode texts as JSON, few of which need more than a quote on either side."""
    texts = column.cast(_TEXT)
    if not column.null_count and not _may_need_escapes(texts):
        return ['"', texts, '"']
    quote, nothing, null = (pa.scalar(text, _TEXT) for text in ('"', "", "null"))
    quoted = pc.binary_join_element_wise(quote, texts, quote, nothing)
    escaped = pc.match_substring_regex(texts, _ESCAPED).fill_null(fill_value=False)
    plain = pc.replace_with_mask(quoted, escaped, _lines(texts.filter(escaped)))
    return [plain.fill_null(null)]


def _may_need_escapes(texts: pa.Array) -> bool:
    """Check whether any byte of a column is a quote, a backslash or a control character."""
    _, offsets, data = texts.buffers()
    edges = np.frombuffer(offsets, np.int64)
    letters = np.frombuffer(data or b"", np.uint8)
    used = letters[edges[texts.offset] : edges[texts.offset + len(texts)]]
    return bool(((used < ord(" ")) | (used == ord('"')) | (used == ord("\\"))).any())


def _lines(values: pa.Array) -> pa.Array:
    """Encode each value as JSON."""
    if not len(values):
        return pa.array([], _TEXT)
    text = orjson.dumps(values.to_pylist(), option=orjson.OPT_INDENT_2)
    return _split(text[4:-2], _BETWEEN)


def _split(text: bytes, between: str) -> pa.Array:
    return pc.split_pattern(pa.array([text.decode()], _TEXT), between).values
