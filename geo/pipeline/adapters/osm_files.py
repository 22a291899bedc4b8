"""Files of OpenStreetMap as people get them, told apart by what is in them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from geo.core.errors import SourceChangedError
from geo.pipeline.adapters.osm_elements import Element
from geo.pipeline.adapters.osm_overpass import BOM, Overpass, broken_off, plain
from geo.pipeline.adapters.osm_stream import Stream

_HEAD_BYTES: Final = 4_096
_WEB_PAGE: Final = re.compile(rb"<html|<!doctype\s+html", re.IGNORECASE)
_OSM: Final = re.compile(rb"<osm[\s>]")
_REMARK: Final = re.compile(r"<remark>(.*?)</remark>", re.DOTALL)
_ERROR: Final = re.compile(r"Error\s*</strong>\s*:(.*?)</p>", re.DOTALL)


def read_elements(path: Path, keys: Iterable[str]) -> Iterator[Element]:
    """Read the elements of a file that have one of the keys.

    Args:
        path: Overpass JSON (`out body; >; out skel`, `out center`, `out geom`), .osm.pbf or .osm.
        keys: keys of tags.

    Raises:
        SourceChangedError: the file is none of these, damaged, or only a message of a server.
    """
    form = _form(path)
    if form == "json":
        return Overpass(path).elements(keys)
    return Stream(path, form).elements(keys)


def _form(path: Path) -> str:
    """Detect the format of a file by its first bytes: names are often wrong."""
    head = _bytes(path, 0).removeprefix(BOM).lstrip()
    if not head:
        raise SourceChangedError(f"{path.name} is empty: download it again")
    if head.startswith(b"{"):
        return "json"
    if b"OSMHeader" in head[:64]:
        return "pbf"
    if _WEB_PAGE.search(head):
        message = _ERROR.search(head.decode("utf-8", "replace"))
        cause = f"of the server ({plain(message[1])})" if message else "and no data"
        raise SourceChangedError(f"{path.name} is a web page {cause}: run the query again")
    if _OSM.search(head):
        _refuse_remark(path)
        return "xml"
    raise SourceChangedError(
        f"{path.name} is neither Overpass JSON nor .osm.pbf nor .osm: unpack it, or export it as "
        "one of these"
    )


def _bytes(path: Path, whence: int) -> bytes:
    """Read the first bytes of a file, or with whence 2 its last ones."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - _HEAD_BYTES, 0) if whence else 0)
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise SourceChangedError(f"{path.name} cannot be read: {error.strerror}") from error


def _refuse_remark(path: Path) -> None:
    """Refuse an incomplete answer; the server says so after the last element."""
    remark = _REMARK.search(_bytes(path, 2).decode("utf-8", "replace"))
    if remark:
        raise broken_off(path, remark[1])
