"""The administrative dong."""

from typing import Final

from geo.snapshot.schema.columns import count
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import AREA, DONG, GU, KOSTAT, NAMES, TRUTH

LAYER: Final = LayerSchema(
    title="Dong (행정동)",
    description="The 25 administrative dong of 2020, with the establishments of the 2020 census.",
    geometry="Polygon",
    fields={
        **DONG,
        **NAMES,
        **GU,
        **KOSTAT,
        **AREA,
        "establishments_2020": count("establishments in the census of 2020, all sectors"),
        **TRUTH,
    },
)
