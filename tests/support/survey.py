"""A survey of the zone made by hand: real doors, made-up operators."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shelf import parsed_records, rows, source

from geo.pipeline.build import publish_all
from geo.pipeline.ingest import prepare

NATIONS = ["cn", "vn", "id", "uz", "ru", "np", "bd", "pk", "th", "us"]
SHARES = [0.52, 0.1, 0.06, 0.08, 0.06, 0.06, 0.04, 0.04, 0.03, 0.01]


def shops(home: Path, *, seed: int = 5, of: int = 700) -> list[dict]:
    """Shops at the doors of the simulated ones, so many that hexagons hold few and many."""
    held = gpd.read_parquet(home / "current" / "businesses.parquet")
    doors = held[held["provenance"] == "simulated"].geometry.iloc[:of]
    random = np.random.default_rng(seed)
    foreign = random.random(len(doors)) < 0.28
    nations = random.choice(NATIONS, len(doors), p=SHARES)
    return [
        {
            "key": f"s{n}",
            "name_ko": f"조사 가게 {n}",
            "category": "restaurant" if n % 3 else "grocery",
            "x": float(door.x),
            "y": float(door.y),
            "address_road": None,
            "foreign_run": bool(foreign[n]),
            "operator_nationality": str(nations[n]) if foreign[n] else "kr",
        }
        for n, door in enumerate(doors)
    ]


def load(home: Path, data: Path, told: Sequence[dict], release: str = "202506") -> None:
    """Load a survey, as a release of its own."""
    made: pd.DataFrame = rows(*told)
    given = source(parsed_records(made, f"list_{release}.csv"), complete_in="area")
    publish_all(prepare(given, [], "ansan", (data, home)).composed, home, lambda _: None)
