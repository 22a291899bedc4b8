"""Prefetch items in a thread, and combine record batches to a good size."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pyarrow as pa

Item = TypeVar("Item")


def prefetch(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items, making each in another thread while the previous one is in use.

    At most one item waits beside the one in use. An error comes where its item would have come.
    """
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1) as executor:
        upcoming = executor.submit(next, source, None)
        while (item := upcoming.result()) is not None:
            upcoming = executor.submit(next, source, None)
            yield item


def rebatch(batches: Iterable[Any], rows: int) -> Iterator[Any]:
    """Combine record batches until each has at least so many rows; the last may have fewer.

    A frame costs time besides its rows; fewer frames cost less.
    """
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= rows:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)
