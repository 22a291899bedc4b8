"""The named businesses: real places from public lists, each with its own source and date."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.core.frames import list_column
from geo.core.source import Exclusion, SourceFeatures, load_spec, read_table
from geo.pipeline.geocoding.gazetteer import Gazetteer, locate_rows

SPEC = load_spec(__file__, "places")
_KEPT = (
    "name_ko", "name_en", "address_detail", "floor", "phone", "opening_hours", "halal_basis",
    "note", "research_note", "source", "source_date",
)  # fmt: skip


def read_places(data: Path, gazetteer: Gazetteer) -> SourceFeatures:
    """Read the businesses among the places; landmarks are set aside."""
    return from_table(read_table(data, SPEC, "tables/places.csv"), gazetteer)


def from_table(table: pd.DataFrame, gazetteer: Gazetteer) -> SourceFeatures:
    """Convert rows of the file (all text) to the businesses layer, without dong and zone."""
    reasons = table["category"].map(SPEC.lookup["no_business"])
    rows = table[reasons.isna()].set_index("id")
    attributes = rows.drop(columns=["lon", "lat"])
    located = locate_rows(
        attributes.assign(neighbourhood=rows["address_jibun"] + " " + rows["dong"]), gazetteer
    )
    frame = _properties(_at_given_points(located, rows))
    return SourceFeatures("businesses", SPEC.id, frame, len(table), _rejects(table, reasons))


def _at_given_points(located: gpd.GeoDataFrame, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Place rows at the point of the table, which is that of the register, if it has one."""
    known = rows["lon"] != ""
    points = gpd.points_from_xy(rows["lon"].where(known, "nan"), rows["lat"].where(known, "nan"))
    return gpd.GeoDataFrame(
        located.assign(
            located_by=located["located_by"].mask(known, "register"),
            accuracy_m=located["accuracy_m"].mask(known, SPEC.accuracy_m),
            area_code=located["area_code"].mask(known, ""),
        ),
        geometry=located.geometry.where(~known, gpd.GeoSeries(points, rows.index, crs=STORE)),
    )


def _properties(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    categories = SPEC.lookup_table("category", rows["category"])
    grades = SPEC.lookup_table("halal", rows["halal_basis"])
    wording = rows[list(_KEPT)].replace("", np.nan)
    return gpd.GeoDataFrame(
        wording.assign(
            category=rows["category"].map(categories),
            cuisine=_cuisines(rows["cuisine_or_nationality"]),
            halal=rows["halal_basis"].map(grades),
            foreign_run=pd.NA,  # no source of these rows says who runs them, and names do not
            operator_nationality=np.nan,
            address=_address(rows),
            opened_on=np.nan,
            verified_on=np.nan,
            registers=list_column(rows.index, SPEC.id),
            claims=list_column(rows.index),
            for_visitors=rows["sample_only"] == "",
            same_as=rows["storefront"].replace("", np.nan),
            provenance="observed",
            **{name: rows[name] for name in ("located_by", "area_code", "gu_code", "accuracy_m")},
        ),
        geometry=rows.geometry,
    )


def _cuisines(texts: pd.Series) -> list[tuple[str, ...]]:
    split = [tuple(filter(None, text.split(";"))) for text in texts]
    table = SPEC.lookup_table("cuisine", (cuisine for part in split for cuisine in part))
    # Two spellings may mean one cuisine; the order of the source stays.
    return [tuple(dict.fromkeys(table[cuisine] for cuisine in part)) for part in split]


def _address(rows: pd.DataFrame) -> pd.Series:
    return (
        rows["address_road"]
        .where(rows["address_road"] != "", rows["address_jibun"])
        .replace("", np.nan)
    )


def _rejects(table: pd.DataFrame, reasons: pd.Series) -> tuple[Exclusion, ...]:
    out = table.assign(reason=reasons).dropna(subset="reason")
    return tuple(
        Exclusion(str(reason), tuple(part["id"])) for reason, part in out.groupby("reason")
    )
