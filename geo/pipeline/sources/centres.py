"""The support centres: what they offer, in which languages, when and where."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.errors import SourceChangedError
from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.geocoding.gazetteer import Gazetteer, locate_rows

SPEC = load_spec(__file__, "centres")
_AT_DOOR = ("address-point", "street-number")
_KEPT: Final = (
    "name_ko", "name_en", "kind", "languages_note", "hours", "opening_hours", "phone", "helpline",
    "web", "floor", "address_detail", "established", "note", "research_note", "source",
    "source_date",
)  # fmt: skip
# What a row of values may be about; the last are said among the claims only.
VALUES: Final = (
    "address_road", "address_detail", "address_jibun", "floor", "phone", "helpline", "hours",
    "opening_hours", "languages", "languages_note", "services", "web", "lon", "lat",
    "research_note", "name_ko", "former_address", "earlier_languages", "other_name_en",
    "approximate_lon", "approximate_lat",
)  # fmt: skip
_ELSEWHERE: Final = ("name_ko",)  # told by the table of centres as well
JOINED: Final = (*(name for name in VALUES if name not in _ELSEWHERE), "claims")


def read_centres(data: Path, gazetteer: Gazetteer) -> SourceFeatures:
    """Read all centres; one without a street address is placed at its legal dong or gu."""
    table = read_table(data, SPEC, "tables/centres.csv")
    values = read_table(data, SPEC, "tables/centre_values.csv")
    return from_table(with_values(table, values), gazetteer)


def with_values(table: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Add a column for each kind of value, and `claims`, to the centres.

    Args:
        table: one row per centre.
        values: one value a row, with its own confidence, source and date.

    Raises:
        SourceChangedError: a value of a centre or kind that is not known, or given twice.
    """
    strange = (set(values["id"]) - set(table["id"])) | (set(values["field"]) - set(VALUES))
    if strange:
        raise SourceChangedError(f"centre_values.csv: unknown {sorted(strange)}")
    twice = values[values.duplicated(["id", "field"])]
    if len(twice):
        raise SourceChangedError(f"centre_values.csv: given twice: {twice['id'].tolist()[:5]}")
    wide = values.pivot(index="id", columns="field", values="value")
    claims = values.assign(text=[_claim(row) for row in values.itertuples()])
    texts = claims.groupby("id", sort=False)["text"].agg(tuple)
    rows = table.set_index("id").join(wide.reindex(columns=JOINED[:-1])).fillna("")
    claims_of = pd.Series([texts.get(name, ()) for name in rows.index], rows.index, dtype=object)
    return rows.assign(claims=claims_of).reset_index()


def _claim(row: object) -> str:
    """Format a value with its confidence, its date and its source."""
    field, value, confidence, date, source = (
        getattr(row, name) for name in ("field", "value", "confidence", "source_date", "source")
    )
    return f"{field}: {value or 'not known'} ({confidence}, {date or 'no date'}, {source})"


def from_table(table: pd.DataFrame, gazetteer: Gazetteer) -> SourceFeatures:
    """Convert rows of `with_values` (all text) to the centres layer, without dong."""
    rows = table.set_index("id")
    # The office of a dong bears its name; others tell the district beside the building.
    where = rows["address_jibun"] + " " + rows["address_detail"] + " " + rows["name_ko"]
    own = rows[["located_by", "accuracy_m"]]
    ladder = rows.drop(columns=["located_by", "accuracy_m"]).assign(neighbourhood=where)
    located = _with_given_points(locate_rows(ladder, gazetteer), own)
    road = located["address_road"]
    frame = gpd.GeoDataFrame(
        located[list(_KEPT)]
        .replace("", np.nan)
        .assign(
            services=_lists(located["services"]),
            languages=_languages(located["languages"]),
            address=road.where(road != "", located["address_jibun"]).replace("", np.nan),
            for_visitors=located["for_visitors"] != "n",
            claims=located["claims"],
            provenance="observed",
            **{
                name: located[name] for name in ("located_by", "area_code", "gu_code", "accuracy_m")
            },
        ),
        geometry=located.geometry,
    )
    return SourceFeatures("centres", SPEC.id, frame, read=len(table))


def _with_given_points(located: gpd.GeoDataFrame, register: pd.DataFrame) -> gpd.GeoDataFrame:
    """Use the point that a source gives where no street is known."""
    rows = (register["located_by"] != "") & ~located["located_by"].isin(_AT_DOOR)
    names = located.index[rows]
    if not len(names):
        return located
    at = located.loc[names]
    points = gpd.points_from_xy(at["lon"].astype(float), at["lat"].astype(float), crs=SPEC.crs)
    placed = located.copy()
    placed.loc[names, "geometry"] = points
    placed.loc[names, "located_by"] = register.loc[names, "located_by"]
    placed.loc[names, "accuracy_m"] = register.loc[names, "accuracy_m"].astype(float)
    placed.loc[names, "area_code"] = ""
    return placed


def _lists(texts: pd.Series) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in text.split(";") if part.strip()) for text in texts]


def _languages(texts: pd.Series) -> list[tuple[str, ...]]:
    """Convert codes to BCP 47; Korean offices write tl for Filipino."""
    lists = _lists(texts)
    codes = SPEC.lookup_table("languages", (language for part in lists for language in part))
    return [tuple(codes[language] for language in part) for part in lists]
