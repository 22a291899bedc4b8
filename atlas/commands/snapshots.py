"""Check, list, roll back and prune the snapshots of a home."""

from typing import Annotated

import typer

from atlas.counts import AsJson, print_counts
from atlas.folders import home_folder
from atlas.store import open_store
from atlas.turns import By, NoWait
from geo.core.errors import StoreError
from geo.core.progress import plain_console, show_progress
from geo.pipeline.printed_tables import count_table, snapshot_table
from geo.snapshot.home_lock import Turn, lock_home

commands = typer.Typer()


@commands.command()
def check(as_json: AsJson = False) -> None:
    """Verify the current snapshot: every byte, every contract."""
    from geo.core.errors import SnapshotError
    from geo.snapshot.publish import verify

    current = home_folder() / "current"
    if not current.exists():
        raise SnapshotError(f"no snapshot in {home_folder()}: run `atlas build` first")
    folder = current.resolve()
    counts = verify(folder)
    print_counts(as_json, {"snapshot": folder.name, "layers": counts}, [count_table(counts)])


@commands.command()
def snapshots(as_json: AsJson = False) -> None:
    """List the snapshots, newest first, and mark the one that serves."""
    from geo.snapshot.history import list_snapshots

    found = list_snapshots(home_folder())
    print_counts(
        as_json, {"snapshots": [snapshot.plain() for snapshot in found]}, [snapshot_table(found)]
    )


@commands.command()
def publish(as_json: AsJson = False) -> None:
    """Upload the current snapshot to the store, and make it current there."""
    store = open_store()
    if store is None:
        raise StoreError("ATLAS_STORE names no store, such as s3://bucket/prefix")
    from geo.store.upload import upload_current

    with show_progress() as step:
        done = upload_current(home_folder(), store, step)
    counts = {"snapshot": done.id, "objects": done.objects, "bytes": done.size}
    print_counts(as_json, {**counts, "switched": done.switched}, [])


@commands.command()
def rollback(
    wanted: Annotated[
        str, typer.Argument(metavar="[ID]", help="Beginning of an id; by default the one before.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make an older snapshot the current one: of the store where one is set, else of the home."""
    store = open_store()
    if store is not None:
        from geo.store.maintenance import roll_back_store

        print_counts(as_json, {"current in the store": roll_back_store(store, wanted)}, [])
        return
    from geo.snapshot.history import roll_back

    with show_progress() as step:
        chosen = roll_back(home_folder(), wanted, step)
    print_counts(as_json, {"current": chosen.id, "made": chosen.plain()["made"]}, [])


@commands.command()
def undo(
    expected: Annotated[
        str, typer.Option(help="Id of the snapshot that must still serve, else nothing is undone.")
    ] = "",
    no_wait: NoWait = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Take back the last load: the registers that served before it serve again."""
    from geo.snapshot.history import undo_load

    turn = Turn(waits=not no_wait, by=by)
    with show_progress() as step, lock_home(home_folder(), step, turn):
        chosen = undo_load(home_folder(), step, expected)
    registers = dict(chosen.releases) if as_json else ", ".join(chosen.releases) or "none"
    print_counts(as_json, {"current": chosen.id, "registers": registers}, [])


@commands.command()
def prune(
    keep: Annotated[int, typer.Option(help="So many of the newest stay.", min=1)] = 5,
    days: Annotated[int, typer.Option(help="Younger ones stay as well.", min=0)] = 30,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed; remove nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove old snapshots of the home, and of the store; never a current one or one in use."""
    from geo.snapshot.history import prune

    store = open_store()
    with show_progress() as step:
        done = prune(home_folder(), (keep, days), dry_run=dry_run, on_step=step)
    for word, found in (("in use, stays", done.in_use), ("removed", done.removed)):
        for snapshot in () if as_json else found:
            print(f"{'would be removed' if dry_run and word == 'removed' else word}: {snapshot.id}")
    counts = {"removed": len(done.removed), "in use": len(done.in_use), "freed bytes": done.freed}
    if store is not None:
        from geo.store.maintenance import prune_store

        old = prune_store(store, (keep, days), dry_run=dry_run)
        counts |= {"removed from the store": len(old.snapshots), "objects": old.objects}
        counts |= {"freed bytes of the store": old.size}
    if dry_run:
        plain_console(stderr=True).print("dry run: nothing was removed")
    print_counts(as_json, {**done.plain(), **counts} if as_json else counts, [])
