"""Taking something that was loaded out again: of the current snapshot, and of those before it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from geo.core.errors import BadParameterError
from geo.pipeline.build import compose_snapshot, publish_all
from geo.pipeline.registers.decisions import DECISIONS
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.snapshot.folders import remove_snapshot
from geo.snapshot.history import DECISIONS_FILE
from geo.snapshot.home_lock import lock_home


@dataclass(frozen=True)
class RemovalResult:
    """What is gone.

    Attributes:
        rows: of the current snapshot.
        older_snapshots: snapshots before it that held the register or reference, now removed.
        older_rows: its rows in these.
    """

    rows: int
    older_snapshots: int
    older_rows: int


def remove_source(
    source: str, places: tuple[Path, Path], on_step: Callable[[str], None] = lambda _: None
) -> RemovalResult:
    """Publish the atlas without a register or reference, and delete snapshots that contain it.

    Args:
        source: its id.
        places: the project's `data` folder, and where snapshots live.
        on_step: told what happens next.

    Raises:
        BadParameterError: neither the current snapshot nor an older one holds it.
    """
    data, home = places
    with lock_home(home, on_step):
        rows = 0
        try:
            left, rows = load_from_snapshot(home).without(source)
        except BadParameterError:
            if not list(_holding(home, source)):
                raise
        else:
            publish_all(compose_snapshot(data, left, on_step), home, on_step)
        on_step("removing older snapshots")
        older = [_removed(folder, file) for folder, file in list(_holding(home, source))]
    return RemovalResult(rows, len(older), sum(older))


def _holding(home: Path, source: str) -> Iterator[tuple[Path, Path]]:
    """Find the older snapshots that contain a name, and its file in each."""
    current = (home / "current").resolve()
    for folder in sorted((home / "snapshots").glob("*")):
        for file in _files_of(folder, source):
            if folder.resolve() != current and file.exists():
                yield folder, file


def _files_of(folder: Path, source: str) -> tuple[Path, ...]:
    if source == DECISIONS:
        return (folder / DECISIONS_FILE,)
    return tuple(folder / f"{kind}-{source}.parquet" for kind in ("register", "reference"))


def _removed(folder: Path, file: Path) -> int:
    """Delete a snapshot and count its rows."""
    rows = int(pq.read_metadata(file).num_rows)
    remove_snapshot(folder)
    return rows
