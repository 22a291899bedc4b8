"""Python's search for garbage in cycles, made less often while large tables are worked on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Python starts a search after 700 new objects (10 and 10 decide on older ones). A load makes
# millions that nothing refers to in a cycle: the searches take a sixth of its computing time.
SELDOM: Final = (20_000, 10, 10)


@contextmanager
def collect_seldom() -> Iterator[None]:
    """Search for garbage in cycles less often while the block, or the decorated function, runs."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
