"""Files that appear whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from geo.core.errors import BadParameterError


@contextmanager
def atomic_file(to: Path) -> Iterator[BinaryIO]:
    """Open a file for writing under a temporary name; it gets its own name when complete."""
    check_place(to)
    unfinished = to.with_name(f".{to.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(to)
    except OSError as error:
        raise BadParameterError(
            "to", str(to), f"a file that can be written: {error.strerror or error}"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def check_place(to: Path) -> None:
    """Refuse a path where no file can be.

    Raises:
        BadParameterError: it is a folder, or in none.
    """
    if to.is_dir() or not to.resolve().parent.is_dir():
        raise BadParameterError("to", str(to), "a file in a folder that exists")
