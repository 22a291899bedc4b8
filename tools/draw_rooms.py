"""Draw the rooms of the code and the imports between them, as `docs/architecture.svg`.

    python tools/draw_rooms.py          # write the picture
    python tools/draw_rooms.py --check  # fail where the committed picture is not that of the code

An arrow goes from the room that imports to the room imported. Rooms lie on floors: each below all
that import it.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

PICTURE = Path(__file__).parents[1] / "docs" / "architecture.svg"
ROOMS = {
    "atlas": "the command line",
    "api": "routes, parameters, answers",
    "maps.pages": "map pages and their data",
    "maps.reports": "two pages on dong",
    "maps.metadata": "records for catalogues",
    "maps.print": "pictures on paper",
    "maps.web": "frame, ground, credits",
    "maps.wording": "words of results",
    "maps.style": "colours, symbols, lettering",
    "maps.i18n": "words by language",
    "geo.serving": "answers from a snapshot",
    "geo.pipeline": "writes a snapshot",
    "geo.store": "snapshots in a bucket",
    "geo.snapshot": "schema, files, reader",
    "geo.statistics": "numbers and shapes alone",
    "geo.readers": "files into tables of text",
    "geo.core": "errors, CRS, words, types",
}
WIDE, HIGH, GAP_X, GAP_Y, MARGIN = 210, 56, 34, 62, 24


def room_of(module: str) -> str | None:
    """Return the room of a module, None for a bare package.

    Args:
        module: dotted name.
    """
    return next((room for room in ROOMS if module == room or module.startswith(room + ".")), None)


def arrows() -> set[tuple[str, str]]:
    """List which room imports from which other."""
    graph = grimp.build_graph("geo", "maps", "api", "atlas", cache_dir=None)
    found: set[tuple[str, str]] = set()
    for module in graph.modules:
        here = room_of(module)
        there = {room_of(name) for name in graph.find_modules_directly_imported_by(module)}
        found.update((here, room) for room in there - {here} if here and room)
    return found


def floors(found: set[tuple[str, str]]) -> dict[str, int]:
    """Give each room its floor, 0 at the bottom: one above the highest that it imports.

    Args:
        found: arrows between rooms.

    Raises:
        SystemExit: rooms import each other in a circle.
    """
    level = dict.fromkeys(ROOMS, 0)
    for _ in ROOMS:
        higher = {
            room: max([1 + level[low] for high, low in found if high == room], default=0)
            for room in ROOMS
        }
        if higher == level:
            return level
        level = higher
    raise SystemExit("rooms import each other in a circle")


def drawing(found: set[tuple[str, str]]) -> str:
    """Write the picture as SVG.

    Args:
        found: arrows between rooms.
    """
    level = floors(found)
    rows = [[room for room in ROOMS if level[room] == n] for n in range(max(level.values()) + 1)]
    width = 2 * MARGIN + max(len(row) for row in rows) * (WIDE + GAP_X) - GAP_X
    height = 2 * MARGIN + len(rows) * (HIGH + GAP_Y) - GAP_Y
    place: dict[str, tuple[float, float]] = {}
    for n, row in enumerate(rows):
        left = (width - len(row) * (WIDE + GAP_X) + GAP_X) / 2
        top = height - MARGIN - HIGH - n * (HIGH + GAP_Y)
        place |= {room: (left + k * (WIDE + GAP_X), top) for k, room in enumerate(row)}
    lines = [_arrow(place[high], place[low]) for high, low in sorted(found)]
    boxes = [_box(room, *place[room]) for room in ROOMS]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
            ' font-family="system-ui, sans-serif">',
            f"<title>Rooms of the code: {len(ROOMS)} rooms, {len(found)} arrows, none up</title>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9"'
            ' markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#7d858b"/></marker></defs>',
            f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
            *lines,
            *boxes,
            "</svg>",
            "",
        ]
    )


def _arrow(high: tuple[float, float], low: tuple[float, float]) -> str:
    x1, y1, x2, y2 = high[0] + WIDE / 2, high[1] + HIGH, low[0] + WIDE / 2, low[1] - 2
    return (
        f'<path d="M{x1:g} {y1:g} C{x1:g} {y1 + 40:g} {x2:g} {y2 - 40:g} {x2:g} {y2:g}" fill="none"'
        f' stroke="#7d858b" stroke-width="1.4" stroke-opacity="0.55"'
        ' marker-end="url(#head)"/>'
    )


def _box(room: str, left: float, top: float) -> str:
    middle = left + WIDE / 2
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{WIDE}" height="{HIGH}" rx="8" fill="#eef5f6"'
        f' stroke="#0b5c6e"/><text x="{middle:g}" y="{top + 24:g}" text-anchor="middle"'
        f' font-size="17" font-weight="600" fill="#22303a">{escape(room)}</text>'
        f'<text x="{middle:g}" y="{top + 43:g}" text-anchor="middle" font-size="12.5"'
        f' fill="#5d6b75">{escape(ROOMS[room])}</text>'
    )


def main() -> None:
    """Write the picture, or compare it with the committed one."""
    picture = drawing(arrows())
    if "--check" in sys.argv[1:]:
        if PICTURE.read_text("utf-8") != picture:
            raise SystemExit(
                "docs/architecture.svg is not that of the code: python tools/draw_rooms.py"
            )
        return
    PICTURE.write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
