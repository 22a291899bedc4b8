"""Helplines: who answers in which languages, when and for what."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.core.crs import STORE
from geo.core.source import SourceFeatures, load_spec, read_table
from geo.pipeline.provider import Provider

SPEC = load_spec(__file__, "helplines")


def read_helplines(data: Path) -> SourceFeatures:
    """Read all helplines, by number; none of them has a geometry."""
    table = read_table(data, SPEC, "tables/helplines.csv")
    frame = gpd.GeoDataFrame(
        table.replace("", np.nan).assign(
            languages=table["languages"].map(_languages),
            provenance="observed",
            accuracy_m=np.nan,
        ),
        geometry=gpd.GeoSeries([None] * len(table), crs=STORE),
    )
    return SourceFeatures(
        "helplines", SPEC.id, frame.set_index(pd.Index(table["number"])), len(table)
    )


def _languages(text: str) -> tuple[str, ...]:
    """Convert codes to BCP 47; the facts write Tagalog, as Korean offices do, for Filipino."""
    codes = SPEC.lookup["languages"]
    return tuple(codes.get(language, language) for language in text.split(";") if language)


PROVIDER: Final = Provider(layer="helplines", read=read_helplines)
