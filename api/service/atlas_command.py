"""Commands of the atlas that staff run from pages: each in a process of its own, with limits."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geo.core.errors import GeoError

MEMORY: Final = 3_000_000_000  # bytes that a command may hold; 40,000 rows take some two thirds
_CODE: Final = Path(__file__).resolve().parents[2]
_OURS: Final = "atlas: "  # begins a refusal
_IN_USE: Final = "is changing the atlas"


class CommandRefusedError(GeoError):
    """A command of the atlas refuses, or is ended; the message is its reason.

    Attributes:
        in_use: whether somebody else changes the atlas meanwhile.
    """

    def __init__(self, reason: str) -> None:
        self.in_use = _IN_USE in reason
        super().__init__(reason)


@dataclass(frozen=True)
class Workplace:
    """Where a command runs.

    Attributes:
        folder: the working folder, so that messages name files without their folder.
        home: folder of the snapshots.
        seconds: until the command is ended.
        memory: bytes that it may hold.
    """

    folder: Path
    home: Path
    seconds: int
    memory: int = MEMORY


def run_atlas(arguments: Sequence[str], at: Workplace) -> dict[str, Any]:
    """Run a command with `--json` and return its counts.

    Args:
        arguments: of the command; none of them is read by a shell.
        at: where, and within which limits.

    Raises:
        CommandRefusedError: it refuses, takes too long or needs too much memory.
    """
    if any("\0" in argument for argument in arguments):
        raise CommandRefusedError("a name in this file holds a character that no name has")
    command = [sys.executable, "-m", "api.service.limited_atlas", str(at.memory), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no argument is a program
            [*command, "--json"],
            cwd=at.folder,
            env=_environment(at.home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=at.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandRefusedError(
            f"this file takes longer than {at.seconds} seconds; split it, or load it on the server"
        ) from error
    if done.returncode:
        raise CommandRefusedError(_reason(done.stderr, done.returncode))
    # Names in the counts may hold what Unicode takes for the end of a line.
    counts: dict[str, Any] = json.loads(done.stdout.rstrip("\n").rpartition("\n")[2])
    return counts


def _environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(_CODE), os.environ.get("PYTHONPATH"))))
    own = {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "ATLAS_HOME": str(home.resolve())}
    return {**os.environ, **own}


def _reason(said: str, status: int) -> str:
    """Return why a command refused."""
    lines = [line for line in said.split("\n") if line.startswith(_OURS)]
    if lines:
        return lines[-1].removeprefix(_OURS)
    # As Python, NumPy, Arrow and OpenBLAS say it; or the kernel has ended the command.
    if status < 0 or "emory" in said or "allocate" in said:
        return "this file needs more memory than one load may have; split it"
    return "this file cannot be read"
