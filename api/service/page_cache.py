"""Pages in memory: each built once, the one asked for least lately gives way."""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache

from api.http.compression import compress
from api.http.negotiation import ENCODINGS

KEPT: Final = 256  # pages, some 100 kB each

Key = tuple[Hashable, ...]  # the view, the site, and what else the page depends on


@dataclass(frozen=True)
class FinishedPage:
    """A page as it is sent.

    Attributes:
        bodies: the page by content coding; None for as it is.
        etag: tells versions apart.
        policy: its Content-Security-Policy.
    """

    bodies: Mapping[str | None, bytes]
    etag: str
    policy: str


def finish_page(html: str, policy: str) -> FinishedPage:
    """Make a page ready to be sent."""
    body = html.encode()
    # Weak, because the packed bytes are other representations with the same tag.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    bodies: dict[str | None, bytes] = {coding: compress(body, coding) for coding in ENCODINGS}
    return FinishedPage({None: body, **bodies}, etag, policy)


class PageStore:
    """The pages asked for last; for use in one thread."""

    def __init__(self) -> None:
        self._pages: LRUCache[Key, FinishedPage] = LRUCache(KEPT)

    def find(self, key: Key) -> FinishedPage | None:
        """Look up the page of a key, None where it has to be built."""
        return self._pages.get(key)

    def keep(self, key: Key, page: FinishedPage) -> None:
        """Remember a page; the one asked for least lately gives way."""
        self._pages[key] = page
