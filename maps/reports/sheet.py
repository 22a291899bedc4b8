"""Parts that the pages of a report share: head, footer, and a map with its legend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely

from geo.core.crs import in_metres
from geo.serving.analysis.changes import residents
from geo.serving.analysis.operators import operators
from geo.serving.analysis.profiles import profiles
from geo.serving.analysis.result import Evidence, MeasureResult, Row
from geo.serving.formats.export import attributions
from geo.snapshot.reader import Snapshot
from maps.print import charts, map_frame, scale_north_legend
from maps.print.encodings import Encoding
from maps.print.footer import lay_out_footer
from maps.print.legend_entries import legend_entries
from maps.print.paper import HEIGHT_MM, MARGIN_MM, QUIET, WIDTH_MM, Frame, Page
from maps.style.colours import ACCENT

CONTEXT: Final = "report"
LABELS: Final = (
    "residents", "businesses", "total", "foreign", "foreign share",
    "foreign residents as %% of residents, %(year)s",
    "establishments per km², census of 2020", "dong with the most establishments per km²",
    "the whole city",
    "businesses by kind", "businesses per hectare", "no businesses in the data",
    "the lists of businesses do not cover this dong", "covered by the lists of businesses",
    "kinds, as many as if all were equally common", "foreign-run shops",
    "comparison of %(n)s dong",
    "below each figure: rank among %(n)s dong, 1 the largest · –: the census gives no figure",
    "Of these dong, %(most)s has the largest share of foreign residents (%(high)s, rank %(rank)s "
    "among %(n)s dong) and %(least)s the smallest (%(low)s, rank %(last)s); in the whole city it "
    "is %(city)s.",
    "From %(first)s to %(last)s the share changed most in %(name)s: from %(before)s to %(after)s.",
    "The share of one-person households is largest in %(name)s (%(high)s; the whole city: "
    "%(city)s).",
    "Establishments per km² are most in %(name)s (%(high)s; the whole city: %(city)s).",
    "%(value)s of the residents of %(name)s are foreign (rank %(rank)s among %(n)s dong); in the "
    "whole city it is %(city)s.",
    "From %(first)s to %(last)s the share went from %(before)s to %(after)s.",
    "%(value)s of its households are of one person (rank %(rank)s; the whole city: %(city)s).",
    "It has %(value)s establishments per km² (rank %(rank)s; the whole city: %(city)s).",
    "share of foreign residents, three censuses",
    "≈ estimated: a dong that was split is shared out", "grey: the other dong",
    "0: none in the part that the lists cover · –: not covered, nothing is known",
    "hidden to protect owners", "not collected", "no business", "about %(n)s",
)  # fmt: skip
MAP_MM: Final = 172.0
NAMES_MM: Final = 34.0
_LEGEND_MM: Final = 52.0
_INSET_MM: Final = (48.0, 42.0)
_BESIDE_MM: Final = MAP_MM - _LEGEND_MM  # width of a map beside its legend
_SHOWN: Final = 15  # dong with the largest values
_BARS_BELOW_MM: Final = 20.0  # the top of a page, where a sentence stands


class City:
    """What every dong of a report is compared with; each part is computed once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def residents(self) -> MeasureResult:
        """Foreign residents by dong, as an index over the censuses."""
        return residents(self.snapshot, {"group": "foreign"})

    @cached_property
    def all_residents(self) -> MeasureResult:
        """All residents by dong, over the censuses."""
        return residents(self.snapshot, {"group": "total"})

    @cached_property
    def profiles(self) -> dict[str, Row]:
        """The profile of each dong, by its code."""
        return {row["code"]: row for row in profiles(self.snapshot, {}).rows}

    @cached_property
    def profile(self) -> MeasureResult:
        """The profile of the whole city."""
        return profiles(self.snapshot, {"scale": "city"})

    @cached_property
    def operators(self) -> MeasureResult:
        """Protected counts of shops that foreigners run, by dong."""
        return operators(self.snapshot, {"scale": "dong"})

    @cached_property
    def outlines(self) -> Any:
        """The outlines of the dong, lon/lat, in the order of their layer."""
        layer = self.snapshot.layers["dong"]
        return layer.geometries(np.arange(layer.count))


@dataclass(frozen=True)
class Dong:
    """The dong of a report."""

    city: City
    code: str
    row: int
    names: Mapping[str, Any]

    @property
    def snapshot(self) -> Snapshot:
        """The data."""
        return self.city.snapshot

    @property
    def outline(self) -> Any:
        """The outline, lon/lat."""
        return self.city.outlines[self.row]


def draw_head(
    page: Page,
    snapshot: Snapshot,
    heading: tuple[str, str],
    result: MeasureResult,
    layers: Sequence[str],
    address: str,
) -> Frame:
    """Draw title, subject and footer; returns the frame between them."""
    y = HEIGHT_MM - MARGIN_MM - 4.5
    title, subject = heading
    page.text(MARGIN_MM, y, title, 16)
    page.text(WIDTH_MM - MARGIN_MM, y, subject, 9.5, ha="right", color=QUIET)
    sources = attributions(snapshot, layers, page.words.lang, result.basis.sources)
    below = lay_out_footer(page, result, sources, address)
    below.print(page)
    bottom = MARGIN_MM + below.height_mm + 3
    return Frame(MARGIN_MM, bottom, WIDTH_MM - 2 * MARGIN_MM, y - 4 - bottom)


def dong_heading(page: Page, dong: Dong, about: str) -> tuple[str, str]:
    """Return the title of a page on one dong, and its subject."""
    title = f"{dong.names['name_ko']}  {dong.names['name_en']}"
    return title, f"{report_text(page, about)} · {dong.code}"


def map_beside_legend(frame: Frame) -> tuple[Frame, Frame]:
    """Divide the left of a page into a map below its title, and a legend beside it."""
    at = Frame(frame.left, frame.bottom, _BESIDE_MM, frame.height - 6)
    return at, Frame(at.right + 5, frame.bottom, _LEGEND_MM - 5, at.height)


def draw_area_map(
    page: Page,
    frames: tuple[Frame, Frame],
    city: City,
    marked: Sequence[int],
    title: str,
    content: tuple[Sequence[Any], Sequence[Mapping[str, Any]], Encoding],
) -> None:
    """Draw a map below its title, and its legend.

    Args:
        page: to draw on.
        frames: of the map and of its legend.
        city: the data.
        marked: rows of the dong that are outlined; several are numbered too.
        title: of the map.
        content: areas (lon/lat), their rows, and how these are drawn.
    """
    (at, beside), (outlines, rows, encoding) = frames, content
    page.text(at.left, at.top + 3, title, 9.5)
    shapes = list(shapely.transform(np.array(outlines, dtype=object), in_metres))
    legend = legend_entries(rows, encoding, encoding.columns[0], page.words)
    near, far = map_frame.separate_islands(shapes)
    extent = map_frame.draw_areas(page, at, city.snapshot, shapes, legend, near)
    _mark(page, at, extent, city, marked)
    scale_north_legend.draw_scale_bar(page, at, extent)
    if far:
        smaller = min(1.0, at.height / at.width) * min(1.0, at.width / _BESIDE_MM)
        corner = Frame(at.left, at.bottom, *(side * smaller for side in _INSET_MM))
        beyond = map_frame.draw_areas(page, corner, city.snapshot, shapes, legend, far)
        _mark(page, corner, beyond, city, marked)
    scale_north_legend.draw_north_arrow(page, at)
    scale_north_legend.draw_legend(page, beside, legend, encoding, streets=extent.near)


def _mark(
    page: Page, at: Frame, extent: map_frame.Extent, city: City, marked: Sequence[int]
) -> None:
    """Mark dong by a line that no other border has, and name all."""
    metric = shapely.transform(city.outlines[list(marked)], in_metres)
    edges = [shapely.get_coordinates(part.exterior) for part in shapely.get_parts(metric)]
    map_frame.place_map(page, at, extent).lines(edges, 0, color=ACCENT, linewidth=2.2)
    numbered = marked if len(marked) > 1 else ()
    map_frame.draw_names(page, at, city.snapshot, extent, numbered)


def draw_largest(
    page: Page,
    frame: Frame,
    dong: Dong,
    title: str,
    content: tuple[Sequence[Mapping[str, Any]], Encoding],
) -> None:
    """Draw bars of the dong with the largest values, and of this one if it is not among them."""
    rows, encoding = content
    column = encoding.columns[0]
    ranked = sorted(rows, key=lambda row: -row[column])
    shown = ranked[:_SHOWN]
    shown += [row for row in ranked[_SHOWN:] if row["dong"] == dong.code]
    left = frame.left + MAP_MM + 10
    at = Frame(left, frame.bottom, frame.right - left, frame.height - _BARS_BELOW_MM)
    page.text(left, at.top + 4, title, 9.5)
    name = charts.row_namer(dong.snapshot, encoding, page)
    charts.draw_bars(page, at, shown, encoding, name, names_mm=NAMES_MM)


def page_evidence(like: MeasureResult, basis: Evidence, caveats: Sequence[str]) -> MeasureResult:
    """Combine the method of a measure with the evidence of a page for its footer."""
    return replace(like, basis=basis, caveats=tuple(caveats), rows=(), shapes=None)


def report_text(page: Page, label: str, **values: str) -> str:
    """Translate a word of the report."""
    text = page.words.coded(CONTEXT, label)
    return text % values if values else text
