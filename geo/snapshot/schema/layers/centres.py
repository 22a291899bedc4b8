"""Support centres."""

from typing import Final

from geo.snapshot.schema.columns import day, text, text_list, truth
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import NAMES, PLACE, TRUTH

LAYER: Final = LayerSchema(
    title="Support centres",
    description="Centres and desks for foreign residents, with services, languages and hours.",
    geometry="Point",
    fields={
        **NAMES,
        "kind": text("what kind of centre"),
        "services": text_list("services offered", pattern=r".+"),
        "languages": text_list(
            "languages served, BCP 47 codes; see languages_note", pattern=r"[a-z]{2,3}"
        ),
        "languages_note": text("what the source says about languages", nullable=True),
        "hours": text("opening hours as the source gives them", nullable=True),
        "opening_hours": text("opening hours as OpenStreetMap writes them", nullable=True),
        "floor": text("storey, or storeys, such as 1F or B1-3F", nullable=True),
        "helpline": text("a line that answers for it or in its place", nullable=True),
        "web": text("its address on the web", nullable=True),
        "established": day("when it opened", nullable=True),
        "note": text("what visitors should know; pages have it in their language", nullable=True),
        "research_note": text("how its sources were weighed", nullable=True),
        "for_visitors": truth("whether people may be sent there; false: it is gone, or no trace"),
        "claims": text_list(
            "each value with its own confidence, date and source: property: value (confidence, "
            "date, source)",
            pattern=r"(?s).+",
        ),
        **PLACE,
        **TRUTH,
    },
)
