"""The manifest of a snapshot: counts, extents, fields and the SHA-256 of every file."""

import json
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo.snapshot.integrity import FORMAT, sha256_of
from geo.snapshot.layer_batch import LayerBatch
from geo.snapshot.part_catalogue import describe_whole
from geo.snapshot.schema.contracts import GEOMETRY, LAYERS, field_list
from geo.snapshot.schema.validate import CITY


@dataclass(frozen=True)
class StreamedFeatures:
    """Features of a layer that are too many for memory, as a stream of batches.

    Attributes:
        parts: the features of the layer with these, by id, some at a time.
        count: how many these are.
        bbox: west, south, east, north of these, degrees.
        dates: first and last of their source dates, "" where none is known.
        run: what writes the parts of the layer: like `map`, here or on other machines.
    """

    parts: Callable[[LayerBatch], Iterable[LayerBatch]]
    count: int
    bbox: Sequence[float]
    dates: Sequence[str]
    run: Callable[..., Iterable[Any]] = map


def build_manifest(layers: Mapping[str, Mapping[str, Any]], about: Mapping[str, Any]) -> bytes:
    """Build the manifest of described layers, as bytes."""
    described = {
        layer_id: {
            **description,
            "sources": [
                account["source"] for account in about["accounts"] if account["layer"] == layer_id
            ],
        }
        for layer_id, description in layers.items()
    }
    manifest = {"format": FORMAT, "layers": described, **about}
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


def describe_layer(
    layer_id: str,
    frame: gpd.GeoDataFrame,
    folder: Path,
    more: StreamedFeatures | None,
    parts: list[dict[str, Any]],
) -> dict[str, Any]:
    """Describe a layer whose files are in a folder, by what it holds and their SHA-256.

    Args:
        layer_id: collection id.
        frame: its features.
        folder: where its files are.
        more: further features of it.
        parts: what is said of each of several parts; nothing of a single one.
    """
    described = _add_streamed(_describe(layer_id, frame), more)
    paths = sorted(folder.glob(f"{layer_id}.*"))
    with ThreadPoolExecutor(max_workers=2) as executor:  # hashing needs no lock of Python's
        hashes = executor.map(sha256_of, paths)
        files = dict(zip((path.name for path in paths), hashes, strict=True))
    return {**described, "files": files, "parts": parts or [describe_whole(layer_id, folder)]}


def _describe(layer_id: str, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    layer = LAYERS[layer_id]
    return {
        "title": layer.title,
        "description": layer.description,
        "geometry": GEOMETRY[layer_id],
        "count": len(frame),
        "bbox": [round(float(edge), 6) for edge in _box(frame)],
        "interval": _interval(frame),
        "fields": field_list(layer_id),
        "provenance": {
            str(kind): int(count) for kind, count in frame["provenance"].value_counts().items()
        },
    }


def _box(frame: gpd.GeoDataFrame) -> Sequence[float]:
    """Return the box of all features; of a layer without any place, that of the city."""
    edges: Sequence[float] = frame.total_bounds
    return edges if frame.geometry.notna().any() else CITY


def _add_streamed(described: dict[str, Any], more: StreamedFeatures | None) -> dict[str, Any]:
    if more is None:
        return described
    west, south, east, north = zip(described["bbox"], more.bbox, strict=True)
    first, last = described["interval"]
    dates = [date for date in more.dates if date]
    provenance = described["provenance"]
    return {
        **described,
        "count": described["count"] + more.count,
        "bbox": [min(west), min(south), max(east), max(north)],
        "interval": [
            min([day for day in (first, *map(_first_day, dates)) if day], default=None),
            max([day for day in (last, *map(_last_day, dates)) if day], default=None),
        ],
        "provenance": {**provenance, "observed": provenance.get("observed", 0) + more.count},
    }


def _interval(frame: gpd.GeoDataFrame) -> list[str | None]:
    """Return the first and last day of a layer; null where open or unknown."""
    if "valid_from" in frame:
        still_in_force = frame["valid_to"].isna().any()
        last = None if still_in_force else max(map(_last_day, frame["valid_to"].unique()))
        return [min(map(_first_day, frame["valid_from"].unique())), last]
    dates = frame["source_date"].dropna().unique()
    if not len(dates):
        return [None, None]
    return [min(map(_first_day, dates)), max(map(_last_day, dates))]


def _first_day(date: str) -> str:
    """Return the first day of a day, a month or a year."""
    return date + "-01-01"[len(date) - 4 :]


def _last_day(date: str) -> str:
    """Return the last day of a day, a month or a year."""
    if len(date) == len("2022"):
        return f"{date}-12-31"
    if len(date) == len("2022-02"):
        year, month = map(int, date.split("-"))
        return f"{date}-{monthrange(year, month)[1]:02d}"
    return date
