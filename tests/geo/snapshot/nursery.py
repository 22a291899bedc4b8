"""Publishers that can be killed for real; started as a program by test_snapshot.py.

Imports once, then forks a child for each line read from standard input, prints its process id and,
when it has ended, its exit code:

    forever     publish one version after the other, until killed
    times N     publish N versions
    until N     publish one version, killed before the Nth look at the file system

Every version has the layer that it was given, and a number of its own in the manifest.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

import geopandas as gpd

from geo.snapshot.publish import publish

LOOKS = ("open", "os.", "shutil.", "tempfile.", "fcntl.")


def main(home: Path, parquet: Path) -> None:
    frame = gpd.read_parquet(parquet)
    publish({"gu": frame}, {"accounts": [], "version": "first"}, home)
    tell("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # a child that hangs fails its test, and ends
            run(line.split(), home, frame)
            os._exit(0)
        tell(child)
        tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def run(order: list[str], home: Path, frame: gpd.GeoDataFrame) -> None:
    versions = (f"{os.getpid()}-{k}" for k in itertools.count())
    if order[0] == "until":
        die_at(int(order[1]))
    if order[0] != "forever":
        versions = itertools.islice(versions, int(order[1]) if order[0] == "times" else 1)
    for version in versions:
        publish({"gu": frame}, {"accounts": [], "version": version}, home)


def die_at(look: int) -> None:
    count = itertools.count(1)

    def watch(event: str, _: object) -> None:
        if event.startswith(LOOKS) and next(count) == look:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
