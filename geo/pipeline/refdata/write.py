"""Writing committed files: the same layer or table gives the same bytes on every machine."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely


def write_geojson(layer: gpd.GeoDataFrame, path: Path) -> int:
    """Write a lon/lat layer as RFC 7946 GeoJSON, one feature per line.

    Returns:
        Number of features.
    """
    records = layer.drop(columns="geometry").to_dict("records")
    lines = [
        _compact({"type": "Feature", "properties": properties, "geometry": _plain(shape)})
        for properties, shape in zip(records, layer.geometry, strict=True)
    ]
    body = ",\n".join(lines)
    _write(path, f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n')
    return len(lines)


def write_table(table: pd.DataFrame, path: Path) -> int:
    """Write a table as UTF-8 CSV with empty cells where a value is unknown.

    Returns:
        Number of rows.
    """
    _write(path, table.to_csv(index=False, lineterminator="\n"))
    return len(table)


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write a JSON document for people to read."""
    _write(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _plain(shape: shapely.Geometry) -> dict[str, Any]:
    return dict(shapely.geometry.mapping(shape))


def _compact(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())  # bytes: no line ends are translated on any system
