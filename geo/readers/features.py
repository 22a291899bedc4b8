"""GeoJSON as a table of text: the properties, then `_geometry` and `_id`."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from geo.readers.errors import EmptyFileError, FeaturesError
from geo.readers.input_files import InputFile
from geo.readers.kinds import refuse_other_kinds, refuse_service_error
from geo.readers.row_account import RowAccount
from geo.readers.table import GEOMETRY, ID, Table, clean_header, record_batches
from geo.readers.values import as_text

MAX_BYTES: Final = 128_000_000  # read into memory, where it takes about ten times as much
_URN: Final = re.compile(r"urn:ogc:def:crs:(\w+):[\w.]*:(\w+)")


def features_table(part: InputFile) -> Table:
    """Read the features of a GeoJSON file, or the items of an interface's answer, as a table.

    Raises:
        InputFileError: it is not a FeatureCollection in UTF-8 with at least one feature.
    """
    document = _document(part)
    features = document["features"]
    names = _names(features)
    header = clean_header(part.name, [*map(as_text, names), GEOMETRY, ID])
    ledger = RowAccount(part.name)
    batches = record_batches(header, _rows(features, names, ledger))
    return Table(
        part.name, "utf-8", "", header, batches, ledger.broken, ledger.undecoded, _crs(document)
    )


def _names(features: list[Any]) -> tuple[str, ...]:
    """Collect the property names of all features, in the order of their first occurrence."""
    sound = (feature.get("properties") or {} for feature in features if not _problem(feature))
    return tuple(dict.fromkeys(name for properties in sound for name in properties))


def _document(part: InputFile) -> dict[str, Any]:
    with part.open() as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise FeaturesError(part.name, f"is larger than {MAX_BYTES:,} bytes", "split it")
    refuse_other_kinds(part.name, raw)
    try:
        document: dict[str, Any] = json.loads(
            raw.decode("utf-8-sig"), parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise FeaturesError(
            part.name, f"is not JSON in UTF-8 ({error})", "download it again"
        ) from error
    if (items := _interface_items(document)) is not None:
        features = [{"type": "Feature", "properties": item} for item in items]
        document = {"type": "FeatureCollection", "features": features}
    is_collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    if not is_collection or not isinstance(document.get("features"), list):
        refuse_service_error(part.name, raw)
        raise FeaturesError(
            part.name,
            "is JSON, but no FeatureCollection and no answer of an interface of data.go.kr",
            "name a GeoJSON file",
        )
    if not document["features"]:
        raise EmptyFileError(part.name, "holds no feature", "download it again")
    return document


def _interface_items(document: Any) -> list[Any] | None:
    """Return the rows in an answer of an interface of data.go.kr, None for any other document."""
    body = document.get("body") if isinstance(document, dict) else None
    items = body.get("items") if isinstance(body, dict) else None
    return items if isinstance(items, list) else None


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON number")


def _rows(
    features: list[Any], names: tuple[str, ...], ledger: RowAccount
) -> Iterator[tuple[int, list[str]]]:
    for feature in features:
        problem = _problem(feature)
        if problem:
            ledger.set_aside(problem, as_text(feature) or "null")
        else:
            yield ledger.keep(), _row(feature, names)
    ledger.close()


def _problem(feature: Any) -> str:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return "is no Feature"
    if not isinstance(feature.get("properties"), dict | None):
        return "has properties that are no object"
    if not isinstance(feature.get("geometry"), dict | None):
        return "has a geometry that is no object"
    return ""


def _row(feature: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    properties = feature.get("properties") or {}
    cells = [as_text(properties.get(name)) for name in names]
    return [*cells, as_text(feature.get("geometry")), as_text(feature.get("id"))]


def _crs(document: dict[str, Any]) -> str:
    """Return the name in the `crs` member of GeoJSON 2008, a URN as "EPSG:5179"."""
    member = document.get("crs")
    inner = member.get("properties") if isinstance(member, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else member
    return _URN.sub(r"\1:\2", as_text(name))
