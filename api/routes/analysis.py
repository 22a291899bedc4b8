"""Measures as tables and as pictures, each with what it rests on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import Request, Response

from api.http.errors import NotFoundError, shown
from api.http.links import JSON, base_url, link, with_query
from api.http.negotiation import Offer, has_already, representation
from api.http.query_string import given_parameters, number, one_of, truth
from api.parameters.filters import (
    Selection,
    resting_on,
    selected,
    selecting,
    selection,
    with_simulated,
)
from api.parameters.page_query import language, named_language
from api.responses.documents import answer_headers, json_document, sent
from api.responses.measure_formats import PICTURES, TABLES, drawn, table
from api.routes.raster_tiles import map_tilesets_links
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import off_loop_if_long, queued
from geo.serving.analysis.measures import MEASURES, Measure
from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.sample import point_sample
from geo.serving.analysis.testing import withhold_verdicts
from geo.serving.formats.export import attributions
from geo.snapshot.reader import Snapshot
from maps.i18n import FALLBACK
from maps.wording.tables import TableSettings

RESTING: Final = ("with", "demonstration")  # what measures of businesses rest on
FORMATS: Final[Offer] = {name: (kind,) for name, kind in TABLES.items()}


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
            "links": [
                link("item", f"{base}/analysis/{name}", JSON, one.title),
                *map_tilesets_links(name, base),
            ],
        }
        for name, one in MEASURES.items()
    ]
    links = [link("self", f"{base}/analysis", JSON, "this document")]
    return await json_document(request, "json", lambda: {"measures": held, "links": links})


async def measure(request: Request) -> Response:
    """One measure, of the businesses that filters choose."""
    name, wanted, given, chosen = await off_loop_if_long(request, _asked, request, ["f", "lang"])
    kind, lang = representation(request, given, FORMATS), named_language(given)
    headers = answer_headers(request, f"{kind} {lang}") | {"Content-Language": lang or FALLBACK}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    snapshot = snapshot_of(request)
    finding = await queued(request, "measures", _found, snapshot, wanted, given, chosen)
    address = with_query(f"{base_url(request)}/analysis/{name}", given)
    said = attributions(snapshot, wanted.rests_on, lang or FALLBACK, finding.basis.sources)
    settings = TableSettings(lang, address, said)
    body = await queued(request, "measures", table, finding, kind, snapshot, settings)
    if kind in ("csv", "xlsx"):
        headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return await sent(request, body, FORMATS[kind][0], headers)


async def picture(request: Request) -> Response:
    """One measure as a picture to print; the picture bears its own address."""
    kind = one_of("format", request.path_params["kind"], PICTURES)
    name, wanted, given, chosen = await off_loop_if_long(request, _asked, request, ["lang"])
    lang = language(request, given)
    headers = answer_headers(request, f"{kind} {lang}") | {"Content-Language": lang}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    snapshot = snapshot_of(request)
    address = with_query(f"{base_url(request)}/maps/{name}.{kind}", {**given, "lang": lang})

    def made() -> bytes:
        finding = _found(snapshot, wanted, given, chosen)
        said = attributions(snapshot, wanted.rests_on, lang, finding.basis.sources)
        return drawn(finding, kind, lang, address, said, snapshot)

    body = await queued(request, "pictures", made)
    return Response(body, headers=headers, media_type=PICTURES[kind])


def _asked(
    request: Request, forms: list[str]
) -> tuple[str, Measure, dict[str, str], Selection | None]:
    """The measure asked for, its parameters, and what is chosen of the businesses.

    Raises:
        NotFoundError: there is no such measure.
        BadParameterError: a parameter or a value is not allowed.
    """
    name = request.path_params["measure"]
    if name not in MEASURES:
        raise NotFoundError(f"no measure {shown(name)}; there are {', '.join(MEASURES)}")
    wanted, businesses = MEASURES[name], snapshot_of(request).layers["businesses"]
    filters = [*selecting(businesses), *RESTING] if wanted.of else []
    given = given_parameters(request, [*forms, *wanted.options, *wanted.numbers, *filters])
    _check_options(wanted, given)
    with_simulated(given)
    truth("demonstration", given.get("demonstration", "false"))
    where = {k: v for k, v in given.items() if k in filters and k not in RESTING}
    return name, wanted, given, selection(where, businesses) if wanted.of else None


def _check_options(wanted: Measure, given: Mapping[str, str]) -> None:
    """Refuse what the measure's own parameters cannot be.

    Raises:
        BadParameterError: a value is not allowed.
    """
    for name, allowed in wanted.options.items():
        if name in given:
            one_of(name, given[name], allowed)
    for name, bounds in wanted.numbers.items():
        if name in given:
            number(name, given[name], bounds.least, bounds.most)


def _found(
    snapshot: Snapshot, wanted: Measure, given: Mapping[str, str], chosen: Selection | None
) -> MeasureResult:
    own = {k: v for k, v in given.items() if k in wanted.options or k in wanted.numbers}
    if wanted.of is None or chosen is None:
        assert wanted.alone is not None  # noqa: S101 # a measure is one of the two
        return wanted.alone(snapshot, own)
    businesses = snapshot.layers["businesses"]
    rows = resting_on(businesses, selected(businesses, chosen), given)
    people = point_sample(businesses, rows)
    where = {k: v for k, v in given.items() if k not in (*own, *RESTING, "lang", "f")}
    finding = replace(wanted.of(snapshot, people, own), chosen=where)
    demonstration = truth("demonstration", given.get("demonstration", "false"))
    return withhold_verdicts(
        finding, wanted.verdicts, made_up=people.made_up, demonstration=demonstration
    )
