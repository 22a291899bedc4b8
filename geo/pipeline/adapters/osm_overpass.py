"""Answers of the Overpass server as JSON: `out body; >; out skel`, `out center` and `out geom`."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.osm_elements import OUTLINES, Element, Line, Position

MAX_BYTES: Final = 200_000_000  # read as a whole, about nine times as much in memory
BOM: Final = b"\xef\xbb\xbf"
_LONGEST: Final = 200  # characters of a message that are repeated
_KINDS: Final = ("node", "way", "relation")


class Overpass:
    """An answer; an element may appear in it twice, once for its tags and once for its shape."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = [self._checked(k, raw) for k, raw in enumerate(self._answered(), start=1)]
        self._nodes: dict[int, Position] = {}
        self._ways: dict[int, list[Any]] = {}
        for raw in self._raw:
            at = _position(raw)
            if raw["type"] == "node" and at is not None:
                self._nodes[raw["id"]] = at
            elif raw["type"] == "way" and raw.get("nodes"):
                self._ways[raw["id"]] = raw["nodes"]

    def elements(self, keys: Iterable[str]) -> Iterator[Element]:
        """Yield elements that have one of the keys, in the order of the file."""
        wanted = frozenset(keys)
        for raw in self._raw:
            if not wanted.isdisjoint(raw.get("tags", ())):
                yield self._element(raw)

    def _answered(self) -> list[Any]:
        answer = self._parsed()
        if "remark" in answer:
            raise broken_off(self._path, str(answer["remark"]))
        elements = answer.get("elements")
        if not isinstance(elements, list):
            raise SourceChangedError(
                f"{self._path.name} is JSON without the list `elements` of Overpass: export the "
                "answer as raw OSM data"
            )
        return elements

    def _parsed(self) -> dict[str, Any]:
        size = self._path.stat().st_size
        if size > MAX_BYTES:
            raise SourceChangedError(
                f"{self._path.name} has {size:,} bytes, {MAX_BYTES:,} are allowed for JSON: "
                "take an .osm.pbf of the area"
            )
        try:
            parsed: dict[str, Any] = orjson.loads(self._path.read_bytes().removeprefix(BOM))
        except orjson.JSONDecodeError as error:
            raise SourceChangedError(
                f"{self._path.name} is damaged or cut off ({error}): download it again"
            ) from error
        return parsed

    def _checked(self, number: int, raw: Any) -> dict[str, Any]:
        """Check that an element has the common fields; areas and counts become empty nodes."""
        if isinstance(raw, dict) and isinstance(raw.get("type"), str):
            if raw["type"] not in _KINDS:
                return {"type": "", "id": 0}
            tags = raw.get("tags", {})
            texts = isinstance(tags, dict) and all(isinstance(text, str) for text in tags.values())
            if type(raw.get("id")) is int and texts and _lists(raw):
                return raw
        raise SourceChangedError(
            f"{self._path.name}: element {number} is no node, way or relation with a number and "
            "tags of text: export the answer as raw OSM data"
        )

    def _element(self, raw: Mapping[str, Any]) -> Element:
        edited = raw.get("timestamp")
        return Element(
            raw["type"],
            raw["id"],
            raw["tags"],
            edited if isinstance(edited, str) else "",
            _position(raw) or _position(raw.get("center")) or self._nodes_own(raw),
            self._lines(raw),
        )

    def _nodes_own(self, raw: Mapping[str, Any]) -> Position | None:
        return self._nodes.get(raw["id"]) if raw["type"] == "node" else None

    def _lines(self, raw: Mapping[str, Any]) -> tuple[Line, ...]:
        if raw["type"] == "way":
            return (self._line("", raw, raw["id"]),)
        return tuple(
            self._line(member["role"], member, member["ref"])
            for member in raw.get("members", ())
            if _bounds(member)
        )

    def _line(self, role: str, raw: Mapping[str, Any], way: int) -> Line:
        """Build a way from the positions beside it, else from its nodes."""
        if raw.get("geometry"):
            positions = [_position(corner) for corner in raw["geometry"]]
        else:
            refs = self._ways.get(way, ())
            positions = [self._nodes.get(ref) if _is_number(ref) else None for ref in refs]
        known = [at for at in positions if at is not None]
        return Line(role, known, whole=bool(known) and len(known) == len(positions))


def _lists(raw: Mapping[str, Any]) -> bool:
    """Return whether what should be lists are lists."""
    return all(isinstance(raw.get(name, []), list) for name in ("nodes", "geometry", "members"))


def _bounds(member: Any) -> bool:
    """Return whether a member of a relation is a line that bounds an area."""
    return (
        isinstance(member, dict)
        and member.get("type") == "way"
        and member.get("role") in OUTLINES
        and _is_number(member.get("ref"))
        and isinstance(member.get("geometry", []), list)
    )


def _is_number(value: Any) -> bool:
    return type(value) is int


def _position(point: Any) -> Position | None:
    """Return longitude and latitude of an object; None where it has no numbers for them."""
    if not isinstance(point, dict):
        return None
    lon, lat = point.get("lon"), point.get("lat")
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        return float(lon), float(lat)
    return None


def broken_off(path: Path, remark: str) -> SourceChangedError:
    """Build the error for an answer that ends where the server gave up."""
    return SourceChangedError(
        f"{path.name} is incomplete, says the Overpass server ({plain(remark)}): ask for a "
        "smaller area or allow more time"
    )


def plain(message: str) -> str:
    """Format a message of a server in one line, without tags and unprintable characters."""
    text = html.unescape(re.sub(r"<[^>]*>", "", message))
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:_LONGEST].rstrip(".")
