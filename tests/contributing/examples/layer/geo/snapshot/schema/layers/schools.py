"""Schools."""

from typing import Final

from geo.snapshot.schema.columns import count, text
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import DONG, NAMES, TRUTH

LAYER: Final = LayerSchema(
    title="Schools",
    description="Schools with classes in Korean as a second language.",
    geometry="Point",
    fields={
        **NAMES,
        "level": text("what kind of school", allowed=("primary", "middle", "high")),
        "pupils": count("pupils enrolled", nullable=True),
        **DONG,
        **TRUTH,
    },
)
