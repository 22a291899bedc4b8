"""Named streets of the zone."""

from typing import Final

from geo.snapshot.schema.columns import count, number
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import NAMES, TRUTH

LAYER: Final = LayerSchema(
    title="Streets",
    description="Named streets of the zone, fitted to the positions of addresses.",
    geometry="LineString",
    fields={
        **NAMES,
        "from_no": count("first building number of the line"),
        "to_no": count("last building number of the line"),
        "length_m": number("length measured in EPSG:5186, metres"),
        "fit_rmse_m": number(
            "root mean square distance of known addresses from where the line puts them, metres; "
            "null where the line was traced",
            nullable=True,
        ),
        "points_used": count("known addresses behind the line"),
        "inferred_m": number("metres past the known addresses, drawn to where streets meet"),
        "gap_m": number("metres from an end of the line to the next street, if it ends in none"),
        **TRUTH,
    },
)
