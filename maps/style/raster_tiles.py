"""Raster tiles: values at pixels or in areas as a transparent PNG of fixed classes."""

import io
from typing import Any, Final

import numpy as np
import shapely
from PIL import Image, ImageDraw

from geo.core.world_steps import in_world
from geo.serving.tiles.raster import PIXELS
from geo.serving.tiles.tile_grid import Tile
from maps.style.colours import SHARE

# The same on every tile and for every filter, so that colours can be compared.
PER_HA: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)  # lower bounds
# ColorBrewer YlOrRd (Brewer, C., colorbrewer2.org).
PER_HA_SHADES: Final = (
    "#ffffcc", "#ffeda0", "#fed976", "#feb24c", "#fd8d3c", "#fc4e2a", "#e31a1c", "#800026",
)  # fmt: skip
SHARES: Final = (0.0, 0.2, 0.4, 0.6, 0.8)
SHARE_SHADES: Final = SHARE
_OPAQUE: Final = 205  # of 255: what lies under it stays readable

Floats = np.ndarray[Any, np.dtype[np.float64]]


def render_pixels(values: Floats, lows: tuple[float, ...], shades: tuple[str, ...]) -> bytes:
    """Colour values at pixels, shape (256, 256), north first; transparent where NaN or too low.

    Args:
        values: what is drawn.
        lows: lower bounds of the classes, ascending.
        shades: their colours.
    """
    shown = np.where(np.isnan(values), -np.inf, values)
    return _png(
        Image.fromarray(np.searchsorted(lows, shown, side="right").astype(np.uint8)), shades
    )


def render_areas(
    tile: Tile, shapes: Any, values: Floats, lows: tuple[float, ...], shades: tuple[str, ...]
) -> bytes:
    """Colour areas by their values.

    Args:
        tile: where they are drawn.
        shapes: outlines, lon/lat.
        values: one for each.
        lows: lower bounds of the classes, ascending.
        shades: their colours.
    """
    image = Image.new("L", (PIXELS, PIXELS))
    pencil = ImageDraw.Draw(image)
    for shape, kind in zip(shapes, np.searchsorted(lows, values, side="right"), strict=True):
        for part in shapely.get_parts(shape):
            pencil.polygon(_at(tile, part.exterior), fill=int(kind))
            for hole in part.interiors:
                pencil.polygon(_at(tile, hole), fill=0)
    return _png(image, shades)


def _at(tile: Tile, ring: Any) -> list[tuple[float, float]]:
    x, y = in_world(*shapely.get_coordinates(ring).T)
    side = PIXELS * 2.0**tile.zoom
    origin = PIXELS * np.array([tile.column, tile.row])
    return [(a, b) for a, b in (np.column_stack([x, y]) * side - origin).tolist()]


def _png(classes: Image.Image, shades: tuple[str, ...]) -> bytes:
    """Encode class numbers, 0 for transparent, as a PNG with a palette."""
    classes.putpalette(b"\0\0\0" + b"".join(bytes.fromhex(shade[1:]) for shade in shades))
    file = io.BytesIO()
    clear = bytes([0] + [_OPAQUE] * len(shades))
    classes.save(file, "PNG", transparency=clear, optimize=False)
    return file.getvalue()
