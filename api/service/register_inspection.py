"""Inspection of a register's file by `atlas inspect`, in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geo.core.errors import BadParameterError

ENDINGS: Final = (".csv", ".xlsx", ".geojson", ".json", ".zip")
MOST_BYTES: Final = 20_000_000
_MOST_S: Final = 60  # until the process is ended
_CODE: Final = Path(__file__).resolve().parents[2]
_NAME: Final = "register"


@dataclass(frozen=True)
class InspectedFile:
    """What a file holds.

    Attributes:
        name: of the file, as it was sent.
        tables: as `atlas inspect --json` lists them.
        draft: a mapping for `atlas ingest table`.
    """

    name: str
    tables: list[dict[str, Any]]
    draft: str


def inspect_register(name: str, content: bytes, ending: str) -> InspectedFile:
    """Inspect a file; nothing of it is kept.

    Args:
        name: as it was sent; never used as a path.
        content: of the file.
        ending: one of `ENDINGS`.

    Raises:
        BadParameterError: it cannot be read as a table.
    """
    with tempfile.TemporaryDirectory() as folder:  # nobody else may read it
        file, draft = Path(folder) / f"{_NAME}{ending}", Path(folder) / "draft.toml"
        file.write_bytes(content)
        found = json.loads(_run(file, draft).splitlines()[-1])
        return InspectedFile(name, found["tables"], draft.read_text("utf-8"))


def _run(file: Path, draft: Path) -> str:
    command = [sys.executable, "-m", "atlas", "inspect", str(file), "--json", "--write", str(draft)]
    path = os.pathsep.join(filter(None, (str(_CODE), os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - the name of the file is our own
            command,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=_MOST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        allowed = f"a table that is read within {_MOST_S} seconds"
        raise BadParameterError("register", "", allowed) from error
    if done.returncode:
        raise BadParameterError("register", _reason(done.stderr), "a table that can be read")
    return done.stdout


def _reason(said: str) -> str:
    """Return why the command refused the file, without the name that we gave it."""
    lines = [line for line in said.splitlines() if line.startswith("atlas: ")]
    return lines[-1].removeprefix("atlas: ") if lines else ""
