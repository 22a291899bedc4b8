"""The two districts of the city."""

from typing import Final

from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import AREA, GU, NAMES, TRUTH

LAYER: Final = LayerSchema(
    title="Gu (구)",
    description="The two districts of Ansan, dissolved from the dong of 2020.",
    geometry="Polygon",
    fields={**GU, **NAMES, **AREA, **TRUTH},
)
