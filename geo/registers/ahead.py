"""Doing the next piece of work while the last one is being used."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items, each made in another thread while the one before is in use.

    One is held beside the one in use. An error comes where its item would have come.
    """
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1) as other:
        waiting = other.submit(next, source, None)
        while (item := waiting.result()) is not None:
            waiting = other.submit(next, source, None)
            yield item
