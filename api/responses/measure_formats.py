"""A finding in every form in which it can be taken away."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson

from api.http.links import GEOJSON, JSON, link
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.tables import as_csv, as_xlsx
from geo.snapshot.reader import Snapshot

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8; header=present"
PICTURES: Final = {"png": "image/png", "pdf": "application/pdf"}
TABLES: Final = {"json": JSON, "geojson": GEOJSON, "csv": CSV, "xlsx": XLSX}


def table(finding: MeasureResult, kind: str, address: str, said: Sequence[str]) -> bytes:
    """The rows, with what they rest on.

    Args:
        finding: what to write.
        kind: one of `TABLES`.
        address: where it can be had again.
        said: whom to name.
    """
    if kind == "csv":
        return as_csv(finding)
    if kind == "xlsx":
        return as_xlsx(finding, said, address)
    told = _told(finding, address, said)
    return orjson.dumps(_features(finding, told) if kind == "geojson" else told)


def drawn(
    finding: MeasureResult,
    kind: str,
    lang: str,
    address: str,
    said: Sequence[str],
    snapshot: Snapshot,
) -> bytes:
    """The finding as a picture to print.

    Args:
        finding: what to draw.
        kind: one of `PICTURES`.
        lang: language of its words.
        address: where it can be had again; printed on it.
        said: whom to name.
        snapshot: for the ground.
    """
    from maps.print.picture import PictureSettings, picture  # the library that draws is large

    return picture(finding, snapshot, PictureSettings(kind, lang, address, tuple(said)))


def _told(finding: MeasureResult, address: str, said: Sequence[str]) -> dict[str, Any]:
    basis = asdict(finding.basis)
    del basis["sources"]  # said by their attributions
    return {
        "measure": finding.measure,
        "title": finding.title,
        "method": finding.method,
        **basis,
        "caveats": [*finding.basis.caveats, *finding.caveats],
        "parameters": finding.parameters,
        "columns": [_column(one) for one in finding.columns],
        "rows": finding.rows,
        "attribution": said,
        "links": [link("self", address, JSON, finding.title)],
    }


def _column(column: Column) -> dict[str, str]:
    return {"name": column.name, "description": column.description}


def _features(finding: MeasureResult, told: dict[str, Any]) -> dict[str, Any]:
    """The rows as features; those that are no places have no geometry (RFC 7946, 3.2)."""
    nowhere: list[Any] = [None] * len(finding.rows)
    shapes = finding.shapes or nowhere
    features = [
        {"type": "Feature", "geometry": shape, "properties": row}
        for shape, row in zip(shapes, told.pop("rows"), strict=True)
    ]
    return {"type": "FeatureCollection", **told, "features": features}
