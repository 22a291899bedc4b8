"""What `atlas ingest` loads, from the files alone: quick to import."""

from pathlib import Path
from typing import Final

from geo.core.declarations import declared_names

LOADABLE: Final = (
    *declared_names(Path(__file__).parent / "adapters", "ADAPTER"),
    "table",
    "addresses",
    "boundaries",
    "residents",
    "decisions",
)
