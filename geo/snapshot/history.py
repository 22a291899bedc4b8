"""History of a home: the snapshots that it holds, return to one of them, removal of old ones."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from geo.core.errors import BadParameterError, SnapshotError
from geo.snapshot.folders import check_bytes, remove_snapshot, switch_current
from geo.snapshot.home_lock import lock_home
from geo.snapshot.integrity import parse_manifest, read_manifest
from geo.snapshot.read_lock import lock_for_removal

DECISIONS_FILE: Final = "decisions.parquet"  # what staff decided on pairs of businesses
SHORT: Final = 12  # characters of an id that people read


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot as it lies in a home.

    Attributes:
        folder: named by its id.
        made: when it was last published.
        releases: release of each loaded register and reference, "" where it names none.
        size: bytes of its files.
        is_current: whether it serves.
        problem: why its manifest cannot be read, "" where it can.
    """

    folder: Path
    made: datetime
    releases: Mapping[str, str]
    size: int
    is_current: bool
    problem: str = ""

    @property
    def id(self) -> str:
        """SHA-256 of its manifest."""
        return self.folder.name

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "id": self.id,
            "made": self.made.isoformat(timespec="seconds"),
            "registers": dict(self.releases),
            "bytes": self.size,
            "current": self.is_current,
            "problem": self.problem,
        }


@dataclass(frozen=True)
class PruneResult:
    """Old snapshots of a home.

    Attributes:
        removed: those that are gone, or would be.
        in_use: those that would be too, but that somebody reads.
        freed: bytes that no other snapshot shares.
    """

    removed: Sequence[StoredSnapshot] = ()
    in_use: Sequence[StoredSnapshot] = ()
    freed: int = 0

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "removed": [snapshot.id for snapshot in self.removed],
            "in_use": [snapshot.id for snapshot in self.in_use],
            "freed_bytes": self.freed,
        }


def list_snapshots(home: Path) -> list[StoredSnapshot]:
    """List the snapshots of a home, newest first."""
    current = (home / "current").resolve()
    folders = [path for path in (home / "snapshots").glob("[!.]*") if path.is_dir()]
    stored = [_describe(folder, folder.resolve() == current) for folder in folders]
    return sorted(stored, key=lambda snapshot: (snapshot.made, snapshot.id), reverse=True)


def _describe(folder: Path, is_current: bool) -> StoredSnapshot:  # noqa: FBT001
    state = folder.stat()
    made = datetime.fromtimestamp(state.st_mtime).astimezone()
    size = sum(path.stat().st_size for path in folder.iterdir())
    try:
        releases, problem = _releases(parse_manifest(folder)), ""
    except SnapshotError as error:
        releases, problem = {}, str(error)
    return StoredSnapshot(folder, made, releases, size, is_current, problem)


def _releases(manifest: Mapping[str, Any]) -> dict[str, str]:
    loaded = {**manifest.get("registers", {}), **manifest.get("references", {})}
    return {name: str(about.get("release") or "") for name, about in sorted(loaded.items())}


def roll_back(
    home: Path, wanted: str = "", on_step: Callable[[str], None] = lambda _: None
) -> StoredSnapshot:
    """Make an older snapshot the current one, in one step, after checking every byte of it.

    Args:
        home: folder that holds `snapshots/` and `current`.
        wanted: its id or the beginning of it; "" for the one made before the current one.
        on_step: called with what happens next.

    Raises:
        BadParameterError: there is no such snapshot, or there are several.
        SnapshotError: it is damaged or of another format; what was current stays so.
    """
    with lock_home(home, on_step):
        snapshots = list_snapshots(home)
        chosen = _named(wanted, snapshots) if wanted else _before(snapshots)
        on_step(f"checking {chosen.id[:SHORT]}")
        read_manifest(chosen.folder)
        check_bytes(chosen.folder)
        switch_current(home / "current", home / "snapshots" / chosen.id)
    return chosen


def undo_load(
    home: Path, on_step: Callable[[str], None] = lambda _: None, expected: str = ""
) -> StoredSnapshot:
    """Make the newest snapshot current that had other registers, references or decisions.

    Args:
        home: folder that holds `snapshots/` and `current`.
        on_step: called with what happens next.
        expected: id of the snapshot that must still serve; "" for whichever does.

    Raises:
        SnapshotError: there is none, or it is damaged, or another serves than was expected; what
            was current stays so.
    """
    with lock_home(home, on_step):
        snapshots = list_snapshots(home)
        if expected and not any(each.is_current and each.id == expected for each in snapshots):
            raise SnapshotError("another snapshot serves meanwhile: look at it before you undo it")
        chosen = snapshot_before_load(snapshots)
        on_step(f"checking {chosen.id[:SHORT]}")
        read_manifest(chosen.folder)
        check_bytes(chosen.folder)
        switch_current(home / "current", home / "snapshots" / chosen.id)
    return chosen


def snapshot_before_load(snapshots: Sequence[StoredSnapshot]) -> StoredSnapshot:
    """Return the snapshot that `undo_load` would make current, of all, newest first.

    Raises:
        SnapshotError: there is none.
    """
    newest_first = iter(snapshots)
    current = next((snapshot for snapshot in newest_first if snapshot.is_current), None)
    if current is None or current.problem:
        raise SnapshotError("no snapshot is current: name one, see `atlas snapshots`")
    loaded = _loaded(current)
    for snapshot in newest_first:
        if not snapshot.problem and _loaded(snapshot) != loaded:
            return snapshot
    raise SnapshotError("no older snapshot has other registers: there is no load to undo")


def _loaded(snapshot: StoredSnapshot) -> dict[str, Any]:
    """Return what a snapshot has loaded: each register, each reference, and the decisions."""
    manifest = parse_manifest(snapshot.folder)
    loaded = {kind: manifest.get(kind, {}) for kind in ("registers", "references")}
    return {**loaded, DECISIONS_FILE: manifest.get("tables", {}).get(DECISIONS_FILE)}


def _named(wanted: str, snapshots: Sequence[StoredSnapshot]) -> StoredSnapshot:
    found = [snapshot for snapshot in snapshots if snapshot.id.startswith(wanted)]
    if len(found) != 1:
        allowed = [snapshot.id[:SHORT] for snapshot in snapshots]
        raise BadParameterError("ID", wanted, allowed or "nothing, for there is no snapshot")
    return found[0]


def _before(snapshots: Sequence[StoredSnapshot]) -> StoredSnapshot:
    """Return the newest snapshot that is older than the current one."""
    newest_first = iter(snapshots)
    if not any(snapshot.is_current for snapshot in newest_first):
        raise SnapshotError("no snapshot is current: name one, see `atlas snapshots`")
    older = [snapshot for snapshot in newest_first if not snapshot.problem]
    if not older:
        raise SnapshotError(
            "no snapshot is older than the current one: name one, see `atlas snapshots`"
        )
    return older[0]


def prune(
    home: Path,
    limits: tuple[int, int],
    *,
    dry_run: bool = False,
    on_step: Callable[[str], None] = lambda _: None,
) -> PruneResult:
    """Remove snapshots that are neither among the newest nor young.

    The current one stays, and so does one that a process has open.

    Args:
        home: folder that holds `snapshots/` and `current`.
        limits: how many of the newest stay, and for how many days any stays.
        dry_run: whether to say only what would be removed.
        on_step: called with what happens next.
    """
    with lock_home(home, on_step), ExitStack() as locks:
        old = _old(list_snapshots(home), *limits)
        free = [
            snapshot for snapshot in old if locks.enter_context(lock_for_removal(snapshot.folder))
        ]
        result = PruneResult(
            free, [snapshot for snapshot in old if snapshot not in free], _unshared_bytes(free)
        )
        for snapshot in () if dry_run else free:
            on_step(f"removing {snapshot.id[:SHORT]}")
            remove_snapshot(snapshot.folder)
    return result


def _old(snapshots: Sequence[StoredSnapshot], keep: int, days: int) -> list[StoredSnapshot]:
    since = datetime.now().astimezone() - timedelta(days=days)
    return [
        snapshot
        for snapshot in snapshots[keep:]
        if snapshot.made < since and not snapshot.is_current
    ]


def _unshared_bytes(snapshots: Sequence[StoredSnapshot]) -> int:
    """Add up the files that no other snapshot is linked to."""
    states = [path.stat() for snapshot in snapshots for path in snapshot.folder.iterdir()]
    links = Counter(state.st_ino for state in states)
    files = {state.st_ino: state for state in states}
    return sum(state.st_size for state in files.values() if links[state.st_ino] == state.st_nlink)
