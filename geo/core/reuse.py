"""Results that are computed again only when their inputs or the code have changed.

A home holds them in one file, read and written under its lock: digests, codes of areas and other
plain values, each a result of committed data or of a layer. Without the file everything is
computed, with the same result.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

Value = TypeVar("Value")

FILE: Final = ".computed"  # in a home
_GEO: Final = Path(__file__).parents[1]
_ACTIVE: Final[ContextVar["Results | None"]] = ContextVar("results", default=None)


class Results:
    """The last result of each name, with the digest of its inputs."""

    def __init__(self, file: Path) -> None:
        """Begin without reading the file.

        Args:
            file: where they are; missing or damaged, there are none.
        """
        self._file = file
        self._held: dict[str, Any] | None = None
        self.changed = False

    def get(self, name: str, digest: str, compute: Callable[[], Value]) -> Value:
        """Return the result for the inputs of a digest, computed if it is another."""
        held = self._read()
        entry = held["results"].get(name)
        if entry is not None and entry["inputs"] == digest:
            value: Value = entry["value"]
            return value
        value = compute()
        held["results"][name] = {"inputs": digest, "value": value}
        self.changed = True
        return value

    def dump(self) -> bytes:
        """Return all of them as the bytes of a file."""
        return orjson.dumps(self._read(), option=orjson.OPT_SERIALIZE_NUMPY)

    def _read(self) -> dict[str, Any]:
        if self._held is None:
            self._held = _parsed(self._file) or {"code": _code_digest(), "results": {}}
        return self._held


@contextmanager
def reuse_results(file: Path) -> Iterator[Results]:
    """Reuse the results of a file in this block; whoever calls writes what has changed."""
    results = Results(file)
    token = _ACTIVE.set(results)
    try:
        yield results
    finally:
        _ACTIVE.reset(token)


def reused(name: str, inputs: Iterable[bytes], compute: Callable[[], Value]) -> Value:
    """Return a result, computed only where that of the same inputs is not at hand.

    Args:
        name: of the result, of which the last one alone is held.
        inputs: everything that it depends on, but for the code.
        compute: gives the result: null, truths, numbers, text, and lists and dictionaries of them.
    """
    results = _ACTIVE.get()
    if results is None:
        return compute()
    digest = hashlib.sha256()
    for part in inputs:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return results.get(name, digest.hexdigest(), compute)


def are_reused() -> bool:
    """Return whether results are held, so that a digest of inputs is worth its time."""
    return _ACTIVE.get() is not None


def _parsed(file: Path) -> dict[str, Any] | None:
    """Return what a file holds; None where that is nothing of this code."""
    try:
        held = orjson.loads(file.read_bytes())
        entries = held["results"].values()
        usable = held["code"] == _code_digest() and all(
            isinstance(entry["inputs"], str) and "value" in entry for entry in entries
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(held) if usable else None


@lru_cache
def _code_digest() -> str:
    """Hash the files of the package `geo` and the versions of the libraries that compute."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import shapely

    digest = hashlib.sha256(
        " ".join(
            (
                sys.version,
                np.__version__,
                pd.__version__,
                pa.__version__,
                shapely.__version__,
                shapely.geos_version_string,
                orjson.__version__,
            )
        ).encode()
    )
    for path in sorted(_GEO.rglob("*.*")):
        if path.suffix != ".pyc" and path.is_file():
            digest.update(str(path.relative_to(_GEO)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
