"""A finding in every form in which it can be taken away."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson

from api.http.links import GEOJSON, JSON, link
from geo.serving.analysis.flatgeobuf import as_flatgeobuf
from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.tables import as_csv
from geo.serving.analysis.workbook import as_xlsx
from geo.serving.formats import FORMATS
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.wording.prose import translate_sentence
from maps.wording.table_metadata import table_metadata
from maps.wording.tables import TableSettings, data_sheet, sheets
from maps.wording.terms import column_meaning
from maps.wording.titles import title_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8; header=present"
CSVM: Final = "application/csvm+json"  # of tabular metadata (CSVW, 5.1)
ZIP: Final = "application/zip"
PICTURES: Final = {"png": "image/png", "pdf": "application/pdf"}
FLATGEOBUF: Final = FORMATS["fgb"].media_type
TABLES: Final = {
    "json": JSON,
    "geojson": GEOJSON,
    "fgb": FLATGEOBUF,
    "csv": CSV,
    "xlsx": XLSX,
}


def table(finding: MeasureResult, kind: str, snapshot: Snapshot, settings: TableSettings) -> bytes:
    """Write the rows of a result as a table, with its evidence.

    Args:
        finding: what to write.
        kind: one of `TABLES`.
        snapshot: for the names of dong.
        settings: language, address and attributions.
    """
    if kind == "fgb":
        title = title_of(finding, snapshot, settings.words)
        return as_flatgeobuf(finding, title, settings.sources)
    if kind == "csv":
        return as_csv(data_sheet(finding, settings))
    if kind == "xlsx":
        return as_xlsx(sheets(finding, snapshot, settings))
    told = _told(finding, snapshot, settings)
    return orjson.dumps(_features(finding, told) if kind == "geojson" else told)


def csv_metadata(
    finding: MeasureResult,
    snapshot: Snapshot,
    settings: TableSettings,
    sources: Sequence[Mapping[str, str]],
) -> bytes:
    """Write the about-file of the CSV of a result (CSVW).

    Args:
        finding: what the CSV holds.
        snapshot: for the names of dong.
        settings: language and address of the CSV.
        sources: as the manifest has them.
    """
    return orjson.dumps(table_metadata(finding, snapshot, settings, sources))


def zipped_csv(
    finding: MeasureResult,
    snapshot: Snapshot,
    settings: TableSettings,
    sources: Sequence[Mapping[str, str]],
) -> bytes:
    """Write the CSV of a result and its about-file into one archive, where neither has an address.

    A reader of CSVW finds the about-file by its name (CSVW, 5.3).

    Args:
        finding: what to write.
        snapshot: for the names of dong.
        settings: language, and the name of the CSV as its address.
        sources: as the manifest has them.
    """
    members = {
        settings.address: table(finding, "csv", snapshot, settings),
        f"{settings.address}-metadata.json": csv_metadata(finding, snapshot, settings, sources),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)  # of 1980, so that equal tables give equal bytes
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def draw_picture(
    finding: MeasureResult,
    kind: str,
    lang: str,
    address: str,
    said: Sequence[str],
    snapshot: Snapshot,
) -> bytes:
    """Draw the result as a picture to print.

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


def _told(finding: MeasureResult, snapshot: Snapshot, settings: TableSettings) -> dict[str, Any]:
    """Names and codes are the same in every language; sentences are translated."""
    basis, words = asdict(finding.basis), settings.words
    del basis["sources"]  # said by their attributions
    title = title_of(finding, snapshot, words) if settings.lang else finding.title
    caveats = (*finding.basis.caveats, *finding.caveats)
    return {
        "measure": finding.measure,
        "title": title,
        "method": translate_sentence(words, finding.method),
        **basis,
        "caveats": [translate_sentence(words, caveat) for caveat in caveats],
        "parameters": finding.parameters,
        "columns": [_column(column, words) for column in finding.columns],
        "rows": finding.rows,
        "attribution": settings.sources,
        "links": [link("self", settings.address, JSON, title)],
    }


def _column(column: Column, words: Words) -> dict[str, str]:
    return {"name": column.name, "description": column_meaning(words, column)}


def _features(finding: MeasureResult, told: dict[str, Any]) -> dict[str, Any]:
    """The rows as features; those that are no places have no geometry (RFC 7946, 3.2)."""
    nowhere: list[Any] = [None] * len(finding.rows)
    shapes = finding.shapes or nowhere
    features = [
        {"type": "Feature", "geometry": shape, "properties": row}
        for shape, row in zip(shapes, told.pop("rows"), strict=True)
    ]
    return {"type": "FeatureCollection", **told, "features": features}
