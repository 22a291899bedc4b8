"""What readers made of the files of a source, reused while the files hold the same bytes."""

import hashlib
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import TypeVar

from geo.core.source import PACKAGE, Spec

Value = TypeVar("Value")
Reader = Callable[[Path], Value]


def cache_by_content(spec: Spec) -> Callable[[Reader[Value]], Reader[Value]]:
    """Decorate a reader so that it reads the same bytes once in a process.

    A load reads the areas twice, to place its rows and to compose the layers. The last result is
    kept, and each caller is given a copy of it.

    Args:
        spec: the source that lists every file that the reader reads.
    """

    def decorate(read: Reader[Value]) -> Reader[Value]:
        cached: dict[bytes, Value] = {}

        @wraps(read)
        def reader(data: Path) -> Value:
            digest = content_digest(data, spec)
            if digest in cached:
                return deepcopy(cached[digest])
            value = read(data)
            cached.clear()
            cached[digest] = value
            return deepcopy(value)

        return reader

    return decorate


def content_digest(data: Path, spec: Spec) -> bytes:
    """Hash the files of a source and the data package that describes them."""
    hashes = (_file_digest(data / file) for file in (PACKAGE, *spec.files))
    return hashlib.sha256(b"".join(hashes)).digest()


def _file_digest(path: Path) -> bytes:
    """Hash a file; one that is missing is left to the reader, which says so."""
    return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"missing"
