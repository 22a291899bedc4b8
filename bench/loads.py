"""A register loaded, against a plain GeoPandas script that reads, joins and writes the same rows.

Run as `python -m bench.loads [ROWS …]`. Each is a process of its own, from its start to its end,
one after the other in turns; the better of two runs counts. The atlas is installed as its users
have it: its modules are compiled, and its home has the snapshot of `atlas build`. On a busy machine
the ratio of processor time says more than that of seconds.

The script checks nothing, matches nothing and publishes nothing (`bench/plain_load.py`); the atlas
matches the rows with the 12,461 storefronts of `data/` and publishes these as well.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree, rmtree
from typing import Final

from rich.console import Console

from bench.country import generate
from bench.country.ground import CountryAreas, country_areas

ROWS: Final = (3_000, 13_000, 50_000)
RUNS: Final = 2
GOAL: Final = 2.0
_ANSAN: Final = ("41271", "41273")  # codes of its gu


@dataclass(frozen=True)
class Took:
    """What a process took.

    Attributes:
        seconds: from its start to its end.
        cpu: seconds of all its threads and children.
    """

    seconds: float
    cpu: float


def main(counts: Sequence[int]) -> None:
    """Measure, and print a line for each count of rows."""
    console = Console()
    for rows in counts:
        with tempfile.TemporaryDirectory() as folder:
            console.print(_compared(rows, Path(folder)))
    console.print(f"goal: {GOAL}")


def _compared(rows: int, folder: Path) -> str:
    files = folder / "files"
    generate.main(rows, files, _ansan())
    _took(["-m", "atlas", "build"], _installed(folder, folder / "built"))
    runs = [_both(files, folder) for _ in range(RUNS)]
    atlas, script = (min(side, key=lambda took: took.cpu) for side in zip(*runs, strict=True))
    return (
        f"{rows:,} rows: atlas {atlas.seconds:.1f} s (CPU {atlas.cpu:.1f}), GeoPandas "
        f"{script.seconds:.1f} s (CPU {script.cpu:.1f}), ratio "
        f"{atlas.seconds / script.seconds:.2f} (CPU {atlas.cpu / script.cpu:.2f})"
    )


def _ansan() -> CountryAreas:
    """The dong of Ansan alone, so that every row is one of the city."""
    here = country_areas()
    return replace(here, dong=here.dong[here.dong.index.str.startswith(_ANSAN)])


def _both(files: Path, folder: Path) -> tuple[Took, Took]:
    """Load the files with the atlas into the home of a build, and with the script."""
    home = folder / "home"
    rmtree(home, ignore_errors=True)
    copytree(folder / "built", home, symlinks=True)
    csv = sorted(files.glob("*.csv"))
    atlas = _took(["-m", "atlas", "ingest", "semas", *map(str, csv)], _installed(folder, home))
    script = [str(Path(__file__).parent / "plain_load.py"), str(files), str(folder / "plain")]
    return atlas, _took(script, {})


def _installed(folder: Path, home: Path) -> dict[str, str]:
    """Return the environment of an atlas with a home; its compiled modules stay in the folder."""
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    return {"ATLAS_HOME": str(home), **compiled}


def _took(command: list[str], environment: dict[str, str]) -> Took:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{command} ended with status {status}")
    return Took(time.perf_counter() - started, usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main([int(rows) for rows in sys.argv[1:]] or ROWS)
