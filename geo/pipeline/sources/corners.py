"""Corners where a code to scan can hang: crossings and landmarks of the food streets."""

from pathlib import Path

from geo.core.source import load_spec, read_table

SPEC = load_spec(__file__, "corners")


def read_corners(data: Path) -> list[dict[str, object]]:
    """Read corners in the order of the table: code, names and point (EPSG:4326)."""
    table = read_table(data, SPEC, "tables/corners.csv")
    return [
        {
            "code": row["code"],
            "name_ko": row["name_ko"],
            "name_en": row["name_en"],
            "lon": float(row["lon"]),
            "lat": float(row["lat"]),
        }
        for row in table.to_dict("records")
    ]
