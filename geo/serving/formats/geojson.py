"""GeoJSON (RFC 7946) and GeoJSON text sequences (RFC 8142) from the stored features."""

import json
from collections.abc import Iterator

from geo.serving.formats.batches import ROWS, Pieces, Selection, batches
from geo.serving.query.geojson import to_geojson
from geo.snapshot.value_index import Rows


def chunks(selection: Selection) -> Pieces:
    """Write the rows as a GeoJSON feature collection, with attributions and licences first."""
    attribution = json.dumps(list(selection.notices), ensure_ascii=False).encode()
    yield b'{"type":"FeatureCollection","attribution":' + attribution + b',"features":['
    for number, some in enumerate(_parts(selection)):
        yield (b"," if number else b"") + _features(selection, some)
    yield b"]}\n"


def sequence(selection: Selection) -> Pieces:
    """Write the rows as a GeoJSON text sequence: record separator, feature, line feed."""
    if _all_properties(selection):
        feature = selection.layer.feature
        for some in _parts(selection):
            yield b"".join(b"\x1e%b\n" % feature(row) for row in some.tolist())
        return
    from geo.snapshot.geojson_encoder import (
        encode_features,  # stored features need no encoder
    )

    for batch in batches(selection):
        ids, properties = batch.table["id"].combine_chunks(), batch.table.drop_columns(["id"])
        texts = encode_features(ids, batch.shapes, properties).to_pylist()
        yield "".join(f"\x1e{text[1:]}\n" for text in texts).encode()


def _parts(selection: Selection) -> Iterator[Rows]:
    for start in range(0, len(selection.rows), ROWS):
        yield selection.rows[start : start + ROWS]


def _features(selection: Selection, rows: Rows) -> bytes:
    names = None if _all_properties(selection) else selection.names
    shaped = selection.with_geometry
    return b",".join(to_geojson(selection.layer, rows, names=names, with_geometry=shaped))


def _all_properties(selection: Selection) -> bool:
    return selection.with_geometry and list(selection.names) == list(selection.layer.fields)
