"""One page of the features that a query chooses, and the way to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from api.http.links import (
    GEOJSON,
    HTML,
    JSON,
    QUERYABLES,
    SCHEMA,
    Link,
    encoded_pair,
    link,
    with_pairs,
)
from api.parameters.filters import select_rows
from api.parameters.items_query import ItemsQuery, cursor
from api.responses.downloads import FILES
from geo.serving.query.order import cursor_at, first_rows, row_after, rows_after
from geo.snapshot.layer import Layer
from geo.snapshot.value_index import Rows

_OF_PAGES: Final = ("f", "limit", "offset", "cursor")
OTHERS: Final = {
    "html": (HTML, "this page for people"),
    **{name: (file.media_type, f"all that match: {file.title}") for name, file in FILES.items()},
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
    """Collect the features of one page."""
    sort_keys = query.sort_keys
    if query.selection.is_everything and not sort_keys:
        at = query.offset if query.place is None else row_after(layer, query.place)
        passed = min(at, layer.count)
        page = np.arange(passed, min(passed + query.page_size, layer.count))
        return ItemsPage(page, layer.count, passed)
    rows = select_rows(layer, query.selection)
    matched = len(rows)
    if query.place is not None:
        rows = rows_after(layer, rows, sort_keys, query.place)
        return ItemsPage(
            first_rows(layer, rows, sort_keys, query.page_size), matched, matched - len(rows)
        )
    passed = min(query.offset, matched)
    page = first_rows(layer, rows, sort_keys, passed + query.page_size)[passed:]
    return ItemsPage(page, matched, passed)


def page_links(base: str, layer: Layer, query: ItemsQuery, page: ItemsPage) -> list[Link]:
    """Link to this page, its neighbours and the collection."""
    here = f"{base}/collections/{layer.id}"
    href, given = f"{here}/items", _encoded(query.given)

    def to(rel: str, title: str, **changed: str) -> Link:
        pairs = {**given, **_encoded(changed)}
        return link(rel, with_pairs(href, pairs.values()), GEOJSON, title)

    links, limit = [to("self", "this page")], str(query.page_size)
    if not page.is_last:
        if "offset" in given:
            beyond = {"offset": str(page.passed + len(page.rows))}
        else:
            beyond = {"cursor": cursor(cursor_at(layer, int(page.rows[-1]), query.sort_keys))}
        links.append(to("next", "next page", limit=limit, **beyond))
    if page.passed > 0:
        given.pop("cursor", None)
        before = max(page.passed - query.page_size, 0)
        links.append(to("prev", "previous page", limit=limit, offset=str(before)))
    links.append(link("collection", here, JSON, str(layer.meta["title"])))
    links.append(link(QUERYABLES, f"{here}/queryables", SCHEMA, "what filters may name"))
    return [*links, *_alternates(href, given)]


def _encoded(given: Mapping[str, str]) -> dict[str, str]:
    """Encode parameters, each once for all links."""
    return {name: encoded_pair(name, text) for name, text in given.items()}


def _alternates(href: str, given: Mapping[str, str]) -> list[Link]:
    """The same as a page, and all of it as files; the parameters are encoded."""
    same = [pair for name, pair in given.items() if name != "f"]
    whole = [pair for name, pair in given.items() if name not in _OF_PAGES]
    page, file = (f"{with_pairs(href, pairs)}{'&' if pairs else '?'}f=" for pairs in (same, whole))
    return [
        link("alternate", f"{page if name == 'html' else file}{name}", kind, title)
        for name, (kind, title) in OTHERS.items()
    ]
