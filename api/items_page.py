"""One page of the features that a query chooses, and the way to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.downloads import FILES
from api.items_query import ItemsQuery, cursor
from api.links import GEOJSON, HTML, JSON, Link, link, with_query
from api.selection import selected
from geo.query.order import after, first, place_at
from geo.store import Layer, Rows

OTHERS: Final = {
    "html": (HTML, "this page for people"),
    **{name: (one.media_type, f"all that match: {one.title}") for name, one in FILES.items()},
}


@dataclass(frozen=True)
class ItemsPage:
    """A page of features.

    Attributes:
        rows: their row numbers, in the order asked for.
        matched: number of all features that the query chooses.
        passed: how many of those come before this page.
    """

    rows: Rows
    matched: int
    passed: int

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.passed + len(self.rows) >= self.matched


def items_page(layer: Layer, query: ItemsQuery) -> ItemsPage:
    """The features of one page."""
    rows, keys = selected(layer, query.chosen), query.keys
    matched = len(rows)
    if query.place is not None:
        rows = after(layer, rows, keys, query.place)
        return ItemsPage(first(layer, rows, keys, query.page_size), matched, matched - len(rows))
    passed = min(query.offset, matched)
    page = first(layer, rows, keys, passed + query.page_size)[passed:]
    return ItemsPage(page, matched, passed)


def page_links(base: str, layer: Layer, query: ItemsQuery, page: ItemsPage) -> list[Link]:
    """Links to this page, its neighbours and the collection."""
    here, given = f"{base}/collections/{layer.id}", dict(query.given)

    def to(rel: str, title: str, **changed: str) -> Link:
        return link(rel, with_query(f"{here}/items", {**given, **changed}), GEOJSON, title)

    links, limit = [to("self", "this page")], str(query.page_size)
    if not page.is_last:
        if "offset" in given:
            beyond = {"offset": str(page.passed + len(page.rows))}
        else:
            beyond = {"cursor": cursor(place_at(layer, int(page.rows[-1]), query.keys))}
        links.append(to("next", "next page", limit=limit, **beyond))
    if page.passed > 0:
        given.pop("cursor", None)
        before = max(page.passed - query.page_size, 0)
        links.append(to("prev", "previous page", limit=limit, offset=str(before)))
    links.append(link("collection", here, JSON, str(layer.meta["title"])))
    return [*links, *(_alternate(f"{here}/items", given, name) for name in OTHERS)]


def _alternate(href: str, given: Mapping[str, str], name: str) -> Link:
    """The same as a page, or all of it as a file."""
    paging = ("limit", "offset", "cursor")
    kept = given if name == "html" else {k: v for k, v in given.items() if k not in paging}
    kind, title = OTHERS[name]
    return link("alternate", with_query(href, {**kept, "f": name}), kind, title)
