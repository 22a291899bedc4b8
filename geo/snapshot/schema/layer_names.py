"""The names of the layers, from their files alone: quick to import."""

from pathlib import Path
from typing import Final

from geo.core.declarations import declared_names

COLLECTIONS: Final = declared_names(Path(__file__).parent / "layers", "LAYER")
