"""Registers made by hand: rows of real streets, as a source would hand them on."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from geo.core.source import Spec
from geo.pipeline.adapters.records import ParsedRecords, no_rows, records
from geo.pipeline.registers.release import Source

WONGOK = "4127354500"
SPEC = Spec(
    id="list",
    title="A list",
    publisher="Somebody",
    url="https://example.org",
    retrieved="as loaded",
    licence="CC BY 4.0",
    licence_url="https://example.org/by",
    attribution="A list by somebody",
    attribution_ko="누군가의 목록",
    crs="EPSG:4326",
    encoding="utf-8",
    files=(),
    accuracy_m=30.0,
    rows={},
)
SHOP = {
    "part": "41",
    "name_ko": "사마르칸트",
    "category": "restaurant",
    "code": "I20601",
    "halal": "unknown",
    "address_road": "경기도 안산시 단원구 다문화길 18",
    "gu_code": "41273",
    "dong_claimed": WONGOK,
    "x": 126.790588,
    "y": 37.329698,
    "status": "open",
}


def rows(*changes: dict) -> pd.DataFrame:
    """One record per dictionary, in order, keyed k1, k2, … unless it says otherwise."""
    told = [
        {"key": f"k{n}", "row": n, **SHOP, **change} for n, change in enumerate(changes, start=1)
    ]
    return records(
        **{
            name: [item.get(name) for item in told]
            for name in dict.fromkeys(k for item in told for k in item)
        }
    )


def parsed_records(
    frame: pd.DataFrame, file: str = "list_202606.csv", crs: str = "EPSG:4326"
) -> ParsedRecords:
    return ParsedRecords(file, frame, no_rows(), crs)


def source(*batches: ParsedRecords, id: str = "list", complete_in: str = "") -> Source:
    def parsed(_: Sequence[Path]) -> Iterator[ParsedRecords]:
        yield from batches

    return Source(id, SPEC.model_copy(update={"id": id}), parsed, complete_in)
