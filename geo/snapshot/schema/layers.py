"""What each layer must hold: columns, types, allowed values and what they mean.

The schemas are the one definition: `geo.snapshot.schema.validate` checks against them, and the
field list of the manifest (served as queryables, schema and documentation) is read out of them.
"""

from collections.abc import Mapping
from typing import Any, Final

import pandera.pandas as pa

from geo.core.vocab import ANY, CATEGORIES, CONFIDENCE, HALAL, HELP, LOCATED_BY, PROVENANCE
from geo.snapshot.schema.columns import count, day, number, text, text_list, truth, with_title
from geo.snapshot.schema.households import SERIES, SHARES

DONG_CODE: Final = r"41(271|273)\d{5}"
GU_CODE: Final = ("41271", "41273")
_CUISINE: Final = r"[a-z]{2}|[a-z]+(-[a-z]+)+"


_TRUTH: Final[dict[str, pa.Column]] = {
    "provenance": text("how the feature came to be known", allowed=PROVENANCE),
    "source": text("where it was read, source ids or addresses"),
    "source_date": day("day, month or year the source speaks of", nullable=True),
    "accuracy_m": number("how far off a position or outline may be, metres, 19 times out of 20"),
}
# A layer of which not every feature has a place (RFC 7946, 3.2) says how far off those are that do.
_UNPLACED_TRUTH: Final = {
    **_TRUTH,
    "accuracy_m": number(f"{_TRUTH['accuracy_m'].description}; null without one", nullable=True),
}
_CONFIDENCE: Final = text(
    "high: two independent sources or an official list; medium: one that cites an official list; "
    "low: one that cites none",
    allowed=CONFIDENCE,
)
_NAMES: Final = {
    "name_ko": text("name in Korean"),
    "name_en": text("name in English", nullable=True),
}
_GU: Final = {"gu_code": text("gu, 5-digit code", allowed=GU_CODE)}
_DONG: Final = {"dong_code": text("administrative dong (행정동), 10-digit code", pattern=DONG_CODE)}
_KOSTAT: Final = {
    "kostat_code": text("Statistics Korea's code, 7 digits of the same edition", pattern=r"\d{7}")
}
_YEAR: Final = pa.Column(
    "Int64",
    pa.Check.in_range(1990, 2100),
    description="year counted; a census counts on 1 November",
    title="integer",
)
_AREA: Final = {"area_km2": number("area measured in EPSG:5186, square kilometres")}
_VALIDITY: Final = {
    "valid_from": day("first day in force"),
    "valid_to": day("day it was replaced, null while in force", nullable=True),
    "published_area_m2": number("area the city published, square metres"),
    "area_m2": number("area of the outline drawn here, measured in EPSG:5186, square metres"),
}
_PLACE: Final = {
    "address": text("road address, or lot address (지번) where that is known only", nullable=True),
    "address_detail": text("floor, room or building", nullable=True),
    "phone": text("telephone; private mobile numbers are left out", nullable=True),
    "located_by": text("what the position was found by", allowed=LOCATED_BY),
    "dong_code": text(
        "administrative dong (행정동), 10-digit code; null where only a wider area is known",
        pattern=DONG_CODE,
        nullable=True,
    ),
    **_GU,
}

CONTRACTS: Final[Mapping[str, Mapping[str, pa.Column]]] = {
    "gu": {**_GU, **_NAMES, **_AREA, **_TRUTH},
    "dong": {
        **_DONG,
        **_NAMES,
        **_GU,
        **_KOSTAT,
        **_AREA,
        "establishments_2020": count("establishments in the census of 2020, all sectors"),
        **_TRUTH,
    },
    "residents": {
        **_DONG,
        **_NAMES,
        **_GU,
        **_KOSTAT,
        "year": _YEAR,
        "definition": text("who counts: census, or what another publisher's table says"),
        "total": count("residents", nullable=True),
        "domestic": count("residents of Korean nationality", nullable=True),
        "foreign": count("residents of another nationality, as defined", nullable=True),
        "foreign_share": number("foreign residents per resident, 0 to 1", high=1, nullable=True),
        "male": count("male residents", nullable=True),
        "female": count("female residents", nullable=True),
        "foreign_male": count("male foreign residents", nullable=True),
        "foreign_female": count("female foreign residents", nullable=True),
        **_AREA,
        **_TRUTH,
    },
    "households": {
        **_DONG,
        **_NAMES,
        **_GU,
        **_KOSTAT,
        "year": _YEAR,
        **{
            name: with_title(count(series.description, nullable=True), series.names)
            for name, series in SERIES.items()
        },
        **{
            name: with_title(number(meaning, high=1), title)
            for name, (_, _, title, meaning) in SHARES.items()
        },
        **_AREA,
        **_TRUTH,
    },
    "zone": {**_VALIDITY, **_TRUTH},
    "food-streets": {
        **_VALIDITY,
        "restaurants": count("restaurants the city counted in it"),
        "lots": text("lots (지번) it covers, as published"),
        **_TRUTH,
    },
    "streets": {
        **_NAMES,
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
        **_TRUTH,
    },
    "centres": {
        **_NAMES,
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
        **_PLACE,
        **_TRUTH,
    },
    "stations": {
        **_NAMES,
        "kind": text("what kind of stop", allowed=("station",)),
        "lines": text_list("railway lines: 4, suin-bundang or seohae", pattern=r"[a-z0-9-]+"),
        "address": _PLACE["address"],
        **_DONG,
        **_TRUTH,
    },
    "landmarks": {
        **_NAMES,
        "kind": text("what kind of place"),
        "about": text("what tells the place from others, in English", nullable=True),
        "address": _PLACE["address"],
        "position_basis": text("what the point rests on; null without a point", nullable=True),
        "confidence": _CONFIDENCE,
        "dong_code": _PLACE["dong_code"],
        **_UNPLACED_TRUTH,
    },
    "helplines": {
        **_NAMES,
        "kind": text("who answers", allowed=HELP),
        "number": text("what to dial in Korea"),
        "what_for": text("what it helps with, in English"),
        "languages": text_list("languages spoken, BCP 47 codes", pattern=r"[a-z]{2,3}"),
        "languages_note": text("what the sources say about languages", nullable=True),
        "opening_hours": text("opening hours as OpenStreetMap writes them", nullable=True),
        "hours_note": text("what the sources say about hours", nullable=True),
        "cost": text("what a call costs; null: not known", allowed=("free",), nullable=True),
        "scope": text("whose line it is", allowed=("Ansan", "Gyeonggi", "national")),
        "confidence": _CONFIDENCE,
        **_UNPLACED_TRUTH,
    },
    "businesses": {
        "name_ko": text("name in Korean; null where a source has another only", nullable=True),
        "name_en": _NAMES["name_en"],
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
        **_PLACE,
        # A register of the whole country has dong and gu of other cities.
        "dong_code": text(_PLACE["dong_code"].description, pattern=r"\d{10}", nullable=True),
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
        **_TRUTH,
    },
}

GEOMETRY: Final[Mapping[str, str]] = {
    "gu": "Polygon",
    "dong": "Polygon",
    "residents": "Polygon",
    "households": "Polygon",
    "zone": "Polygon",
    "food-streets": "Polygon",
    "streets": "LineString",
    "centres": "Point",
    "stations": "Point",
    "landmarks": ANY,
    "helplines": ANY,
    "businesses": "Point",
}


def field_list(layer_id: str) -> list[dict[str, Any]]:
    """List the fields of a layer as plain data: name, type, description, allowed values."""
    return [
        {
            "name": name,
            "type": column.title,
            "description": column.description,
            "nullable": bool(column.nullable),
            "allowed": _allowed(column),
            "title": (column.metadata or {}).get("name", name),
        }
        for name, column in CONTRACTS[layer_id].items()
    ]


def _allowed(column: pa.Column) -> list[Any]:
    for check in column.checks:
        if check.statistics and "allowed_values" in check.statistics:
            return list(check.statistics["allowed_values"])
    return []
