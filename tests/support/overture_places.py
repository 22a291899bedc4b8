"""Files of Overture's places, in the schema of `overturemaps download -f geoparquet -t place`."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

_TEXT = pa.string()
SCHEMA = pa.schema(
    {
        "id": _TEXT,
        "geometry": pa.binary(),
        "bbox": pa.struct({name: pa.float32() for name in ("xmin", "xmax", "ymin", "ymax")}),
        "version": pa.int32(),
        "sources": pa.list_(
            pa.struct(
                {
                    "property": _TEXT, "dataset": _TEXT, "license": _TEXT, "record_id": _TEXT,
                    "update_time": _TEXT, "confidence": pa.float64(),
                    "between": pa.list_(pa.float64()),
                }
            )
        ),
        "names": pa.struct(
            {
                "primary": _TEXT,
                "common": pa.map_(_TEXT, _TEXT),
                "rules": pa.list_(
                    pa.struct(
                        {
                            "variant": _TEXT, "language": _TEXT, "value": _TEXT,
                            "perspectives": pa.struct(
                                {"mode": _TEXT, "countries": pa.list_(_TEXT)}
                            ),
                            "between": pa.list_(pa.float64()), "side": _TEXT,
                        }
                    )
                ),
            }
        ),
        "categories": pa.struct({"primary": _TEXT, "alternate": pa.list_(_TEXT)}),
        "taxonomy": pa.struct({"primary": _TEXT, "hierarchy": pa.list_(_TEXT)}),
        "confidence": pa.float64(),
        "websites": pa.list_(_TEXT),
        "phones": pa.list_(_TEXT),
        "addresses": pa.list_(
            pa.struct(
                dict.fromkeys(("freeform", "locality", "postcode", "region", "country"), _TEXT)
            )
        ),
        "operating_status": _TEXT,
    }
)  # fmt: skip
PLACE: dict[str, Any] = {
    "id": "08f30c4c2d1a8b6d03f1a2b3c4d5e6f7",
    "geometry": shapely.to_wkb(shapely.Point(126.790588, 37.329698)),
    "version": 3,
    "sources": [
        {
            "property": "", "dataset": "meta", "license": "CDLA-Permissive-2.0",
            "record_id": "123", "update_time": "2026-09-07T00:00:00.000Z",
        }
    ],
    "names": {"primary": "사이공쌀국수", "common": [("en", "Saigon Pho"), ("vi", "Phở Sài Gòn")]},
    "categories": {"primary": "vietnamese_restaurant", "alternate": ["thai_restaurant"]},
    "confidence": 0.91,
    "phones": ["+82 31-491-1234"],
    "addresses": [
        {"freeform": "단원구 다문화길 18", "locality": "안산시", "country": "KR"}
    ],
    "operating_status": "open",
}  # fmt: skip


def written(path: Path, *changes: dict[str, Any]) -> Path:
    """The places as a file: each `PLACE` with its changes and an id of its own."""
    rows = [{**PLACE, "id": f"{n:032x}", **change} for n, change in enumerate(changes, start=1)]
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return path
