"""Two releases of a list of shops made by hand, many enough for maps, ratios and a picture.

West of the city the list shrinks, in the middle it grows, in the east it stays. The rows are made
up: no shop of Ansan is among them.

`PYTHONPATH=.:tests/support python tests/support/release_pair.py HOME NEW` copies the current
snapshot of a home into a new one with both releases, for the pictures of the documentation.
"""

import hashlib
import json
import math
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shelf import rows

from geo.pipeline.registers.register import Register, no_changes
from geo.pipeline.registers.two_releases import count_releases, with_earlier

REGISTER = "example"
TITLE = "Example list (made up)"
COVERS = ("41271", "41273")
# Where, and which rows of the place are in the first and in the second release.
PLACES = {
    "west": (126.7925, 37.3290, range(120), range(50, 120)),
    "middle": (126.8230, 37.3169, range(60), range(110)),
    "east": (126.8536, 37.3097, range(80), range(4, 84)),
}
KINDS = ("restaurant", "restaurant", "cafe", "grocery", "beauty")
GOLDEN_DEG = 137.508  # from one row to the next, so that they fill a circle
STEP_DEG = 0.00022  # about 20 m


def home_with_two_releases(home: Path, folder: Path) -> Path:
    """Copy the current snapshot of a home into an empty one, and add two releases to it."""
    old = (home / "current").resolve()
    new = folder / "snapshots" / old.name
    shutil.copytree(old, new, copy_function=os.link)
    (folder / "current").symlink_to(Path("snapshots") / old.name)
    manifest = json.loads((new / "manifest.json").read_bytes())
    about = {"release": "2026-06", "covers": COVERS, "source": {"title": TITLE}}
    dong = gpd.read_parquet(new / "dong.parquet")
    changes = {"compared": [REGISTER], "counts": [], "turnover": [], "releases": counts(dong)}
    encoded = json.dumps(changes).encode()
    manifest["registers"][REGISTER] = about
    manifest["tables"]["changes.json"] = hashlib.sha256(encoded).hexdigest()
    (new / "manifest.json").unlink()  # of the copy: the file itself is that of the other home
    (new / "manifest.json").write_text(json.dumps(manifest))
    (new / "changes.json").write_bytes(encoded)
    return folder


def counts(dong: gpd.GeoDataFrame) -> list[dict]:
    """Count both releases as the build does."""
    first, second = (
        release(date, [shop(place, n) for place, found in PLACES.items() for n in found[held]])
        for date, held in (("2025-12", 2), ("2026-06", 3))
    )
    return count_releases({REGISTER: with_earlier(second, first, has_changed=True)}, dong)


def release(date: str, shops: Sequence[dict]) -> Register:
    """Make a release of which every row has been placed."""
    frame = rows(*shops).assign(lon=lambda row: row["x"], lat=lambda row: row["y"])
    placed = frame.assign(accuracy_m=30.0, located_by="register", area_code="", file="f")
    aside = pd.DataFrame({"file": [], "row": [], "reason": [], "text": []})
    about = {"release": date, "covers": COVERS}
    return Register(REGISTER, about, placed.set_index("key"), aside, no_changes())


def shop(place: str, number: int) -> dict:
    """Make a row: where it stands and what it is follow from its number."""
    lon, lat, *_ = PLACES[place]
    angle, away = math.radians(GOLDEN_DEG * number), STEP_DEG * math.sqrt(number)
    return {
        "key": f"{place}-{number}",
        "category": KINDS[number % len(KINDS)],
        "cuisine": ("cn",) if number % 10 == 0 else (),
        "halal": "self-declared" if number % 15 == 0 else "unknown",
        "x": lon + away * math.cos(angle) / math.cos(math.radians(lat)),
        "y": lat + away * math.sin(angle),
    }


if __name__ == "__main__":
    home_with_two_releases(*map(Path, sys.argv[1:]))
