"""What is counted over years: surveys of the zone, and the concordance of dong behind censuses."""

from pathlib import Path

from geo.core.errors import SourceChangedError
from geo.core.source import load_spec, read_table
from geo.statistics.areal_change import KINDS, UNSTATED

SPEC = load_spec(__file__, "series")


def read_surveys(data: Path) -> list[dict[str, object]]:
    """Read surveys by year: total_shops, foreign_run (None if unpublished) and definition."""
    table = read_table(data, SPEC, "tables/surveys.csv")
    rows = [
        {
            "year": int(row["year"]),
            "total_shops": int(row["total_shops"]) if row["total_shops"] else None,
            "foreign_run": int(row["foreign_run"]) if row["foreign_run"] else None,
            "definition": row["definition"] or UNSTATED,
        }
        for row in table.to_dict("records")
    ]
    return sorted(rows, key=lambda row: str(row["year"]))


def read_concordance(data: Path) -> list[dict[str, str]]:
    """Read which dong of 2015 became which of 2020: older, newer, kind.

    Raises:
        SourceChangedError: a kind is none that the atlas knows.
    """
    table = read_table(data, SPEC, "tables/dong_concordance.csv")
    unknown = sorted(set(table["kind"]) - set(KINDS))
    if unknown:
        raise SourceChangedError(f"tables/dong_concordance.csv has kinds {unknown}, not {KINDS}")
    return [
        {"older": row["from_code"], "newer": row["to_code"], "kind": row["kind"]}
        for row in table.to_dict("records")
    ]
