"""The peers' own virtual environments, in a folder that no other part of the project reads."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
CACHE: Final = _HERE.parents[1] / "var" / "bench"


def programs(name: str) -> Path:
    """The folder of programs of one peer's environment; made when its pins have changed.

    Args:
        name: `requirements-<name>.txt` lists what it needs, with hashes.
    """
    pins = _HERE / f"requirements-{name}.txt"
    venv = CACHE / f"{name}-venv"
    done, wanted = venv / "pins.sha256", hashlib.sha256(pins.read_bytes()).hexdigest()
    if not done.exists() or done.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run(
            [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet",
             "install", "--require-hashes", "-r", pins],
            check=True,
        )  # fmt: skip
        done.write_text(wanted)
    return venv / "bin"
