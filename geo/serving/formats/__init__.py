"""Export formats of features, for HTTP answers and for files.

Each writes a selection piece by piece, so that memory does not grow with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from geo.core.crs import CRS84, SERVED
from geo.serving.formats import delimited, flatgeobuf, geojson, geoparquet, kml
from geo.serving.formats.batches import Chunks
from geo.serving.formats.batches import Selection as Selection


@dataclass(frozen=True)
class Format:
    """An export format for features.

    Attributes:
        media_type: value of Content-Type.
        ending: of a file's name.
        title: what it is called, in English.
        chunks: the bytes of a selection, piece by piece. Close the iterator when it is not read to
            its end, so that files on the way are removed.
        systems: URIs of the reference systems that it can say it is in.
    """

    media_type: str
    ending: str
    title: str
    chunks: Chunks
    systems: Collection[str] = (CRS84,)


FORMATS: Final[Mapping[str, Format]] = {
    "geojson": Format("application/geo+json", ".geojson", "GeoJSON", geojson.chunks),
    "geojsonseq": Format(
        "application/geo+json-seq", ".geojsons", "GeoJSON, one feature per line", geojson.sequence
    ),
    "csv": Format("text/csv; charset=utf-8; header=present", ".csv", "CSV", delimited.chunks),
    "fgb": Format(
        "application/vnd.flatgeobuf", ".fgb", "FlatGeobuf", flatgeobuf.chunks, tuple(SERVED)
    ),
    "parquet": Format(
        "application/vnd.apache.parquet", ".parquet", "GeoParquet", geoparquet.chunks, tuple(SERVED)
    ),
    "kml": Format("application/vnd.google-earth.kml+xml", ".kml", "KML", kml.chunks),
}
