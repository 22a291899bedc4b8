"""The answer to "Where do they stand?": densities of one or two kinds on common classes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from geo.core.vocab import ALL
from geo.serving.analysis.coverage import COVERED
from geo.serving.analysis.result import MeasureResult, Row
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer, Panel
from maps.pages.analyse.chart import Charted, draw_chart
from maps.pages.analyse.class_choice import chosen_bounds, class_query, histogram
from maps.pages.analyse.ranking import names_of_units, ranked
from maps.pages.analyse.selection import Selection, compute_measure
from maps.pages.analyse.table_cells import INTERVAL
from maps.pages.analyse.unit_map import draw_units
from maps.pages.view_state import Analyse
from maps.print import labels
from maps.print.encodings import Encoding, encoding_of

_QUOTIENT: Final = ("quotient", "low", "high")
MORE, LESS, CLOSE = "more", "less", "close"
# ColorBrewer RdBu (Brewer, C., colorbrewer2.org).
_SHARES: Final = {
    MORE: (labels.MORE_OF_FIRST, "#0571b0"),
    LESS: (labels.MORE_OF_SECOND, "#ca0020"),
    CLOSE: (labels.ALIKE, "#e9e5db"),
}


def where_they_stand(snapshot: Snapshot, view: Analyse, words: Words) -> Answer:
    """Find where businesses stand: a map for each of one or two kinds, on common classes."""
    chosen = _sides(view)
    kinds = [kind for each in chosen for kind in each.kinds]
    found = [compute_measure(snapshot, "density", each, {"scale": view.scale}) for each in chosen]
    known = [row["per_ha"] for result in found for row in result.rows if row["per_ha"] is not None]
    bounds = tuple(chosen_bounds(view, known)) if known else ()
    classes = class_query(view, bounds if len(found) > 1 else ())
    encoding = replace(encoding_of(found[0]), bounds=bounds)
    panels = [
        density_panel(snapshot, each, result, encoding, words)
        for each, result in zip(chosen, found, strict=True)
    ]
    asked: list[tuple[str, Mapping[str, str]]] = [
        ("density", each.query | {"scale": view.scale} | classes) for each in chosen
    ]
    contrast = None
    if view.is_beside:
        panels.append(_simulated_alone(snapshot, view, encoding, words))
        asked.append(("density", _only_simulated(view).query | {"scale": view.scale} | classes))
    elif len(kinds) == 2:
        panel, contrast, request = _contrast(snapshot, view, words)
        panels += [panel] if panel else []
        asked.append(request)
    of_both = {row["unit"]: row for row in contrast.rows} if contrast else {}
    names = {
        unit: name
        for each in reversed(chosen)
        for unit, name in names_of_units(snapshot, each, view.scale, words).items()
    }
    rows = ranked(_of_either(found, of_both), names, "per_ha")
    densest = densest_unit(rows, view.scale)
    values = {"n": found[0].basis.n, "densest": densest, "per_ha": densest and densest["per_ha"]}
    columns = [("count", "count"), ("per_ha", "density")]
    if len(found) > 1:
        others = {row["unit"]: row for row in found[1].rows}
        rows = [_beside(row, others.get(row["unit"])) for row in rows]
        columns += [("count_against", "count"), ("per_ha_against", "density")]
    if contrast:
        rows = [{**row, **_quotient(of_both.get(row["unit"]))} for row in rows]
        columns.append(("quotient", INTERVAL))
    finding = "where" if densest else "where-unknown" if found[0].basis.n else "where-none"
    chart = draw_chart(rows, Charted("per_ha"), words)
    return Answer(finding, values, panels, rows, columns, asked, found[0], chart=chart)


def densest_unit(rows: Sequence[Row], scale: str) -> Row | None:
    """Return the first of ranked units that is at least half as large as the largest.

    A sliver of a hexagon at the edge of what is covered has a high density by few businesses.
    Dong differ in size by nature.
    """
    known = [row for row in rows if row["per_ha"] is not None]
    least = 0 if scale == "dong" else max((row["area_ha"] for row in known), default=0) / 2
    return next((row for row in known if row["area_ha"] >= least), None)


def _sides(view: Analyse) -> list[Selection]:
    """Select what is drawn side by side: one kind, two, or real ones and with simulated ones."""
    if view.is_beside:
        return [Selection((view.kind,), view.within, simulated) for simulated in (False, True)]
    kinds = [view.kind, *([view.against] if view.against else [])]
    return [Selection((kind,), view.within, view.counts_simulated) for kind in kinds]


def _only_simulated(view: Analyse) -> Selection:
    return Selection((view.kind,), view.within, simulated=True, only_simulated=True)


def _simulated_alone(snapshot: Snapshot, view: Analyse, encoding: Encoding, words: Words) -> Panel:
    """Draw the simulated ones alone, which are the difference of the two maps.

    There is no interval: they are made up to published totals and no sample of anything.
    """
    alone = _only_simulated(view)
    result = compute_measure(snapshot, "density", alone, {"scale": view.scale})
    return density_panel(snapshot, alone, result, encoding, words)


def density_panel(
    snapshot: Snapshot,
    chosen: Selection,
    result: MeasureResult,
    encoding: Encoding,
    words: Words,
) -> Panel:
    """Draw a density with its histogram, in given classes."""
    drawing = draw_units(snapshot, result, encoding, "per_ha", words)
    known = [row["per_ha"] for row in result.rows if row["per_ha"]]
    bars = histogram(known, encoding.bounds, words) if known and encoding.bounds else None
    return Panel(chosen.kinds, result, drawing, histogram=bars)


def _of_either(found: Sequence[MeasureResult], of_both: Mapping[str, Row]) -> list[Row]:
    """Return the rows of the first map, and one for each unit that only the second one draws.

    None of the first kind stand there; that is zero where the lists cover the unit for both.

    Args:
        found: densities of one kind, or of two.
        of_both: rows of the contrast by unit, whose coverage is that of both kinds.
    """
    rows = list(found[0].rows)
    drawn = {row["unit"] for row in rows}
    for row in (row for result in found[1:] for row in result.rows if row["unit"] not in drawn):
        none = 0 if of_both.get(row["unit"], row)["coverage"] == COVERED else None
        rows.append({**row, "count": none, "per_ha": none})
    return rows


def _quotient(row: Row | None) -> dict[str, float | None]:
    return {name: row[name] if row else None for name in _QUOTIENT}


def _beside(row: Row, other: Row | None) -> Row:
    return {
        **row,
        "count_against": other and other["count"],
        "per_ha_against": other and other["per_ha"],
    }


def _contrast(
    snapshot: Snapshot, view: Analyse, words: Words
) -> tuple[Panel | None, MeasureResult, tuple[str, Mapping[str, str]]]:
    """Compare two kinds: where the first has more than its share of both, and where less.

    Returns:
        The map, None where nothing is tested; the result; and what was asked for it.
    """
    assert view.against is not None  # noqa: S101 # two kinds are compared
    chosen = Selection((ALL,), view.within, view.counts_simulated)
    asked = {"first": view.kind, "second": view.against, "scale": view.scale}
    result = compute_measure(snapshot, "contrast", chosen, asked)
    request = ("contrast", chosen.query | asked)
    if all(row["p"] is None for row in result.rows):
        return None, result, request
    drawn = replace(result, rows=[{**row, "verdict": _verdict(row)} for row in result.rows])
    drawing = draw_units(snapshot, drawn, Encoding(("verdict",), kinds=_SHARES), "verdict", words)
    return Panel((view.kind, view.against), drawn, drawing), result, request


def _verdict(row: Row) -> str | None:
    if row["p"] is None:
        return None
    if not row["unusual"]:
        return CLOSE
    expected = row["quotient"] if row["quotient"] is not None else float(row["count"] > 0)
    return MORE if expected > 1 else LESS
