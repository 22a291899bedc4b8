"""A list of licences loaded twice: what opened, closed, moved and was renamed is known by hand."""

from pathlib import Path

from shelf import parsed_records, rows, source

from geo.pipeline.build import publish_all
from geo.pipeline.ingest import prepare

NEXT = {"address_road": "경기도 안산시 단원구 다문화길 40", "x": 126.7925, "y": 37.3297}
FIRST = [
    {"key": "a", "name_ko": "가나식당", "opened_on": "2020-03-01"},
    {"key": "b", "name_ko": "나다식당", "opened_on": "2023-05-01"},
    {"key": "c", "name_ko": "다라식당", "opened_on": "2024-01-01"},
    {"key": "d", "name_ko": "<b>라마식당", "opened_on": None},
    {"key": "f", "name_ko": "바사식당", "opened_on": "2023-02-01"},
]
SECOND = [
    FIRST[0],
    {**FIRST[1], "status": "closed", "closed_on": "2025-11-03"},
    {**FIRST[2], **NEXT},
    {**FIRST[3], "name_ko": "새이름"},
    {"key": "e", "name_ko": "마바식당", "opened_on": "2026-02-10"},
    # f is gone without a day
]
# kind, month, name: the month is the licence's own, else that of the release.
CHANGED = [
    ("closed", "2025-11", "나다식당"),
    ("closed", "2026-06", "바사식당"),
    ("moved", "2026-06", "다라식당"),
    ("opened", "2026-02", "마바식당"),
    ("renamed", "2026-06", "새이름"),
]


def load(home: Path, data: Path) -> None:
    """Load both releases."""
    for release, records in (("202512", FIRST), ("202606", SECOND)):
        given = source(parsed_records(rows(*records), f"list_{release}.csv"), complete_in="area")
        publish_all(prepare(given, [], "ansan", (data, home)).composed, home, lambda _: None)
