"""The tile provider of any layer."""

from collections.abc import Sequence
from typing import Protocol

from geo.core.vocab import ANY
from geo.serving.tiles.points import PointTiles
from geo.serving.tiles.shapes import ShapeTiles
from geo.serving.tiles.tile_grid import Tile
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows


class LayerTiles(Protocol):
    """A provider of the vector tiles of one layer."""

    def warm(self) -> None:
        """Compute what the first tile would compute for all that follow."""
        ...

    def tile(self, tile: Tile, names: Sequence[str], rows: Rows | None = None) -> bytes:
        """Encode one tile as a Mapbox Vector Tile; no bytes where it is empty.

        Args:
            tile: which one.
            names: properties of the features.
            rows: those that are drawn, ascending; None for all.
        """
        ...

    def inside(self, tile: Tile, rows: Rows | None = None) -> Rows:
        """Select the rows (of those given, or of all) that may intersect a tile, ascending."""
        ...


def layer_tiles(layer: Layer) -> LayerTiles:
    """Create the tile provider of a layer; keep it, because its first tile takes longest."""
    return PointTiles(layer) if layer.meta["geometry"] in ("Point", ANY) else ShapeTiles(layer)
