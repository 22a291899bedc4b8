"""Helplines."""

from typing import Final

from geo.core.vocab import HELP
from geo.snapshot.schema.columns import text, text_list
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import CONFIDENCE, NAMES, UNPLACED_TRUTH

LAYER: Final = LayerSchema(
    title="Helplines",
    description="Telephone lines that help in other languages; they have no place, so no geometry.",
    geometry="Any",
    fields={
        **NAMES,
        "kind": text("who answers", allowed=HELP),
        "number": text("what to dial in Korea"),
        "what_for": text("what it helps with, in English"),
        "languages": text_list("languages spoken, BCP 47 codes", pattern=r"[a-z]{2,3}"),
        "languages_note": text("what the sources say about languages", nullable=True),
        "opening_hours": text("opening hours as OpenStreetMap writes them", nullable=True),
        "hours_note": text("what the sources say about hours", nullable=True),
        "cost": text("what a call costs; null: not known", allowed=("free",), nullable=True),
        "scope": text("whose line it is", allowed=("Ansan", "Gyeonggi", "national")),
        "confidence": CONFIDENCE,
        **UNPLACED_TRUTH,
    },
)
