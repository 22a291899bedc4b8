"""What the city says of itself in figures; quoted on the home page, never mixed with the census."""

from pathlib import Path

from geo.core.errors import SourceChangedError
from geo.core.source import load_spec, read_table

SPEC = load_spec(__file__, "city")
_QUOTED = {
    "foreign": ("population", "foreign"),
    "countries": ("population", "countries"),
    "foreign_run_businesses": ("special_zone", "foreign_run_businesses"),
}


def read_city(data: Path) -> dict[str, dict[str, object]]:
    """Read the figures that pages quote: value and year of each.

    Raises:
        SourceChangedError: the table lacks one of them.
    """
    table = read_table(data, SPEC, "tables/city_deck.csv")
    rows = {(row["topic"], row["key"]): row for row in table.to_dict("records")}
    missing = sorted(set(_QUOTED.values()) - rows.keys())
    if missing:
        raise SourceChangedError(f"tables/city_deck.csv lacks {missing}")
    return {
        name: {"value": int(rows[key]["value"]), "year": rows[key]["as_of"]}
        for name, key in _QUOTED.items()
    }
