"""The support centres: what they offer, in which languages, when and where."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.locate import Gazetteer, locate_rows
from geo.sources.spec import Reading, load_spec, read_table

SPEC = load_spec("centres")
_KEPT = (
    "name_ko", "name_en", "kind", "languages_note", "hours", "phone", "address_detail",
    "established", "note", "source", "source_date",
)  # fmt: skip


def read(data: Path, gazetteer: Gazetteer) -> Reading:
    """All centres; the position of one without a street address is its legal dong or gu."""
    return from_table(read_table(data, SPEC, "tables/centres.csv"), gazetteer)


def from_table(table: pd.DataFrame, gazetteer: Gazetteer) -> Reading:
    """Rows as the file has them (all text) to the centres layer, without dong."""
    rows = table.set_index("id")
    # The office of a dong bears its name; others tell the district beside the building.
    where = rows["address_jibun"] + " " + rows["address_detail"] + " " + rows["name_ko"]
    found = locate_rows(rows.assign(neighbourhood=where), gazetteer)
    road = found["address_road"]
    frame = gpd.GeoDataFrame(
        found[list(_KEPT)]
        .replace("", np.nan)
        .assign(
            services=_lists(found["services"]),
            languages=_languages(found["languages"]),
            address=road.where(road != "", found["address_jibun"]).replace("", np.nan),
            provenance="observed",
            **{name: found[name] for name in ("located_by", "area_code", "gu_code", "accuracy_m")},
        ),
        geometry=found.geometry,
    )
    return Reading("centres", SPEC.id, frame, read=len(table))


def _lists(texts: pd.Series) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in text.split(";") if part.strip()) for text in texts]


def _languages(texts: pd.Series) -> list[tuple[str, ...]]:
    lists = _lists(texts)
    codes = SPEC.looked_up("languages", (one for part in lists for one in part))
    return [tuple(codes[one] for one in part) for part in lists]
