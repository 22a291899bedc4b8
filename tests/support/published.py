"""Publishing a snapshot that is there already."""

import fcntl
import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

from geo.snapshot.reader import open_snapshot


def switch(home, to):
    """Let `current` of a home point to another snapshot, in one step."""
    link = home / "next"
    link.symlink_to(to.relative_to(home))
    link.replace(home / "current")


DATA = Path(__file__).parents[2] / "data"


def committed_home(tmp_path_factory, name="committed"):
    """Make a home with the committed data, which is built once for all workers of pytest-xdist."""
    from geo.pipeline.build import build

    temporary = tmp_path_factory.getbasetemp()
    shared = (temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary) / "built"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "current").exists():
            build(DATA, shared)
    home = tmp_path_factory.mktemp(name)
    shutil.copytree(shared, home, symlinks=True, dirs_exist_ok=True)
    return home


def new_home(home, folder):
    """Fill an empty home with a snapshot that another one has, and return it."""
    (home / "snapshots").mkdir()
    (home / "snapshots" / folder.name).symlink_to(folder)
    (home / "current").symlink_to(folder)
    return home


def copy_current(other, home):
    """Make the current snapshot of another home current here, in files of its own."""
    folder = (other / "current").resolve()
    copy = home / "snapshots" / folder.name
    shutil.copytree(folder, copy)
    switch(home, copy)


def with_another(home, folder):
    """Copy a home into a folder, and beside its snapshot one that tells itself apart everywhere."""
    copy_home(home, folder)
    old = (folder / "current").resolve()
    new = folder / "snapshots" / ("f" * len(old.name))
    shutil.copytree(old, new)
    marked = (new / "businesses.features").read_bytes().replace(b'"Point"', b'"POINT"')
    (new / "businesses.features").write_bytes(marked)
    manifest = json.loads((new / "manifest.json").read_bytes())
    manifest["layers"]["businesses"]["files"]["businesses.features"] = sha256(marked).hexdigest()
    (new / "manifest.json").write_text(json.dumps({**manifest, "marked": True}))
    return folder, old, new


def version_of(folder):
    """What a service says of itself while it serves this snapshot."""
    return open_snapshot(folder).version


def copy_home(home, folder):
    """Copy a home whole into a folder that is there, and return the folder."""
    return Path(shutil.copytree(home, folder, symlinks=True, dirs_exist_ok=True))
