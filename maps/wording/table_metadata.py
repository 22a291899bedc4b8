"""The about-file of a CSV: its metadata after the W3C's "CSV on the Web" (CSVW), as JSON-LD.

Names and codes are those of the JSON; titles of columns are the headers of the CSV, in the language
asked for, so that a program finds a column by its name in a table of either language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geo.serving.analysis.result import Column, MeasureResult
from geo.serving.analysis.tables import Sheet, datatype
from geo.snapshot.reader import Snapshot
from maps.wording.prose import translate_sentence
from maps.wording.tables import TableSettings, data_sheet
from maps.wording.terms import column_meaning, parameter_title, setting_text
from maps.wording.titles import title_of

CONTEXT: Final = "http://www.w3.org/ns/csvw"
UNIT: Final = "http://qudt.org/schema/qudt/ucumCode"
PUBLISHER: Final = "Ansan Atlas"
# As `geo.serving.formats.delimited` writes: with a byte order mark, which readers of UTF-8 skip.
DIALECT: Final = {
    "encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True,
    "lineTerminators": ["\r\n"],
}  # fmt: skip
# Of other columns, such as a user's own, readers make a name out of the title (CSVW, 5.6).
_NAME: Final = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_BOOLEAN: Final = {"base": "boolean", "format": "true|false"}
# Codes of UCUM by the names of columns; the first that is found counts.
_UNITS: Final = (
    (re.compile(r"^rank_"), ""),
    (re.compile(r"per_ha$"), "1/har"),
    (re.compile(r"per_km2$|^density$"), "1/km2"),
    (re.compile(r"_ha$"), "har"),
    (re.compile(r"_km2$"), "km2"),
    (re.compile(r"_m$"), "m"),
    (re.compile(r"_m_s$"), "m/s"),
    (re.compile(r"^minutes_"), "min"),
)


def table_metadata(
    result: MeasureResult,
    snapshot: Snapshot,
    settings: TableSettings,
    sources: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Describe the CSV of a result: title, evidence, method, sources, and each column.

    Args:
        result: what the CSV holds.
        snapshot: for the names of dong and its version.
        settings: language of the CSV, and its address.
        sources: of the data, as the manifest has them.
    """
    words, sheet = settings.words, data_sheet(result, settings)
    title = title_of(result, snapshot, words) if settings.lang else result.title
    cited = f"{PUBLISHER}, {title}, {snapshot.version[:12]}, {settings.address}"
    caveats = (*result.basis.caveats, *result.caveats)
    return {
        "@context": [CONTEXT, {"@language": words.lang}],
        "@type": "Table",
        "url": settings.address,
        "dc:title": title,
        "dc:description": translate_sentence(words, result.method),
        "dc:publisher": PUBLISHER,
        "dc:temporal": _period(result),
        "schema:version": snapshot.version[:12],
        "dc:bibliographicCitation": cited,
        "dc:license": [{"@id": url} for url in dict.fromkeys(s["licence_url"] for s in sources)],
        "dc:source": [_source(source, words.lang) for source in sources],
        "schema:additionalProperty": list(_properties(result, settings)),
        "rdfs:comment": [translate_sentence(words, caveat) for caveat in caveats],
        "dialect": DIALECT,
        "tableSchema": {"columns": list(_columns(result, settings, sheet))},
    }


def _period(result: MeasureResult) -> str:
    """Write the dates as an interval of ISO 8601; ".." where an end is unknown."""
    first, last = (date or ".." for date in result.basis.dates)
    return first if first == last else f"{first}/{last}"


def _source(source: Mapping[str, str], lang: str) -> dict[str, Any]:
    return {
        "dc:title": source["attribution_ko" if lang == "ko" else "attribution"],
        "dc:rights": source["licence"],
        "dc:license": {"@id": source["licence_url"]},
    }


def _properties(result: MeasureResult, settings: TableSettings) -> Iterator[dict[str, Any]]:
    """List n, the share of each provenance, what is left out, and the parameters."""
    words, basis = settings.words, result.basis
    yield _property("n", basis.n)
    for name in ("observed", "simulated"):
        yield _property(
            f"share {name}", basis.provenance.get(name, 0.0 if basis.provenance else None)
        )
    for reason, count in basis.left_out.items():
        yield _property("left out", count, translate_sentence(words, reason))
    for name, value in {**result.parameters, **result.filters}.items():
        text = setting_text(words, result, name, value)
        yield _property(name, str(value), f"{parameter_title(words, name)}: {text}")


def _property(name: str, value: Any, description: str = "") -> dict[str, Any]:
    known = {"@type": "schema:PropertyValue", "schema:name": name, "schema:value": value}
    if value is None:
        del known["schema:value"]  # unknown, which JSON-LD cannot say of a literal
    return {**known, "schema:description": description} if description else known


def _columns(
    result: MeasureResult, settings: TableSettings, sheet: Sheet
) -> Iterator[dict[str, Any]]:
    for place, (column, title) in enumerate(zip(result.columns, sheet.header, strict=True)):
        kind = datatype([row[place] for row in sheet.rows])
        described = {
            **({"name": column.name} if _NAME.fullmatch(column.name) else {}),
            "titles": title,
            "dc:description": column_meaning(settings.words, column),
            "datatype": _BOOLEAN if kind == "boolean" else kind,
        }
        unit = unit_code(column)
        yield {**described, UNIT: unit} if unit else described


def unit_code(column: Column) -> str:
    """Return the unit of a column in UCUM; "" where it has none, as counts, codes and ranks."""
    if column.share:
        return "1"
    return next((unit for name, unit in _UNITS if name.search(column.name)), "")
