"""The second page of a report: businesses of the dong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geo.serving.analysis.composition import category_mix
from geo.serving.analysis.coverage import NOT_COVERED
from geo.serving.analysis.density import density
from geo.serving.analysis.result import Evidence, MeasureResult
from geo.serving.analysis.sample import PointSample, drop_simulated, point_sample
from geo.snapshot.coverage import WHOLE, covered_outline, covered_share
from geo.snapshot.reader import Snapshot
from maps.print import charts
from maps.print.encodings import Encoding
from maps.print.paper import Frame, Page
from maps.reports.sheet import (
    MAP_MM,
    NAMES_MM,
    Dong,
    dong_heading,
    draw_area_map,
    draw_head,
    draw_largest,
    map_beside_legend,
    page_evidence,
    report_text,
)

_PER_HA: Final = Encoding(("per_ha",))
_PER_KM2: Final = Encoding(("per_km2",), by=("dong",))


def trade_page(dong: Dong, page: Page, address: str) -> Page:
    """Draw the second page: businesses by kind and place, and protected counts of operators."""
    sample = real_businesses(dong.snapshot, [dong.code])
    if not sample.n:
        return _establishments(dong, page, address)
    result = density(dong.snapshot, sample, {"scale": "hex"})
    evidence = page_evidence(result, sample.basis, dong.city.operators.caveats)
    heading = dong_heading(page, dong, "businesses")
    frame = draw_head(page, dong.snapshot, heading, evidence, ["businesses"], address)
    pairs = zip(result.shapes or (), result.rows, strict=True)
    occupied = [(shapely.geometry.shape(shape), row) for shape, row in pairs if row["count"]]
    shapes, rows = zip(*occupied, *_uncovered_part(dong), strict=True)
    title = report_text(page, "businesses per hectare")
    content = (shapes, rows, _PER_HA)
    draw_area_map(page, map_beside_legend(frame), dong.city, [dong.row], title, content)
    _kinds(page, frame, dong, sample)
    return page


def real_businesses(snapshot: Snapshot, codes: Sequence[str]) -> PointSample:
    """Select the businesses of dong that are in a list, and not simulated."""
    layer = snapshot.layers["businesses"]
    chosen = layer.select({"dong_code": list(codes)})
    return point_sample(layer, drop_simulated(layer, chosen))


def _uncovered_part(dong: Dong) -> list[tuple[Any, Mapping[str, Any]]]:
    """Compute the part of the dong that no list of businesses covers, as an area of its own."""
    known = covered_outline(dong.snapshot.manifest["coverage"]["businesses"])
    beyond = shapely.Polygon() if known is None else shapely.difference(dong.outline, known)
    return [] if beyond.is_empty else [(beyond, {"per_ha": None, "coverage": NOT_COVERED})]


def _kinds(page: Page, frame: Frame, dong: Dong, sample: PointSample) -> None:
    """Draw bars of the kinds on the right, and two lines below them."""
    left = frame.left + MAP_MM + 10
    page.text(left, frame.top - 3, report_text(page, "businesses by kind"), 9.5)
    counts = Counter(sample.values("category")).most_common()
    rows = [{"category": kind, "count": count} for kind, count in counts]
    encoding = Encoding(("count",), by=("category",))
    at = Frame(left, frame.bottom + 23, frame.right - left, frame.height - 31)
    name = charts.row_namer(dong.snapshot, encoding, page)
    charts.draw_bars(page, at, rows, encoding, name, names_mm=NAMES_MM)
    evenly = category_mix(dong.snapshot, sample, {"scale": "dong"}).rows
    if evenly:
        text = report_text(page, "kinds, as many as if all were equally common")
        number = page.words.number(evenly[0]["hill_1"], 1)
        page.text(left, frame.bottom + 15, f"{text}: {number}", 9)
    text = report_text(page, "covered by the lists of businesses")
    page.text(left, frame.bottom + 8, f"{text}: {page.words.percent(listed_share(dong))}", 9)
    sentence = operators_text(page, dong)
    page.text(left, frame.bottom + 1, f"{report_text(page, 'foreign-run shops')}: {sentence}", 9)


def _establishments(dong: Dong, page: Page, address: str) -> Page:
    """Draw establishments of the census in every dong, where no list has a business."""
    layer = dong.snapshot.layers["dong"]
    places = np.arange(layer.count)
    counts = layer.records(places, ["id", "establishments_2020", "area_km2", "source_date"])
    rows = [
        {"dong": record["id"], "per_km2": record["establishments_2020"] / record["area_km2"]}
        for record in counts
    ]
    mine = counts[dong.row]
    result = MeasureResult(
        measure="establishments",
        title="",
        method="Establishments of the census of 2020 over the true area of each dong.",
        basis=Evidence(
            mine["establishments_2020"], {}, (mine["source_date"],) * 2, {"observed": 1.0}
        ),
        parameters={},
        columns=(),
        rows=(),
    )
    heading = dong_heading(page, dong, "businesses")
    frame = draw_head(page, dong.snapshot, heading, result, ["dong"], address)
    left = frame.left + MAP_MM + 10
    nothing = page.face.first_lines(report_text(page, _nothing(dong)), 9.5, frame.right - left, 2)
    page.lines(left, frame.top - 3, nothing, 9.5, 4.8)
    title = report_text(page, "establishments per km², census of 2020")
    content = (dong.city.outlines, rows, _PER_KM2)
    draw_area_map(page, map_beside_legend(frame), dong.city, [dong.row], title, content)
    draw_largest(
        page,
        frame,
        dong,
        report_text(page, "dong with the most establishments per km²"),
        (rows, _PER_KM2),
    )
    return page


def _nothing(dong: Dong) -> str:
    """Explain why no business is shown: the lists have none there, or do not cover the dong."""
    if listed_share(dong) > 1 - WHOLE:
        return "no businesses in the data"
    return "the lists of businesses do not cover this dong"


def listed_share(dong: Dong) -> float:
    """Compute the share of the dong that the lists of businesses cover, 0 to 1."""
    covers = dong.snapshot.manifest["coverage"]["businesses"]
    return float(covered_share(np.array([dong.outline]), covers)[0])


def operators_text(page: Page, dong: Dong) -> str:
    """Word the protected count: shown, hidden, zero and missing must not be confused."""
    states = {
        "hidden": "hidden to protect owners",
        "missing": "not collected",
        "zero": "no business",
    }
    rows = [row for row in dong.city.operators.rows if row["area"] == dong.code]
    state = rows[-1]["state"] if rows else "missing"
    if state in states:
        return report_text(page, states[state])
    return report_text(page, "about %(n)s", n=page.words.number(rows[-1]["count"]))
