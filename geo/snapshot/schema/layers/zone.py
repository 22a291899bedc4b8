"""The special zone in its versions."""

from typing import Final

from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import TRUTH, VALIDITY

LAYER: Final = LayerSchema(
    title="Multicultural Village Special Zone",
    description="The special zone in its versions since 2009; approximate outlines.",
    geometry="Polygon",
    fields={**VALIDITY, **TRUTH},
)
