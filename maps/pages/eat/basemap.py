"""The drawn ground below the numbered marks: one picture of the city in metres, for all languages.

Its units are metres east and south of a corner, so that marks and minutes need no projection.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.snapshot.reader import Snapshot
from maps.pages.eat.plane import SIZE, metres
from maps.web.base_layers import version_in_force, zone_box

NEAR: Final = 0.008  # degrees around the zone within which houses are drawn
HALF_HOUSE: Final = 5.0
_STYLE: Final = (
    "path,circle{vector-effect:non-scaling-stroke}"
    ".dong{fill:#f3ece0;stroke:#dccfb9}.zone{fill:#fbf6ec;stroke:#c2773f;stroke-dasharray:6 4}"
    ".street{fill:none;stroke:#fff;stroke-width:9;vector-effect:none;stroke-linecap:round}"
    ".food{fill:#f6d9b8;stroke:none}.house{fill:#dccdb6;stroke:none}"
    ".track{fill:none;stroke:#8b8378;stroke-width:2}"
    ".station{fill:#0b5c6e;stroke:#fff;stroke-width:2}"
    "text{font:600 15px system-ui,sans-serif;fill:#5c5046;text-anchor:middle;"
    "paint-order:stroke;stroke:#fbf6ec;stroke-width:4px;stroke-linejoin:round}"
    "@media(prefers-color-scheme:dark){.dong{fill:#262019;stroke:#40362b}"
    ".zone{fill:#2d261e;stroke:#c2773f}.street{stroke:#453a2e}.food{fill:#4b3822}"
    ".house{fill:#3b3126}.track{stroke:#8b8378}text{fill:#d9cbb9;stroke:#1d1813}}"
)


def draw(snapshot: Snapshot) -> str:
    """Draw the ground as SVG: dong, zone, food street, houses, streets, tracks, stations."""
    width, height = SIZE
    zone, food = (version_in_force(snapshot, name) for name in ("zone", "food-streets"))
    parts = [
        _outlines(snapshot, "dong", "dong"),
        _path("zone", _geometry(zone)),
        _path("food", _geometry(food)),
        f'<path class="house" d="{_houses(snapshot)}"/>',
        _outlines(snapshot, "streets", "street"),
        *_tracks(snapshot),
        *_stations(snapshot),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><style>{_STYLE}</style>{"".join(parts)}</svg>'
    )


def _geometry(feature: Any) -> Any:
    return shapely.geometry.shape(feature["geometry"]) if feature else None


def _outlines(snapshot: Snapshot, name: str, css: str) -> str:
    layer = snapshot.layers[name]
    shapes = layer.geometries(np.arange(layer.count))
    tolerance = 0.0004 if name == "dong" else 0.00002
    return "".join(_path(css, shape) for shape in shapely.simplify(shapes, tolerance))


def _path(css: str, shape: Any) -> str:
    if shape is None or shapely.is_empty(shape):
        return ""
    return f'<path class="{css}" d="{"".join(map(_line, _lines(shape)))}"/>'


def _lines(shape: Any) -> Iterable[Sequence[tuple[float, float]]]:
    parts = shapely.get_parts(shape)
    if shape.geom_type.endswith("Polygon"):
        parts = shapely.get_rings(shape)
    return [shapely.get_coordinates(part).tolist() for part in parts]


def _line(points: Sequence[Sequence[float]]) -> str:
    steps = [metres(lon, lat) for lon, lat in points]
    return "M" + "L".join(f"{x} {y}" for x, y in steps)


def _houses(snapshot: Snapshot) -> str:
    """Draw a square for each building with observed shops near the zone."""
    west, south, east, north = zone_box(snapshot)
    layer = snapshot.layers["businesses"]
    points = shapely.get_coordinates(
        layer.geometries(layer.select({"provenance": ["observed"], "located_by": ["register"]}))
    )
    inside = (
        (points[:, 0] > west - NEAR) & (points[:, 0] < east + NEAR)
        & (points[:, 1] > south - NEAR) & (points[:, 1] < north + NEAR)
    )  # fmt: skip
    houses = sorted({metres(lon, lat) for lon, lat in points[inside]})
    half, side = int(HALF_HOUSE), int(2 * HALF_HOUSE)
    return "".join(f"M{x - half} {y - half}h{side}v{side}h-{side}z" for x, y in houses)


def _tracks(snapshot: Snapshot) -> Iterable[str]:
    for rail in snapshot.manifest.get("rails", []):
        yield f'<path class="track" d="{_line(rail["line"])}"/>'


def _stations(snapshot: Snapshot) -> Iterable[str]:
    layer = snapshot.layers.get("stations")
    if layer is None:
        return
    rows = np.arange(layer.count)
    for row, point in zip(layer.records(rows, ["name_ko"]), layer.geometries(rows), strict=True):
        x, y = metres(point.x, point.y)
        yield f'<circle class="station" cx="{x}" cy="{y}" r="9"/>'
        yield f'<text x="{x}" y="{y + 28}">{row["name_ko"]}</text>'
