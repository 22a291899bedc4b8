"""Loads the licences of tests/data/permits in forked children that can be killed.

Started as a program with the data folder, the home and the files' folder. Imports once, then forks
a child for each line read from standard input, prints its process id and, when it has ended, its
exit code.
"""

import os
import signal
import sys
from pathlib import Path

from geo.pipeline.build import build, publish_all
from geo.pipeline.ingest import prepare
from geo.pipeline.register_catalogue import source_of


def main(data: Path, home: Path, files: Path) -> None:
    build(data, home)
    tell("ready")
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # a child that hangs fails its test, and ends
            done = prepare(source_of("permits", None), [files], "ansan", (data, home))
            publish_all(done.composed, home, lambda _: None)
            os._exit(0)
        tell(child)
        tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def tell(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
