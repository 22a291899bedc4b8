"""The tiles of any layer."""

from collections.abc import Sequence
from typing import Protocol

from geo.columns import Rows
from geo.layer import Layer
from geo.tiles.grid import Tile
from geo.tiles.points import PointTiles
from geo.tiles.shapes import ShapeTiles
from geo.vocab import ANY


class LayerTiles(Protocol):
    """Makes the tiles of one layer."""

    def tile(self, tile: Tile, names: Sequence[str], rows: Rows | None = None) -> bytes:
        """One tile as a Mapbox Vector Tile; no bytes where it is empty.

        Args:
            tile: which one.
            names: properties of the features.
            rows: those that are drawn, ascending; None for all.
        """
        ...

    def inside(self, tile: Tile, rows: Rows | None = None) -> Rows:
        """Those of the rows (None: of all) that may have a part in a tile, ascending."""
        ...


def layer_tiles(layer: Layer) -> LayerTiles:
    """What makes the tiles of a layer; keep it, because its first tile takes longest."""
    return PointTiles(layer) if layer.meta["geometry"] in ("Point", ANY) else ShapeTiles(layer)
