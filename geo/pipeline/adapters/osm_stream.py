"""Files of OpenStreetMap (.osm.pbf, .osm) as a stream of elements with chosen tags.

The file is read several times, each time for one kind of element: a way names its nodes by number
only, and nodes come first in a file. What is held at a time are the chosen ways of one batch and
the nodes they name, so memory does not grow with the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TypeVar

import osmium
from osmium.filter import IdFilter, KeyFilter

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.osm_elements import OUTLINES, Element, Line, Position

WAYS_AT_ONCE: Final = 100_000
RELATIONS_AT_ONCE: Final = 1_000
_PER_DEGREE: Final = 10_000_000  # positions are whole numbers in these files
_UNDEFINED: Final = 2_147_483_647
_KINDS: Final = {
    "node": osmium.osm.NODE,
    "way": osmium.osm.WAY,
    "relation": osmium.osm.RELATION,
}
_One = TypeVar("_One")


class Stream:
    """One file, read as often as it takes.

    Attributes:
        path: the file.
        form: "pbf" or "xml".
    """

    def __init__(self, path: Path, form: str) -> None:
        self.path = path
        self.form = form

    def elements(self, keys: Iterable[str]) -> Iterator[Element]:
        """Yield elements that have one of the keys: nodes, then ways, then relations.

        Raises:
            SourceChangedError: the file is damaged, cut off, or holds several versions of each.
        """
        try:
            self._refuse_history()
            yield from self._chosen(KeyFilter(*keys))
        except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
            raise SourceChangedError(
                f"{self.path.name} is damaged or cut off ({error}): download it again"
            ) from error

    def _refuse_history(self) -> None:
        with osmium.io.Reader(self._file(), osmium.osm.NOTHING) as reader:
            if reader.header().has_multiple_object_versions:
                raise SourceChangedError(
                    f"{self.path.name} holds the history of its elements: take the file that "
                    "holds them as they are"
                )

    def _chosen(self, chosen: KeyFilter) -> Iterator[Element]:
        for node in self._read("node", chosen):
            yield replace(_element("node", node), at=_position(node.location))
        ways = ((_element("way", way), _refs(way)) for way in self._read("way", chosen))
        for batch in _batches(ways, WAYS_AT_ONCE):
            at = self._positions(chain.from_iterable(refs for _, refs in batch))
            for element, refs in batch:
                yield replace(element, lines=(_line("", refs, at),))
        relations = (
            (_element("relation", relation), _members(relation))
            for relation in self._read("relation", chosen)
        )
        for group in _batches(relations, RELATIONS_AT_ONCE):
            nodes, at = self._ways({ref for _, members in group for ref, _ in members})
            for element, members in group:
                lines = tuple(_line(role, nodes.get(ref, []), at) for ref, role in members)
                yield replace(element, lines=lines)

    def _ways(self, numbers: set[int]) -> tuple[dict[int, list[int]], dict[int, Position]]:
        """Return the nodes of ways by number, and the positions of these nodes."""
        refs = {way.id: _refs(way) for way in self._numbered("way", numbers)}
        return refs, self._positions(chain.from_iterable(refs.values()))

    def _positions(self, nodes: Iterable[int]) -> dict[int, Position]:
        positions = ((node.id, _position(node.location)) for node in self._numbered("node", nodes))
        return {number: at for number, at in positions if at is not None}

    def _numbered(self, kind: str, numbers: Iterable[int]) -> Iterator[Any]:
        # The filter takes no numbers below zero, which editors give to what is not uploaded yet.
        wanted = {number for number in numbers if number >= 0}
        return self._read(kind, IdFilter(wanted)) if wanted else iter(())

    def _read(self, kind: str, chosen: Any) -> Iterator[Any]:
        return iter(osmium.FileProcessor(self._file(), _KINDS[kind]).with_filter(chosen))

    def _file(self) -> osmium.io.File:
        return osmium.io.File(str(self.path), self.form)


def _element(kind: str, raw: Any) -> Element:
    """Copy what is needed of an element; its memory is reused once the next one is read."""
    edited = raw.timestamp.isoformat() if raw.timestamp.timestamp() > 0 else ""
    return Element(kind, raw.id, {tag.k: tag.v for tag in raw.tags}, edited, None)


def _refs(way: Any) -> list[int]:
    return [node.ref for node in way.nodes]


def _members(relation: Any) -> list[tuple[int, str]]:
    """Return the ways of a relation that bound an area, with their roles."""
    return [
        (member.ref, member.role)
        for member in relation.members
        if member.type == "w" and member.role in OUTLINES
    ]


def _line(role: str, refs: list[int], at: Mapping[int, Position]) -> Line:
    known = [at[ref] for ref in refs if ref in at]
    return Line(role, known, whole=bool(known) and len(known) == len(refs))


def _position(location: Any) -> Position | None:
    """Return degrees, also out of range; None where the node has no position."""
    if location.x == _UNDEFINED or location.y == _UNDEFINED:
        return None
    return location.x / _PER_DEGREE, location.y / _PER_DEGREE


def _batches(items: Iterable[_One], size: int) -> Iterator[list[_One]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
