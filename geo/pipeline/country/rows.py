"""The rows of other cities as they lie on disk, and why some of them cannot be used."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.geometry import DECIMALS
from geo.pipeline.country.joins import province_now

ALL: Final = "all"
NO_POINT: Final = "no coordinates, and addresses are known in Ansan only"
NO_DONG: Final = "its point lies in no dong"
TWICE: Final = "its id appears twice"
STRAY: Final = "its point lies in another province than its codes say"
# By what `geo.pipeline.country.joins.check_points` calls them.
REASONS: Final = {"no point": NO_POINT, "no dong": NO_DONG, "twice": TWICE, "stray": STRAY}
_TEXT: Final = ("name_ko", "name_en", "category", "address_detail", "phone", "opened_on")
_STORED: Final = (
    ("id", pa.string()),
    *((name, pa.string()) for name in _TEXT),
    ("address", pa.string()),
    ("cuisine", pa.list_(pa.string())),
    ("lon", pa.float64()),
    ("lat", pa.float64()),
    ("source_date", pa.string()),
)
SPOOLED: Final = pa.schema([*_STORED, ("province", pa.string()), ("number", pa.int64())])
BEYOND: Final = pa.schema([*_STORED, ("dong_code", pa.string())])
# As plain text: of a file that is read in batches, the dictionary holds the name more than once.
_REJECTED: Final = pa.schema(
    [
        ("file", pa.string()),
        *(SPOOLED.field(name) for name in ("number", "name_ko", "address")),
        ("reason", pa.string()),
    ]
)


def asked_rows(area: str, records: pd.DataFrame) -> pd.DataFrame:
    """Return the records of an area: `all`, or the 5-digit code of a city."""
    return records if area == ALL else records[records["gu_code"] == area]


def to_rows(source: str, release: str, records: pd.DataFrame) -> pa.Table:
    """Convert records with points in lon/lat to rows of the schema `SPOOLED`.

    Args:
        source: id of the register.
        release: date of rows that bear none, "" where it is not known.
        records: columns as `geo.pipeline.adapters.records.RECORD`.
    """
    known = np.isfinite(records["x"]) & np.isfinite(records["y"])
    columns = {
        "id": pc.binary_join_element_wise(
            pa.scalar(f"{source}-"), pa.array(records["key"], pa.string()), ""
        ),
        **{name: records[name] for name in _TEXT},
        "address": records["address_road"].fillna(records["address_jibun"]),
        "cuisine": records["cuisine"],
        "lon": records["x"].round(DECIMALS).where(known),
        "lat": records["y"].round(DECIMALS).where(known),
        "source_date": records["updated_on"].fillna(release or np.nan),
        "province": province_now(records["gu_code"]),
        "number": records["row"],
    }
    arrays = [pa.array(columns[field.name], field.type) for field in SPOOLED]
    return pa.table(arrays, schema=SPOOLED)


def to_rejects(rows: pa.Table) -> pd.DataFrame:
    """Convert rows with `file` and `reason` that cannot be used to rows set aside."""
    frame = rows.select(_REJECTED.names).cast(_REJECTED).to_pandas()
    texts = frame["name_ko"].fillna("") + "; " + frame["address"].fillna("")
    reasons = frame["reason"].map(REASONS)
    columns = {"file": frame["file"], "row": frame["number"], "text": texts, "reason": reasons}
    return pd.DataFrame(columns)
