"""Landmarks."""

from typing import Final

from geo.snapshot.schema.columns import text
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import CONFIDENCE, NAMES, PLACE, UNPLACED_TRUTH

LAYER: Final = LayerSchema(
    title="Landmarks",
    description=(
        "What people name when they say where they are: exits, entrances, squares, parks, bus "
        "stops; no point where no source gives one."
    ),
    geometry="Any",
    fields={
        **NAMES,
        "kind": text("what kind of place"),
        "about": text("what tells the place from others, in English", nullable=True),
        "address": PLACE["address"],
        "position_basis": text("what the point rests on; null without a point", nullable=True),
        "confidence": CONFIDENCE,
        "dong_code": PLACE["dong_code"],
        **UNPLACED_TRUTH,
    },
)
