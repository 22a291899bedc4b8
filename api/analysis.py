"""Measures as JSON, GeoJSON, CSV and XLSX, each with what it rests on."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import orjson
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers import answer_headers, json_answer, sent
from api.errors import NotFoundError, shown
from api.links import GEOJSON, JSON, base_url, link, with_query
from api.negotiation import Offer, has_already, representation
from api.params import given_parameters, number, one_of
from api.selection import Selection, selected, selecting, selection
from api.serving import snapshot_of
from geo.export import attributions
from geo.findings.finding import Finding
from geo.findings.measures import MEASURES, Measure
from geo.findings.population import population
from geo.findings.tables import as_csv, as_xlsx
from geo.layer import Layer
from geo.store import Snapshot

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8; header=present"
FORMATS: Final[Offer] = {"json": (JSON,), "geojson": (GEOJSON,), "csv": (CSV,), "xlsx": (XLSX,)}


async def measures(request: Request) -> Response:
    """The measures there are."""
    one_of("f", given_parameters(request, ["f"]).get("f", "json"), ("json",))
    base = base_url(request)
    held = [
        {
            "id": name,
            "title": one.title,
            "parameters": {
                **one.options,
                **{name: held.default for name, held in one.numbers.items()},
            },
            "filters": one.of is not None,
            "links": [link("item", f"{base}/analysis/{name}", JSON, one.title)],
        }
        for name, one in MEASURES.items()
    ]
    links = [link("self", f"{base}/analysis", JSON, "this document")]
    return json_answer({"measures": held, "links": links})


async def measure(request: Request) -> Response:
    """One measure, of the businesses that filters choose."""
    name = request.path_params["measure"]
    if name not in MEASURES:
        raise NotFoundError(f"no measure {shown(name)}; there are {', '.join(MEASURES)}")
    wanted, snapshot = MEASURES[name], snapshot_of(request)
    businesses = snapshot.layers["businesses"]
    filters = selecting(businesses) if wanted.of else []
    given = given_parameters(request, ["f", *wanted.options, *wanted.numbers, *filters])
    options, kind = _options(wanted, given), representation(request, given, FORMATS)
    chosen = selection({k: v for k, v in given.items() if k in filters}, businesses)
    headers = answer_headers(request, kind)
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    finding = await run_in_threadpool(_found, snapshot, businesses, wanted, options, chosen)
    address = with_query(f"{base_url(request)}/analysis/{name}", given)
    said = sources(snapshot, wanted)
    body = await run_in_threadpool(_written, finding, kind, address, said)
    if kind in ("csv", "xlsx"):
        headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return await sent(request, body, FORMATS[kind][0], headers)


def sources(snapshot: Snapshot, wanted: Measure) -> list[str]:
    """Whom to name with the answer of a measure."""
    said = [text for layer in wanted.layers for text in attributions(snapshot, layer)]
    return list(dict.fromkeys(said))


def _options(wanted: Measure, given: Mapping[str, str]) -> dict[str, str]:
    """The measure's own parameters, checked.

    Raises:
        BadParameterError: a value is not allowed.
    """
    own = {name: text for name, text in given.items() if name in wanted.options}
    for name, text in own.items():
        one_of(name, text, wanted.options[name])
    for name, allowed in wanted.numbers.items():
        if name in given:
            number(name, given[name], allowed.least, allowed.most)
            own[name] = given[name]
    return own


def _found(
    snapshot: Snapshot,
    businesses: Layer,
    wanted: Measure,
    options: Mapping[str, str],
    chosen: Selection,
) -> Finding:
    if wanted.of is not None:
        return wanted.of(snapshot, population(businesses, selected(businesses, chosen)), options)
    assert wanted.alone is not None  # noqa: S101 # a measure is one of the two
    return wanted.alone(snapshot, options)


def _written(finding: Finding, kind: str, address: str, said: list[str]) -> bytes:
    if kind == "csv":
        return as_csv(finding)
    if kind == "xlsx":
        return as_xlsx(finding, said, address)
    told = _told(finding, address, said)
    return orjson.dumps(_features(finding, told) if kind == "geojson" else told)


def _told(finding: Finding, address: str, said: list[str]) -> dict[str, Any]:
    return {
        "measure": finding.measure,
        "title": finding.title,
        "method": finding.method,
        **asdict(finding.basis),
        "caveats": [*finding.basis.caveats, *finding.caveats],
        "parameters": finding.parameters,
        "columns": [asdict(column) for column in finding.columns],
        "rows": finding.rows,
        "attribution": said,
        "links": [link("self", address, JSON, finding.title)],
    }


def _features(finding: Finding, told: dict[str, Any]) -> dict[str, Any]:
    """The rows as features; those that are no places have no geometry (RFC 7946, 3.2)."""
    nowhere: list[Any] = [None] * len(finding.rows)
    shapes = finding.shapes or nowhere
    features = [
        {"type": "Feature", "geometry": shape, "properties": row}
        for shape, row in zip(shapes, told.pop("rows"), strict=True)
    ]
    return {"type": "FeatureCollection", **told, "features": features}
