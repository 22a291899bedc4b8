"""Real shops near the stations: a copy of the national register of shops, as a map page showed it.

The copy has class, name and point of each shop; neither the register's own numbers nor addresses.
Its ids are made of what stays: the name and the point, never the class.
"""

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.core.errors import SourceChangedError
from geo.core.frames import list_column
from geo.core.reading_cache import cache_by_content, content_digest
from geo.core.reuse import reused
from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.adapters.semas_kinds import kinds
from geo.pipeline.geocoding.area_join import nearest_dong, outline_bytes
from geo.readers.normalize.spellings import fold_spelling

SPEC = load_spec(__file__, "storefronts")
FILE = "tables/storefronts.csv"
_DIGITS = 12  # of a hash: two of 12,461 shops agree once in four million such files
_UNSAID = (
    "name_en", "address", "address_detail", "floor", "phone", "opening_hours", "halal_basis",
    "note", "research_note", "operator_nationality", "opened_on", "verified_on",
)  # fmt: skip


def read_storefronts(data: Path, gu: gpd.GeoDataFrame) -> SourceFeatures:
    """Read all shops, each with the gu it lies in or next to."""
    rows = _read_rows(data)
    inputs = [content_digest(data, SPEC), outline_bytes(gu)]
    codes = reused("gu of storefronts", inputs, lambda: nearest_dong(rows, gu).tolist())
    return _with_gu(rows, codes)


@cache_by_content(SPEC)
def _read_rows(data: Path) -> gpd.GeoDataFrame:
    table = read_table(data, SPEC, FILE)
    inputs = [content_digest(data, SPEC)]
    return _rows(table, reused("ids of storefronts", inputs, lambda: ids(table)))


def from_table(table: pd.DataFrame, gu: gpd.GeoDataFrame) -> SourceFeatures:
    """Convert rows of the file (all text) to the businesses layer, without dong and zone.

    Raises:
        SourceChangedError: a class is not in the table of categories.
    """
    rows = _rows(table, ids(table))
    return _with_gu(rows, nearest_dong(rows, gu).tolist())


def _rows(table: pd.DataFrame, named: list[str]) -> gpd.GeoDataFrame:
    rows = table.set_index(pd.Index(named))
    points = gpd.points_from_xy(rows["lon"], rows["lat"])
    return gpd.GeoDataFrame(_properties(rows), geometry=points, crs=STORE)


def _with_gu(rows: gpd.GeoDataFrame, codes: list[str]) -> SourceFeatures:
    frame = rows.assign(gu_code=pd.Series(codes, index=rows.index, dtype="str"))
    return SourceFeatures("businesses", SPEC.id, frame, len(rows))


def ids(table: pd.DataFrame) -> list[str]:
    """Return the id of each row: a hash of its name and point.

    A shop that the register lists in several classes has a row in each; the rows after the first
    bear a number, in the order of their codes.
    """
    texts = [f"{fold_spelling(n)}|{float(x):.6f}|{float(y):.6f}" for n, x, y in _points(table)]
    hashes = [hashlib.sha256(text.encode()).hexdigest()[:_DIGITS] for text in texts]
    order = pd.DataFrame({"hash": hashes, "code": table["semas_code"].to_numpy()})
    turn = order.sort_values("code", kind="stable").groupby("hash").cumcount().sort_index()
    return [
        f"storefront-{digest}" if not n else f"storefront-{digest}-{n + 1}"
        for digest, n in zip(hashes, turn, strict=True)
    ]


def _points(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(table["name_ko"], table["lon"], table["lat"], strict=True))


def _properties(rows: pd.DataFrame) -> pd.DataFrame:
    cells = rows[["semas_code", "semas_name"]].set_axis(
        ["small_code", "small_name"], axis="columns"
    )
    row_kinds, which = kinds(cells)
    unknown = sorted(kind.code for kind in row_kinds if not kind.category)
    if unknown:
        raise SourceChangedError(f"{FILE}: classes {unknown} are not in semas-categories.csv")
    classes = rows["semas_code"] + " " + rows["semas_name"]
    return pd.DataFrame(
        {
            "name_ko": rows["name_ko"],
            "category": np.array([kind.category for kind in row_kinds], dtype=object)[which],
            "cuisine": [row_kinds[k].cuisine for k in which],
            "halal": "unknown",
            "foreign_run": pd.array([pd.NA] * len(rows), dtype="boolean"),
            "for_visitors": True,
            "registers": list_column(rows.index, SPEC.id),
            "claims": [(f"class: {class_name} ({SPEC.id})",) for class_name in classes],
            "located_by": "register",
            "area_code": "",
            "provenance": "observed",
            "source": SPEC.id,
            "source_date": SPEC.numbers["edition"],
            "accuracy_m": SPEC.accuracy_m,
            **dict.fromkeys(_UNSAID, np.nan),
        },
        index=rows.index,
    )
