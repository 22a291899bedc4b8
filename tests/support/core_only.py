"""Run `atlas` as if nothing but requirements/core.txt were installed."""

import os
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def core() -> set[str]:
    """Distributions of the lock file, and the project itself."""
    lock = (PROJECT / "requirements" / "core.txt").read_text()
    return {plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.M)} | {"ansan-atlas"}


def hidden() -> set[str]:
    """Modules of all other distributions."""
    allowed = core()
    owners = packages_distributions().items()
    return {module for module, names in owners if allowed.isdisjoint(map(plain, names))}


class OnlyCore:
    """Finds modules as another finder does, but for those of distributions not in the lock file."""

    def __init__(self, finder, without: set[str]) -> None:
        self._finder, self._without = finder, without

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self._without:
            return None
        return self._finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self._finder, name)


def hide() -> None:
    """Let this process find no others."""
    without = hidden()
    sys.meta_path[:] = [OnlyCore(finder, without) for finder in sys.meta_path]


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    support = Path(__file__).parent
    folders = map(str, (support / "core_site", support, PROJECT))
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)  # for the processes that it starts
    hide()
    import atlas

    atlas.main()
