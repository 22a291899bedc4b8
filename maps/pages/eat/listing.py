"""The visitors' page: search, six tasks, kitchens, and the places found, on a map and in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from geo.snapshot.reader import Snapshot
from maps.i18n import Words
from maps.pages.eat.choices import FILTERS, RAILS, instead, query_of, rail, tasks
from maps.pages.eat.corners import Corner, from_corner, read_corners
from maps.pages.eat.labels import kind_line, labels, names_of, own_country
from maps.pages.eat.marks import mark_map
from maps.pages.eat.plane import SIZE
from maps.pages.eat.reports import NO_REPORTS, RECENT_DAYS, Reports
from maps.pages.eat.same_office import list_once
from maps.pages.eat.search import MOST_LETTERS, Index
from maps.pages.eat.spots import EMERGENCY, HALAL_ORDER, Directory, Spot, read_directory
from maps.pages.eat.walking import stands_in
from maps.pages.view_state import Eat
from maps.web.attribution import credits_of
from maps.web.opening_hours import format_opening_hours
from maps.web.page import Page, Site
from maps.web.render import render

SHOWN: Final = 20  # results at a time
FIRST: Final = 3  # on the opening page
LAYERS: Final = ("businesses", "centres", "helplines", "landmarks", "stations", "streets", "tracks")


@dataclass(frozen=True)
class Guide:
    """Everything visitors can find in one snapshot, made ready to be searched.

    Attributes:
        directory: what there is.
        index: the same, searchable.
        corners: where codes to scan hang, by code.
    """

    directory: Directory
    index: Index
    corners: Mapping[str, Corner] = field(default_factory=dict)


def read_guide(snapshot: Snapshot) -> Guide:
    """Make everything that visitors can find in a snapshot ready to be searched."""
    directory = list_once(read_directory(snapshot))
    return Guide(directory, Index(directory.spots), read_corners(snapshot))


@dataclass(frozen=True)
class Result:
    """A spot as the list shows it.

    Attributes:
        spot: what was found.
        names: with their languages, the reader's first.
        kind: what it is.
        number: its place in the list; None for a helpline.
        languages: that it speaks, in the reader's words.
    """

    spot: Spot
    names: Sequence[tuple[str, str]]
    kind: str
    number: int | None
    languages: str


def known_view(guide: Guide, view: Eat) -> Eat:
    """Leave out of a view what there is not, because nobody typed it.

    Args:
        guide: what there is.
        view: search and filters, whatever the address says.
    """
    unknown = [
        name
        for name, kind in FILTERS.items()
        if (value := getattr(view, name)) and f"{kind}:{value}" not in guide.directory.tags
    ]
    if view.near not in guide.corners:
        unknown.append("near")
    left_out: dict[str, Any] = dict.fromkeys(unknown)
    return replace(view, **left_out)


def find(guide: Guide, view: Eat) -> list[Spot]:
    """List what a view asks for.

    Args:
        guide: what there is.
        view: search and filters.
    """
    wanted = {f"{kind}:{value}" for name, kind in FILTERS.items() if (value := getattr(view, name))}
    return [spot for spot in guide.index.find(view.q) if wanted <= set(spot.tags)]


def is_opening(view: Eat) -> bool:
    """Tell whether a view asks for nothing."""
    return replace(view, start=0, near=None) == Eat()


def page(
    guide: Guide,
    snapshot: Snapshot,
    view: Eat,
    site: Site,
    base: str,
    reports: Reports = NO_REPORTS,
) -> Page:
    """Render the page for one view.

    Args:
        guide: what there is.
        snapshot: for credits and dates.
        view: search and filters.
        site: language of the reader.
        base: address of the service, without a slash at its end.
        reports: what visitors say of places.
    """
    words = Words(site.lang)
    opening = is_opening(view)
    found = guide.directory.tagged("t:eat") if opening else find(guide, view)
    corner = guide.corners.get(view.near or "")
    if corner:
        found = from_corner(found, corner, in_order=not view.q)
    origin = corner.origin if corner else guide.directory.origin
    places = [spot for spot in found if spot.layer != "helplines"]
    lines = [spot for spot in found if spot.layer == "helplines"]
    view = replace(view, start=view.start if view.start < len(places) else 0)
    shown = places[view.start : view.start + (FIRST if opening else SHOWN)]
    results = [result(spot, words, n) for n, spot in enumerate(shown, view.start + 1)]
    values = {
        "view": view,
        "base": base,
        "ground": SIZE,
        "opening": opening,
        "found": len(found),
        "results": results,
        "places": len(places),
        "lines": [result(spot, words) for spot in lines],
        "emergency": emergency(guide.directory, words),
        "map": mark_map(shown, origin, view.start + 1),
        "stand_in": corner is None and stands_in(origin),
        "turn": _turn(view, site.lang, len(places)),
        "query": query_of,
        "date": snapshot_day(snapshot),
        "asked": {name: value for name, value in vars(view).items() if value},
        "corner": corner.name(words.lang)[0] if corner else "",
        "closed": reports.closed,
        "recent_days": RECENT_DAYS,
        "script": {
            **script_data(guide, words),
            "closed": reports.closed,
            "near": corner.script_data() if corner else None,
        },
        "hours_by_notation": {
            spot.hours: "; ".join(format_opening_hours(spot.hours, words))
            for spot in guide.directory.spots
            if spot.hours
        },
        "credits": credits_of(snapshot, LAYERS, words.lang),
        "tasks": tasks(guide.directory, view, words),
        "rail": rail(guide.directory, view, words),
        "kitchens": rail(guide.directory, Eat(), words).choices,
        "certified": bool(guide.directory.tagged("h:certified")),
        "instead": instead(guide.index, view, words.lang),
    }
    return render("eat.html", site, values)


def _turn(view: Eat, lang: str, count: int) -> dict[str, str | None]:
    """Queries of the results before and after; None where there are none."""
    before, after = view.start - SHOWN, view.start + SHOWN
    return {
        "before": query_of(view, lang, start=max(0, before)) if view.start else None,
        "after": query_of(view, lang, start=after) if after < count else None,
    }


def result(spot: Spot, words: Words, number: int | None = None) -> Result:
    """Describe a spot for the list.

    Args:
        spot: what was found.
        words: the reader's language.
        number: its place in the list.
    """
    spoken = words.listed([words.language(code) for code in spot.codes("l")])
    return Result(spot, names_of(spot, words.lang), kind_line(spot, words), number, spoken)


def emergency(directory: Directory, words: Words) -> list[Result]:
    """List the three numbers that every page holds ready."""
    known = [directory.by_id[number] for number in EMERGENCY if number in directory.by_id]
    return [result(spot, words) for spot in known]


def snapshot_day(snapshot: Snapshot) -> str | None:
    """Find the newest date of the lists that name places."""
    layer = snapshot.layers["businesses"]
    rows = layer.select({"for_visitors": [True]})
    days = [row["source_date"] for row in layer.records(rows, ["source_date"])]
    return max(filter(None, days), default=None)


def script_data(guide: Guide, words: Words) -> dict[str, Any]:
    """Collect what the script needs of the reader's language."""
    return {
        "lang": words.lang,
        "own": own_country(words.lang),
        "labels": labels(guide.directory, words),
        "letters": MOST_LETTERS,
        "rails": RAILS,
        "halal": HALAL_ORDER,
        "shown": SHOWN,
        "first": FIRST,
    }
