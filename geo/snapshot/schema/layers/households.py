"""Households and dwellings by dong and census."""

from typing import Final

from geo.snapshot.schema.columns import count, number, with_title
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.households import SERIES, SHARES
from geo.snapshot.schema.shared_columns import AREA, DONG, GU, KOSTAT, NAMES, TRUTH, YEAR

LAYER: Final = LayerSchema(
    title="Households by dong",
    description=(
        "Households and dwellings by dong in the censuses of 2015, 2020 and 2025, each on the dong "
        "of its time: who lives with how many, in what, and households of foreigners."
    ),
    geometry="Polygon",
    fields={
        **DONG,
        **NAMES,
        **GU,
        **KOSTAT,
        "year": YEAR,
        **{
            name: with_title(count(series.description, nullable=True), series.names)
            for name, series in SERIES.items()
        },
        **{
            name: with_title(number(meaning, high=1), title)
            for name, (_, _, title, meaning) in SHARES.items()
        },
        **AREA,
        **TRUTH,
    },
)
