"""Railway stations."""

from typing import Final

from geo.snapshot.schema.columns import text, text_list
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import DONG, NAMES, PLACE, TRUTH

LAYER: Final = LayerSchema(
    title="Railway stations",
    description="The stations of the city's three railways, by OpenStreetMap.",
    geometry="Point",
    fields={
        **NAMES,
        "kind": text("what kind of stop", allowed=("station",)),
        "lines": text_list("railway lines: 4, suin-bundang or seohae", pattern=r"[a-z0-9-]+"),
        "address": PLACE["address"],
        **DONG,
        **TRUTH,
    },
)
