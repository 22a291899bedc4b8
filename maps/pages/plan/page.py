"""The planners' page: up to five dong side by side, and the city beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from geo.core.vocab import CENSUS_YEARS
from geo.serving.analysis.neighbours import ISLANDS, neighbours
from geo.serving.analysis.profiles import FIGURES, profiles
from geo.serving.analysis.result import Row
from geo.serving.analysis.sample import point_sample
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.city_outline import Area, outline
from maps.pages.plan import scatter
from maps.pages.plan.choices import INDICATOR, MOST, SCALE
from maps.pages.plan.desks import MINUTES, spoken_desks
from maps.pages.residents import bound_format, format_value
from maps.pages.view_state import Plan, query_string
from maps.style import colours, slope
from maps.style.colours import Class, classes, spread_colours
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render
from maps.wording.dong_names import dong_names
from maps.wording.figures import figure_title, format_figure

_LAYERS: Final = ("residents", "households", "dong", "centres")


@dataclass(frozen=True)
class Choice:
    """A dong that can be chosen.

    Attributes:
        code: of the dong.
        name: name for the reader.
        name_ko: name in Korean.
        gu: name of its gu.
        number: its place among the chosen ones, from 1; 0 where it is not chosen.
        colour: of its lines and dots; "" where it is not chosen.
        query: the page with it added or taken away; "" where it can be neither.
    """

    code: str
    name: str
    name_ko: str
    gu: str
    number: int
    colour: str
    query: str


@dataclass(frozen=True)
class Verdict:
    """The local Moran's I of a chosen dong.

    Attributes:
        choice: the dong.
        quadrant: high or low, and the same of its neighbours; "" where it was not tested.
        p: two-sided; None where it was not tested.
        stands_out: whether it does with a false discovery rate of 5 %.
        stable: whether it does so however islands are treated.
    """

    choice: Choice
    quadrant: str
    p: float | None
    stands_out: bool
    stable: bool


def page(snapshot: Snapshot, view: Plan, site: Site) -> Page:
    """Render the page for one view."""
    words = Words(site.lang)
    rows = {row["code"]: row for row in profiles(snapshot, {}).rows}
    city = profiles(snapshot, {"scale": "city"}).rows[0]
    choices = _choices(snapshot, rows, view, words)
    chosen = sorted((each for each in choices if each.number), key=lambda each: each.number)
    maps = [(year, outline(snapshot, year, words, view.indicator)) for year in CENSUS_YEARS]
    legend = _legend(snapshot, [area for _, drawn in maps for area in drawn.areas], view.indicator)
    values = {
        "view": view,
        "query": query_string,
        "changed": replace,
        "choices": choices,
        "by_code": {each.code: each for each in choices},
        "chosen": chosen,
        "most": MOST,
        "city_map": outline(snapshot, max(CENSUS_YEARS), words),
        "rows": rows,
        "city": city,
        "figures": [(name, figure_title(name, words)) for name in FIGURES],
        "format_figure": lambda name, value: format_figure(name, value, words),
        "maps": maps,
        "indicators": INDICATOR.values,
        "scales": SCALE.values,
        "legend": legend,
        "format_value": lambda value: format_value(value, view.indicator, words),
        "bound": bound_format(legend, view.indicator, words),
        "slope": slope.slope_chart(snapshot, view.scale, view.dong),
        "slope_drawing": slope,
        "scatter": scatter.scatter(list(rows.values()), view.x, view.y, view.dong),
        "scatter_drawing": scatter,
        "verdicts": _verdicts(snapshot, chosen),
        "desks": spoken_desks(snapshot, words),
        "minutes": MINUTES,
        "years": CENSUS_YEARS,
        "snapshot_id": snapshot.version[:12],
        "credits": credits_of(snapshot, _LAYERS, words.lang),
    }
    return render("plan.html", site, values)


def _choices(snapshot: Snapshot, rows: Mapping[str, Row], view: Plan, words: Words) -> list[Choice]:
    names = dong_names(snapshot, words)
    gu_layer = snapshot.layers["gu"]
    gu_names = {
        record["id"]: str(record["name_ko" if words.lang == "ko" else "name_en"])
        for record in gu_layer.records(np.arange(gu_layer.count), ["id", "name_ko", "name_en"])
    }
    dong = snapshot.layers["dong"]
    records = dong.records(np.arange(dong.count), ["id", "name_ko", "gu_code"])
    return [
        _choice(record, names[record["id"]], gu_names[record["gu_code"]], view, words)
        for record in records
        if record["id"] in rows
    ]


def _choice(record: Mapping[str, Any], name: str, gu: str, view: Plan, words: Words) -> Choice:
    code = record["id"]
    number = view.dong.index(code) + 1 if code in view.dong else 0
    if number:
        others = tuple(each for each in view.dong if each != code)
    else:
        others = (*view.dong, code) if len(view.dong) < MOST else ()
    query = query_string(replace(view, dong=others), lang=words.lang) if others else ""
    colour = colours.CHOSEN[number - 1] if number else ""
    return Choice(code, name, record["name_ko"], gu, number, colour, query)


def _legend(snapshot: Snapshot, areas: Sequence[Area], indicator: str) -> list[Class]:
    bounds = snapshot.manifest["classes"]["residents"][indicator]
    shades = spread_colours(colours.SHARE, len(bounds))
    return classes([area.value for area in areas], bounds, shades)


def _verdicts(snapshot: Snapshot, chosen: Sequence[Choice]) -> list[Verdict]:
    """Read from the measure `neighbours` whether each chosen dong stands out by foreign share."""
    businesses = snapshot.layers["businesses"]
    nobody = point_sample(businesses, np.arange(0))  # residents alone have a part in it
    found = {row["dong_code"]: row for row in neighbours(snapshot, nobody, {}).rows}
    return [
        Verdict(
            each,
            row["quadrant"] if row["p"] is not None else "",
            row["p"],
            bool(row["stands_out"]),
            len(row["stands_out_with"].split(",")) == len(ISLANDS),
        )
        for each in chosen
        for row in [found[each.code]]
    ]
