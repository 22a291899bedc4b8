"""Businesses."""

from typing import Final

from geo.core.vocab import CATEGORIES, HALAL
from geo.snapshot.schema.columns import day, text, text_list, truth
from geo.snapshot.schema.declaration import LayerSchema
from geo.snapshot.schema.shared_columns import NAMES, PLACE, TRUTH

_CUISINE: Final = r"[a-z]{2}|[a-z]+(-[a-z]+)+"

LAYER: Final = LayerSchema(
    title="Businesses",
    description=(
        "Named businesses from public lists and, up to the published total of the zone, "
        "simulated ones; `provenance` tells them apart."
    ),
    geometry="Point",
    fields={
        "name_ko": text("name in Korean; null where a source has another only", nullable=True),
        "name_en": NAMES["name_en"],
        "category": text("what kind of business", allowed=CATEGORIES),
        "cuisine": text_list(
            "countries (ISO 3166 alpha-2) or regions of the food", pattern=_CUISINE
        ),
        "halal": text("graded after what the grade rests on", allowed=HALAL),
        "halal_basis": text("what the grade rests on; never a certificate so far", nullable=True),
        "foreign_run": truth("run by a foreigner; null: no source says", nullable=True),
        "operator_nationality": text(
            "nationality of a foreign operator, ISO 3166 alpha-2; null: no source says",
            pattern=r"[a-z]{2}",
            nullable=True,
        ),
        "in_zone": truth("inside the special zone of today; null: not known", nullable=True),
        "in_food_street": truth("inside the food street of today; null: not known", nullable=True),
        **PLACE,
        # A register of the whole country has dong and gu of other cities.
        "dong_code": text(PLACE["dong_code"].description, pattern=r"\d{10}", nullable=True),
        "gu_code": text("gu or city (시군구), 5-digit code", pattern=r"\d{5}"),
        "floor": text("storey, such as 2F or B1", nullable=True),
        "opening_hours": text("opening hours as OpenStreetMap writes them", nullable=True),
        "note": text("what visitors should know; pages have it in their language", nullable=True),
        "research_note": text("how the sources of the place were weighed", nullable=True),
        "for_visitors": truth(
            "whether people may be sent there; false where a sample alone knows the place, and "
            "of simulated ones"
        ),
        "opened_on": day("when it opened, from its licence", nullable=True),
        "verified_on": day("day its existence was checked; null: never", nullable=True),
        "registers": text_list("the lists that know it", pattern=r"[a-z][a-z0-9-]*"),
        "claims": text_list(
            "the register's own class, and where those lists differ: property: value (list), …",
            pattern=r".+",
        ),
        **TRUTH,
    },
)
