"""The food street in its versions."""

from typing import Final

from geo.snapshot.schema.columns import count, text
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import TRUTH, VALIDITY

LAYER: Final = LayerSchema(
    title="Multicultural food street",
    description="The food street in its versions since 2009; approximate outlines.",
    geometry="Polygon",
    fields={
        **VALIDITY,
        "restaurants": count("restaurants the city counted in it"),
        "lots": text("lots (지번) it covers, as published"),
        **TRUTH,
    },
)
