"""The metro station at the zone: ground under the maps, not a layer of its own."""

from pathlib import Path

from geo.sources.spec import load_spec, read_table

SPEC = load_spec("stations")


def read(data: Path) -> list[dict[str, object]]:
    """The stations as plain records with names, lines, position (degrees) and accuracy."""
    table = read_table(data, SPEC, "tables/stations.csv")
    return [
        {
            "id": row["id"],
            "name_ko": row["name_ko"],
            "name_en": row["name_en"],
            "lines": row["lines"].split(";"),
            "lon": float(row["lon"]),
            "lat": float(row["lat"]),
            "accuracy_m": float(row["accuracy_m"]),
        }
        for row in table.to_dict("records")
    ]
