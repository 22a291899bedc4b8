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
from maps.pages.eat.walking import Origin, stands_in
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
    found = _search(guide, view)
    view = replace(view, start=view.start if view.start < len(found.places) else 0)
    values = {
        "view": view,
        "base": base,
        "map_size": SIZE,
        "query": query_of,
        "asked": {name: value for name, value in vars(view).items() if value},
        "emergency": emergency(guide.directory, words),
        "closed": reports.closed,
        "recent_days": RECENT_DAYS,
        "date": snapshot_day(snapshot),
        "credits": credits_of(snapshot, LAYERS, words.lang),
        **_result_values(found, view, words),
        **_filter_values(guide, view, words),
        **_script_values(guide, found.corner, reports, words),
    }
    return render("eat.html", site, values)


@dataclass(frozen=True)
class _Found:
    """What a view finds, before it is divided into screens.

    Attributes:
        places: with a mark on the map, in the order of the list.
        helplines: to call from anywhere.
        corner: that minutes are counted from; None for exit 1.
        origin: the point of either; None where the data have none.
    """

    places: Sequence[Spot]
    helplines: Sequence[Spot]
    corner: Corner | None
    origin: Origin | None


def _search(guide: Guide, view: Eat) -> _Found:
    """Find what a view asks for, nearest first from the reader's corner."""
    spots = guide.directory.tagged("t:eat") if is_opening(view) else find(guide, view)
    corner = guide.corners.get(view.near or "")
    if corner:
        spots = from_corner(spots, corner, in_order=not view.q)
    return _Found(
        places=[spot for spot in spots if spot.layer != "helplines"],
        helplines=[spot for spot in spots if spot.layer == "helplines"],
        corner=corner,
        origin=corner.origin if corner else guide.directory.origin,
    )


def _result_values(found: _Found, view: Eat, words: Words) -> dict[str, Any]:
    """Collect the screen of results that a view starts with, for map and list."""
    opening = is_opening(view)
    shown = found.places[view.start : view.start + (FIRST if opening else SHOWN)]
    return {
        "opening": opening,
        "found": len(found.places) + len(found.helplines),
        "results": [result(spot, words, n) for n, spot in enumerate(shown, view.start + 1)],
        "places": len(found.places),
        "lines": [result(spot, words) for spot in found.helplines],
        "map": mark_map(shown, found.origin, view.start + 1),
        "corner": found.corner.name(words.lang)[0] if found.corner else "",
        "stand_in": found.corner is None and stands_in(found.origin),
        "turn": _turn(view, words.lang, len(found.places)),
    }


def _filter_values(guide: Guide, view: Eat, words: Words) -> dict[str, Any]:
    """Collect the ways to go on from a view."""
    return {
        "tasks": tasks(guide.directory, view, words),
        "rail": rail(guide.directory, view, words),
        "kitchens": rail(guide.directory, Eat(), words).choices,
        "certified": bool(guide.directory.tagged("h:certified")),
        "instead": instead(guide.index, view, words.lang),
    }


def _script_values(
    guide: Guide, corner: Corner | None, reports: Reports, words: Words
) -> dict[str, Any]:
    """Collect what the script needs to search by itself."""
    hours = dict.fromkeys(spot.hours for spot in guide.directory.spots if spot.hours)
    return {
        "script": {
            **script_data(guide, words),
            "closed": reports.closed,
            "near": corner.script_data() if corner else None,
        },
        "hours_by_notation": {
            notation: "; ".join(format_opening_hours(notation, words)) for notation in hours
        },
    }


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
