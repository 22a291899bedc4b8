"""One work on one engine, in a process of its own: `python -m bench.country.engines`.

Prints one JSON object: seconds after the imports, peak memory of the process in MB, and a digest of
the answer, which must be the same on every engine.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from bench.country import join, whole

COLUMNS = ["dong_code", "category", "points"]

# By work and engine: a function that imports what it needs and returns what is measured. That takes
# the folder of the files and returns counts by dong and category.
WORK: Mapping[str, Mapping[str, Callable[[], join.Run]]] = {
    "join and count": {
        "SedonaDB": join.by_sedonadb,
        "GeoPandas": join.by_geopandas,
        "DuckDB": join.by_duckdb,
    },
    "whole ingest": {
        "atlas": whole.by_atlas,
        "GeoPandas": whole.by_geopandas,
        "DuckDB": whole.by_duckdb,
    },
}


def main(work: str, engine: str, folder: Path) -> None:
    run = WORK[work][engine]()
    started = time.perf_counter()
    answer = run(folder)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "mb": _peak_mb(), "digest": _digest(answer)}))


def _peak_mb() -> float:
    """Of this process alone: what `resource` tells may include the one that started it."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _digest(counts: pd.DataFrame) -> str:
    rows = counts[COLUMNS].sort_values(COLUMNS[:2]).astype(str)
    return hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest()[:12]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
