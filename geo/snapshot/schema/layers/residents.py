"""Residents by dong and census."""

from typing import Final

from geo.snapshot.schema.columns import count, number, text
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import AREA, DONG, GU, KOSTAT, NAMES, TRUTH, YEAR

LAYER: Final = LayerSchema(
    title="Residents by dong",
    description=(
        "Residents by dong in the censuses of 2015, 2020 and 2025, each on the dong of its time; "
        "`definition` tells them from tables of other publishers, where such were loaded."
    ),
    geometry="Polygon",
    fields={
        **DONG,
        **NAMES,
        **GU,
        **KOSTAT,
        "year": YEAR,
        "definition": text("who counts: census, or what another publisher's table says"),
        "total": count("residents", nullable=True),
        "domestic": count("residents of Korean nationality", nullable=True),
        "foreign": count("residents of another nationality, as defined", nullable=True),
        "foreign_share": number("foreign residents per resident, 0 to 1", high=1, nullable=True),
        "male": count("male residents", nullable=True),
        "female": count("female residents", nullable=True),
        "foreign_male": count("male foreign residents", nullable=True),
        "foreign_female": count("female foreign residents", nullable=True),
        **AREA,
        **TRUTH,
    },
)
