"""Vector tiles of lines and polygons: simplified for their zoom, clipped at the tile's margin.

No feature is left out because it is small: what would vanish on the grid of a tile is drawn about
as large as a pixel.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely

from geo.core.world_steps import in_world
from geo.serving.tiles import encode
from geo.serving.tiles.properties import values
from geo.serving.tiles.protobuf_columns import Whole
from geo.serving.tiles.tile_grid import EXTENT, Tile
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

MARGIN: Final = 64  # steps around a tile, so that no outline is drawn along its edge
PIXEL: Final = EXTENT / 512  # steps; most maps draw a tile with 512 pixels
_TOLERANCE: Final = PIXEL / 4
_LINE, _AREA = 1, 2  # dimensions

Shapes = np.ndarray[Any, np.dtype[np.object_]]  # shapely geometries


class ShapeTiles:
    """Vector tiles of a layer of lines and polygons; shared data are computed on first use."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._by_zoom: dict[int, Shapes] = {}

    def warm(self) -> None:
        """Compute the tree of the shapes, as the first tile would."""
        self._tree  # noqa: B018 - a cached property

    def tile(self, tile: Tile, names: Sequence[str], rows: Rows | None = None) -> bytes:
        """Encode one tile; no bytes where it is empty.

        Args:
            tile: which one.
            names: properties of the features.
            rows: those that are drawn; None for all.
        """
        tile_rows = self.inside(tile, rows)
        cut = _cut(self._simplify(tile.zoom)[tile_rows], tile)
        visible = ~shapely.is_empty(cut)
        tile_rows, cut = tile_rows[visible], cut[visible]
        if not len(tile_rows):
            return b""
        snapped = _on_grid(cut)
        kinds = np.where(shapely.get_dimensions(snapped) == _AREA, encode.POLYGON, encode.LINE)
        properties = values(self._layer, tile_rows, names)
        paths = [_path(shape) for shape in snapped]
        return encode.shapes(self._layer.id, properties, kinds.tolist(), paths)

    def inside(self, tile: Tile, rows: Rows | None = None) -> Rows:
        """Select the rows (of all, if None) whose box touches a tile or its margin, ascending."""
        side, margin = 2.0**-tile.zoom, MARGIN / EXTENT
        west, north = (tile.column - margin) * side, (tile.row - margin) * side
        reach = (1 + 2 * margin) * side
        tile_rows = np.sort(self._tree.query(shapely.box(west, north, west + reach, north + reach)))
        return tile_rows if rows is None else np.intersect1d(tile_rows, rows, assume_unique=True)

    def _simplify(self, zoom: int) -> Shapes:
        """Simplify all shapes for a zoom, in its steps."""
        if zoom not in self._by_zoom:
            scaled = shapely.transform(self._world, lambda xy: xy * (EXTENT * 2.0**zoom))
            self._by_zoom[zoom] = shapely.simplify(scaled, _TOLERANCE)
        return self._by_zoom[zoom]

    @cached_property
    def _world(self) -> Shapes:
        lonlat = self._layer.geometries(np.arange(self._layer.count))
        world: Shapes = shapely.transform(lonlat, in_world, interleaved=False)
        return world

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._world)


def _cut(shapes: Shapes, tile: Tile) -> Shapes:
    """Clip shapes to a tile and its margin, in steps from its corner."""
    corner = np.array([tile.column, tile.row]) * float(EXTENT)
    moved = shapely.transform(shapes, lambda xy: xy - corner)
    low, high = -MARGIN, EXTENT + MARGIN
    cut: Shapes = shapely.clip_by_rect(moved, low, low, high, high)
    broken = ~shapely.is_valid(cut)
    cut[broken] = shapely.make_valid(cut[broken])
    return cut


def _on_grid(shapes: Shapes) -> Shapes:
    """Snap vertices to whole steps without losing a shape."""
    snapped: Shapes = shapely.set_precision(shapes, 1.0)
    areas = shapely.get_dimensions(shapes) == _AREA
    specks = areas & (shapely.area(snapped) < PIXEL**2)
    widened = shapely.buffer(shapes[specks], PIXEL / 2, quad_segs=1)
    snapped[specks] = shapely.set_precision(widened, 1.0)
    dashes = ~areas & shapely.is_empty(snapped)
    snapped[dashes] = [_dash(shape) for shape in shapes[dashes]]
    return snapped


def _dash(shape: Any) -> shapely.LineString:
    """Draw a line of one pixel in place of a shorter one."""
    x, y = np.round(shapely.get_coordinates(shape)[0])
    return shapely.LineString([(x - PIXEL / 2, y), (x + PIXEL / 2, y)])


def _path(shape: Any) -> Whole:
    """Encode a shape as drawing commands, without bits of a lower dimension left by clipping."""
    dimension = shapely.get_dimensions(shape)
    flat = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold polygons of many
    parts = flat[shapely.get_dimensions(flat) == dimension]
    if dimension == _LINE:
        return encode.lines([_steps(part) for part in parts])
    # The y axis of a tile points down: what is counted as anticlockwise is seen as clockwise.
    turned = shapely.orient_polygons(parts, exterior_cw=False)
    return encode.rings([_steps(ring) for ring in shapely.get_rings(turned)])


def _steps(line: Any) -> encode.Steps:
    steps: encode.Steps = shapely.get_coordinates(line).astype(np.int64)
    return steps
