"""Features as one layer of a Mapbox Vector Tile (version 2.1 of the specification)."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.serving.tiles.protobuf_columns import (
    Messages,
    Whole,
    concatenate,
    encode_field,
    encode_fields,
    octets,
    repeat,
    texts,
    varint,
    varints,
    zigzag,
)
from geo.serving.tiles.tile_grid import EXTENT

POINT, LINE, POLYGON = 1, 2, 3
MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
# A tag of Protocol Buffers is the number of the field and how it is written, here as in the
# specification's `vector_tile.proto`.
_LAYER: Final = b"\x1a"
_NAME, _FEATURE, _KEY, _VALUE, _EXTENT, _VERSION = (
    b"\x0a",
    b"\x12",
    b"\x1a",
    b"\x22",
    b"\x28",
    b"\x78",
)
_TAGS, _TYPE, _GEOMETRY = b"\x12", b"\x18", b"\x22"
_TEXT, _DOUBLE, _SIGNED, _TRUTH = b"\x0a", b"\x19", b"\x30", b"\x38"

Steps = np.ndarray[Any, np.dtype[np.int64]]  # vertices: x to the east, y to the south


def points(name: str, properties: Mapping[str, pa.Array], x: Any, y: Any) -> bytes:
    """Encode a tile with one layer of points.

    Args:
        name: of the layer.
        properties: columns of plain values; a null is left out of its feature.
        x: place of each point in the tile, 0 to 4095, to the east.
        y: the same to the south.
    """
    tags, values = _properties(properties, len(x))
    # MoveTo, once; coordinates count from the corner of the tile.
    place = concatenate(
        repeat(bytes([_command(MOVE_TO, 1)]), len(x)), varints(zigzag(x)), varints(zigzag(y))
    )
    kind = repeat(_TYPE + bytes([POINT]), len(x))
    feature = concatenate(encode_fields(_TAGS, tags), kind, encode_fields(_GEOMETRY, place))
    return _tile(name, list(properties), encode_fields(_FEATURE, feature).to_bytes(), values)


def shapes(
    name: str, properties: Mapping[str, pa.Array], kinds: list[int], paths: list[Whole]
) -> bytes:
    """Encode a tile with one layer of lines and polygons.

    Args:
        name: of the layer.
        properties: columns of plain values; a null is left out of its feature.
        kinds: LINE or POLYGON for each feature.
        paths: commands and their parameters, as `lines` and `rings` make them, for each feature.
    """
    tags, values = _properties(properties, len(paths))
    features = [
        encode_field(
            _FEATURE,
            encode_field(_TAGS, tagged)
            + _TYPE
            + bytes([kind])
            + encode_field(_GEOMETRY, varints(path).to_bytes()),
        )
        for tagged, kind, path in zip(tags.each(), kinds, paths, strict=True)
    ]
    return _tile(name, list(properties), b"".join(features), values)


def lines(parts: list[Steps]) -> Whole:
    """Encode the lines of one feature as drawing commands.

    Args:
        parts: the vertices of each line, x and y in whole steps of the tile.
    """
    return _encode_path(parts, [])


def rings(parts: list[Steps]) -> Whole:
    """Encode the rings of one feature as drawing commands: clockwise as seen outside, holes not.

    Args:
        parts: the vertices of each ring, x and y in whole steps of the tile; the last is the first.
    """
    return _encode_path([part[:-1] for part in parts], [_command(CLOSE_PATH, 1)])


def _encode_path(parts: list[Steps], end: list[int]) -> Whole:
    numbers: list[Any] = []
    pen = np.zeros((1, 2), dtype=np.int64)
    for part in parts:
        moves = zigzag(np.diff(part, axis=0, prepend=pen)).ravel()
        draw = _command(LINE_TO, len(part) - 1)
        numbers += [[_command(MOVE_TO, 1)], moves[:2], [draw], moves[2:], end]
        pen = part[-1:]
    return np.concatenate(numbers).astype(np.uint64)


def _command(what: int, times: int) -> int:
    return what | times << 3


def _tile(name: str, keys: list[str], features: bytes, values: bytes) -> bytes:
    content = b"".join(
        (
            _VERSION + bytes([2]),
            encode_field(_NAME, name.encode()),
            features,
            *(encode_field(_KEY, key.encode()) for key in keys),
            values,
            _EXTENT + varint(EXTENT),
        )
    )
    return encode_field(_LAYER, content)


def _properties(properties: Mapping[str, pa.Array], count: int) -> tuple[Messages, bytes]:
    """Encode the tags of each feature, and the values that they point to."""
    tags, written, first = [repeat(b"", count)], [], 0
    for key, column in enumerate(properties.values()):
        if column.null_count == count:
            continue
        coded = column.dictionary_encode()
        known = coded.indices.is_valid().to_numpy(zero_copy_only=False)
        places = coded.indices.fill_null(0).to_numpy().astype(np.uint64) + np.uint64(first)
        pair = concatenate(repeat(varint(key), count), varints(places))
        tags.append(pair.where(known))
        written.append(_values(coded.dictionary))
        first += len(coded.dictionary)
    return concatenate(*tags), b"".join(written)


def _values(values: pa.Array) -> bytes:
    """Encode each different value of a column according to its type."""
    kind = values.type
    if not len(values):
        return b""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return texts(_VALUE, _TEXT, values)
    if pa.types.is_boolean(kind):
        bits = varints(pc.cast(values, pa.uint8()).to_numpy())
        return encode_fields(_VALUE, concatenate(repeat(_TRUTH, len(values)), bits)).to_bytes()
    if pa.types.is_integer(kind):
        signed = varints(zigzag(values.to_numpy()))
        return encode_fields(_VALUE, concatenate(repeat(_SIGNED, len(values)), signed)).to_bytes()
    raw = values.to_numpy().astype("<f8").view(np.uint8).reshape(-1, 8)
    return encode_fields(_VALUE, concatenate(repeat(_DOUBLE, len(values)), octets(raw))).to_bytes()
