"""The analysts' page: a question about businesses, and the figure behind its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np

from geo.core.vocab import CATEGORIES, KINDS
from geo.serving.analysis.area_parameter import MOST_AREAS, RADII_M
from geo.serving.analysis.reach import MINUTES_WALKED
from geo.serving.analysis.releases import counted_kinds
from geo.serving.analysis.result import Column, MeasureResult, Row
from geo.serving.class_choice import CLASSES
from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.analyse.answer import Answer
from maps.pages.analyse.answers import answer
from maps.pages.analyse.area_comparison import area_name, sections, street_names
from maps.pages.analyse.cell_tips import cell_tips
from maps.pages.analyse.choices import (
    CITY,
    CLASSED,
    EVERY,
    QUESTION,
    QUESTIONS_OF_BUSINESSES,
    TARGETS,
    ZONE,
)
from maps.pages.analyse.class_choice import HEIGHT, WIDTH
from maps.pages.analyse.reach import target_title
from maps.pages.analyse.release_comparison import SIDES, register_choices
from maps.pages.analyse.table_cells import CONTEXT as CELLS
from maps.pages.analyse.table_cells import (
    INTERVAL,
    REAL,
    WITH_INTERVAL,
    WITH_SIMULATED,
    WORD,
    cell_writer,
    write_signed,
)
from maps.pages.view_state import BESIDE, Analyse, query_string
from maps.web.attribution import credits_of
from maps.web.page import Page, Site
from maps.web.render import render
from maps.web.svg_plane import SQUEEZE
from maps.wording.dong_names import dong_names
from maps.wording.prose import translate_sentence
from maps.wording.terms import column_title, kind_text

_NO_PLACES: Final = ("scales", "quotients", "clustering", "colocation", "list-agreement")
SHOWN: Final = 25  # rows of the table; the rest is in the files
EXAMPLE: Final = "radius:126.7949,37.3292,300"  # of an area that is typed: around the food street
_SIDES: Final = (REAL, WITH_SIMULATED)
_OF_BOTH: Final = ("quotient",)  # columns that compare the two kinds


def page(snapshot: Snapshot, view: Analyse, site: Site) -> Page:
    """Render the page for one view.

    Raises:
        BadParameterError: the question cannot be asked of these businesses.
    """
    words = Words(site.lang)
    found = answer(snapshot, view, words)
    values = {
        **_choices(snapshot, view, words),
        **_answered(found, view, words),
        "view": view,
        "snapshot_id": snapshot.version[:12],
        "credits": credits_of(snapshot, ["businesses", "dong"], words.lang),
    }
    return render("analyse-areas.html" if found.comparison else "analyse.html", site, values)


def _choices(snapshot: Snapshot, view: Analyse, words: Words) -> dict[str, Any]:
    """List what may be asked, and with which helpers the template writes it."""
    return {
        "query": query_string,
        "changed": replace,
        "questions": QUESTION.values,
        "of_businesses": QUESTIONS_OF_BUSINESSES,
        "kinds": [(kind, kind_title(kind, words)) for kind in KINDS],
        "title_of": lambda kind: kind_title(kind, words),
        "targets": [(target, target_title(target, words)) for target in TARGETS],
        "minutes": MINUTES_WALKED,
        "places": _places(snapshot, words),
        "most_areas": MOST_AREAS,
        "radii_m": RADII_M,
        "squeeze": SQUEEZE,
        "beside": BESIDE,
        "classes": CLASSES.values,
        "classed": CLASSED,
        "histogram_size": (WIDTH, HEIGHT),
        "example": EXAMPLE,
        "streets": _food_streets(snapshot, words),
        "sections": _sections(snapshot, words),
        "city": CITY,
        "registers": register_choices(snapshot, words),
        "every": EVERY,
        "released_kinds": [
            (kind, kind_title(kind, words)) for kind in counted_kinds(snapshot, view.register)
        ],
        "zone": ZONE,
        "of_shops": CATEGORIES,
        "signed": lambda number: write_signed(number, words),
        "listed_kinds": lambda codes: words.listed([kind_title(code, words) for code in codes]),
    }


def _answered(found: Answer, view: Analyse, words: Words) -> dict[str, Any]:
    """Describe the answer: its table, its charts, and what can be taken away."""
    columns = [
        (
            name,
            _column_title(found.result, name, kind, view, words),
            cell_writer(found.rows, name, kind, words),
            kind != WORD,
        )
        for name, kind in found.columns
    ]
    return {
        "found": found,
        "marked": view.unit or (view.place if view.question == "made-of" else ""),
        "columns": columns,
        "tips": cell_tips(found, columns, words),
        "shown": _shown(found.rows, view.unit),
        "selected": next(
            (row for row in found.rows if view.unit and row["unit"] == view.unit), None
        ),
        "column_name": lambda name: _title(found.result, name, view, words),
        "chart_title": found.chart and _chart_title(found, view, words),
        "tabs": _tabs(found),
        "method": translate_sentence(words, found.result.method),
        "caveats": [
            translate_sentence(words, text)
            for text in (*found.result.basis.caveats, *found.result.caveats)
        ],
        "taken": [
            (number, kind, urlencode({**asked, "lang": words.lang}))
            for number, (name, asked) in enumerate(found.asked)
            for kind in ("png", "pdf", *_tables(name, asked))
        ],
        "measures": found.asked,
    }


def _tables(name: str, asked: Mapping[str, str]) -> tuple[str, ...]:
    """List the formats of tables: of maps only where the rows of a measure are places.

    A picture of either release is one more of the same table.
    """
    if asked.get("show") in SIDES:
        return ()
    are_places = name not in _NO_PLACES and asked.get("of", "dong") == "dong"
    is_map = are_places and asked.get("scale") != "city"
    return ("xlsx", "csv", "csvw", *(("geojson", "fgb") if is_map else ()))


def kind_title(kind: str, words: Words) -> str:
    """Name what is counted."""
    if kind in TARGETS:
        return target_title(kind, words)
    return kind_text(words, kind)


def _places(snapshot: Snapshot, words: Words) -> list[tuple[str, str]]:
    names = dong_names(snapshot, words)
    dong = snapshot.layers["dong"]
    codes = [record["id"] for record in dong.records(np.arange(dong.count), ["id"])]
    return sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])


def _food_streets(snapshot: Snapshot, words: Words) -> list[tuple[str, str]]:
    ids = snapshot.layers["food-streets"].columns["id"].to_pylist()
    return [(code, area_name(f"street:{code}", {}, words)) for code in ids]


def _sections(snapshot: Snapshot, words: Words) -> list[tuple[str, str]]:
    names = street_names(snapshot, words)
    return [(text, area_name(text, names, words)) for text in sections(snapshot)]


def _tabs(found: Answer) -> list[str]:
    """List what a narrow screen shows one at a time."""
    has_map = bool(found.panels or found.comparison)
    parts = (("map", has_map), ("chart", bool(found.chart or found.comparison)), ("table", True))
    return [code for code, is_there in parts if is_there]


def _chart_title(found: Answer, view: Analyse, words: Words) -> str:
    assert found.chart is not None  # noqa: S101 # asked for where there is one
    name = found.chart.column
    if found.result.measure == "disagreements":  # the chart of it is that of the lists
        return column_title(words, "list-agreement", Column(name, name))
    return _title(found.result, name, view, words)


def _shown(rows: Sequence[Row], unit: str) -> list[Row]:
    """Select the first rows, and the selected one wherever it is."""
    first = list(rows[:SHOWN])
    return first + [row for row in rows[SHOWN:] if unit and row["unit"] == unit]


def _column_title(result: MeasureResult, name: str, kind: str, view: Analyse, words: Words) -> str:
    title = _title(result, name, view, words)
    return words.coded(CELLS, WITH_INTERVAL) % {"what": title} if kind == INTERVAL else title


def _title(result: MeasureResult, name: str, view: Analyse, words: Words) -> str:
    base = name.removesuffix("_against")
    described = next((column for column in result.columns if column.name == base), None)
    title = column_title(words, result.measure, described or Column(base, base))
    if view.is_beside:
        return f"{title}: {words.coded(CELLS, _SIDES[base != name])}"
    if not view.against or view.question != "where" or name in _OF_BOTH:
        return title
    return f"{title}: {kind_title(view.against if base != name else view.kind, words)}"
