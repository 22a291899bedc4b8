"""The railway tracks: ground under the maps, kept apart because their licence is the ODbL."""

from pathlib import Path

from geo.core.reading_cache import cache_by_content
from geo.core.source import load_spec, read_table

SPEC = load_spec(__file__, "rails")


@cache_by_content(SPEC)
def read_rails(data: Path) -> list[dict[str, object]]:
    """Read the lines as plain records: names, colour of the line, `line` as lon/lat (degrees)."""
    table = read_table(data, SPEC, "tables/rail_lines.csv")
    names = SPEC.lookup_table("name_ko", table["line"])
    return [
        {
            "name_en": name,
            "name_ko": names[str(name)],
            "colour": rows["colour"].iloc[0],
            "line": rows[["lon", "lat"]].astype(float).round(6).to_numpy().tolist(),
        }
        for name, rows in table.groupby("line", sort=False)
    ]
