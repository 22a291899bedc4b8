"""Measures as tables and as pictures, each with what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from fastapi import Path as PathParameter

from api.http.links import JSON, base_url, link, printed_base, with_query
from api.http.negotiation import Offer, has_already, representation
from api.parameters.declared import (
    DataParameters,
    Declared,
    JsonOnly,
    Schema,
    as_described,
)
from api.parameters.described import choice, described
from api.parameters.filters import resting_on, select_rows, selecting
from api.parameters.language import language_of
from api.parameters.measure_query import (
    MeasureQuery,
    describe_question,
    measure_query,
    no_measure,
)
from api.parameters.page_query import language, named_language
from api.responses.declared_route import media_types, operation, operation_id, router
from api.responses.documents import answer_headers, json_document, send_body
from api.responses.measure_formats import CSVM, PICTURES, TABLES, csv_metadata, draw_picture, table
from api.routes.raster_tiles import map_tilesets_links
from api.service.current_snapshot import snapshot_of
from api.service.work_queue import off_loop_if_long, queued
from geo.core.parameter_values import one_of
from geo.serving.analysis.measures import MEASURES, Measure
from geo.serving.analysis.result import MeasureResult
from geo.serving.analysis.sample import point_sample
from geo.serving.analysis.shared_parameters import DEMONSTRATION
from geo.serving.analysis.testing import withhold_verdicts
from geo.serving.formats.export import attributions, sources_of
from geo.snapshot.layer import Layer
from geo.snapshot.reader import Snapshot
from maps.i18n import FALLBACK
from maps.print.classes import choose_classes
from maps.wording.tables import TableSettings

CSVW: Final = "csvw"  # describes what `csv` gives
FORMATS: Final[Offer] = {name: (kind,) for name, kind in {**TABLES, CSVW: CSVM}.items()}
_FILES: Final = {"csv": ".csv", "xlsx": ".xlsx", "fgb": ".fgb", CSVW: ".csv-metadata.json"}


_LANG: Final = language_of(
    "every word of CSV and XLSX, column headers and values included, and of the "
    "sentences of JSON and GeoJSON; without it, columns and values of CSV and XLSX have the names "
    "and codes of the JSON, and sentences are English",
)
PictureKind = Annotated[
    str,
    PathParameter(description="format of the picture"),
    as_described({"type": "string", "enum": list(PICTURES)}),
]
routes = router("Analysis")
pictures = router("Maps")


@dataclass(frozen=True)
class Form:
    """The form of an answer.

    Attributes:
        kind: one of `FORMATS` or `PICTURES`.
        lang: language of its words; None for names and codes.
        address: where it can be had again; of the about-file of a CSV where that CSV is.
    """

    kind: str
    lang: str | None
    address: str


queries: Final[dict[str, DataParameters[MeasureQuery]]] = {}  # by measure


@routes.get("/analysis", **operation("getMeasures", "The measures there are", [JSON]))
async def measures(request: Request, _: Declared, f: JsonOnly = None) -> Response:
    """List the measures."""
    base = base_url(request)
    held = [
        {
            "id": name,
            "title": measure.title,
            "parameters": {
                parameter.name: getattr(parameter, "values", parameter.default)
                for parameter in measure.parameters
            },
            "filters": measure.of is not None,
            "links": [
                link("item", f"{base}/analysis/{name}", JSON, measure.title),
                *map_tilesets_links(name, base),
            ],
        }
        for name, measure in MEASURES.items()
    ]
    links = [link("self", f"{base}/analysis", JSON, "this document")]
    return await json_document(request, "json", lambda: {"measures": held, "links": links})


def _declare(name: str, measure: Measure) -> None:
    """Declare the route of a measure, which takes what the measure declares."""
    query = queries[name] = DataParameters(partial(_describe, measure), partial(read, name))

    @routes.get(
        f"/analysis/{name}",
        **operation(operation_id("getMeasure", name), measure.title, media_types(FORMATS)),
    )
    async def measure_answer(
        request: Request, asked: Annotated[MeasureQuery, Depends(query)]
    ) -> Response:
        return await answer(request, asked)

    drawing = DataParameters(partial(_describe_picture, measure), partial(_read_picture, name))

    @pictures.get(
        f"/maps/{name}.{{kind}}",
        **operation(operation_id("getPicture", name), measure.title, list(PICTURES.values())),
    )
    async def picture(
        request: Request, kind: PictureKind, asked: Annotated[MeasureQuery, Depends(drawing)]
    ) -> Response:
        return await draw(request, one_of("format", kind, PICTURES), asked)


def _describe(measure: Measure, snapshot: Snapshot, layers: Sequence[Layer]) -> list[Schema]:
    """Describe what a measure takes as a table."""
    form = choice("f", FORMATS, "format of the answer")
    return [form, described(_LANG), *describe_question(measure, snapshot, layers)]


def _describe_picture(
    measure: Measure, snapshot: Snapshot, layers: Sequence[Layer]
) -> list[Schema]:
    """Describe what a measure takes as a picture."""
    return [described(language_of("the picture")), *describe_question(measure, snapshot, layers)]


async def read(name: str, request: Request) -> MeasureQuery:
    """Read what a measure is asked for, off the event loop where the query is long."""
    return await off_loop_if_long(request, measure_query, request, name, ["f", "lang"])


async def answer(request: Request, asked: MeasureQuery) -> Response:
    """Answer with one measure, of the businesses that filters choose."""
    name, given = asked.name, asked.given
    kind, lang = representation(request, given, FORMATS), named_language(given)
    headers = answer_headers(request, f"{kind} {lang}") | {"Content-Language": lang or FALLBACK}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    snapshot = snapshot_of(request)
    here = f"{base_url(request)}/analysis/{name}"
    described = {**given, "f": "csv"} if kind == CSVW else given
    shown = f"{printed_base(request)}/analysis/{name}" if kind == "xlsx" else here
    form = Form(kind, lang, with_query(shown, described))
    body = await queued(request, "measures", _written, snapshot, asked, form)
    if kind in _FILES:
        headers["Content-Disposition"] = f'attachment; filename="{name}{_FILES[kind]}"'
    if kind == "csv":
        about = with_query(here, {**given, "f": CSVW})
        headers["Link"] = f'<{about}>; rel="describedby"; type="{CSVM}"'
    return await send_body(request, body, FORMATS[kind][0], headers)


async def _read_picture(name: str, request: Request) -> MeasureQuery:
    """Read what a picture is asked for, off the event loop where the query is long."""
    one_of("format", request.path_params["kind"], PICTURES)
    return await off_loop_if_long(request, measure_query, request, name, ["lang"])


async def draw(request: Request, kind: str, asked: MeasureQuery) -> Response:
    """Answer with one measure as a picture to print, which bears its own address."""
    name, given = asked.name, asked.given
    lang = language(request, given)
    headers = answer_headers(request, f"{kind} {lang}") | {"Content-Language": lang}
    if has_already(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    snapshot = snapshot_of(request)
    address = with_query(f"{printed_base(request)}/maps/{name}.{kind}", {**given, "lang": lang})
    body = await queued(request, "pictures", _written, snapshot, asked, Form(kind, lang, address))
    return Response(body, headers=headers, media_type=PICTURES[kind])


def _written(snapshot: Snapshot, asked: MeasureQuery, form: Form) -> bytes:
    """Compute a measure, and write it as a table or draw it as a picture."""
    finding = choose_classes(_found(snapshot, asked), asked.given)
    lang = form.lang or FALLBACK
    said = attributions(snapshot, asked.measure.rests_on, lang, finding.basis.sources)
    if form.kind in PICTURES:
        return draw_picture(finding, form.kind, lang, form.address, said, snapshot)
    settings = TableSettings(form.lang, form.address, said)
    if form.kind == CSVW:
        known = sources_of(snapshot, asked.measure.rests_on, finding.basis.sources)
        return csv_metadata(finding, snapshot, settings, known)
    return table(finding, form.kind, snapshot, settings)


def _found(snapshot: Snapshot, asked: MeasureQuery) -> MeasureResult:
    wanted, given, selection = asked.measure, asked.given, asked.selection
    names = {parameter.name for parameter in wanted.parameters}
    own = {k: v for k, v in given.items() if k in names}
    if wanted.of is None or selection is None:
        assert wanted.alone is not None  # noqa: S101 # a measure is one of the two
        return wanted.alone(snapshot, own)
    businesses = snapshot.layers["businesses"]
    rows = resting_on(businesses, select_rows(businesses, selection), given)
    sample = point_sample(businesses, rows)
    where = {k: v for k, v in given.items() if k in selecting(businesses) and k not in names}
    finding = replace(wanted.of(snapshot, sample, own), filters=where)
    demonstration = DEMONSTRATION.read(given)
    return withhold_verdicts(
        finding, wanted.verdicts, made_up=sample.made_up, demonstration=demonstration
    )


for _name, _measure in MEASURES.items():
    _declare(_name, _measure)


@pictures.get("/maps/{measure}.{kind}", include_in_schema=False)
@routes.get("/analysis/{measure}", include_in_schema=False)
async def unknown(measure: str) -> Response:
    """Refuse a measure that there is not.

    Raises:
        NotFoundError: always.
    """
    raise no_measure(measure)
