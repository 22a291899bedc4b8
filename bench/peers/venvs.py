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
    pins, venv = _pins(name), _venv(name)
    if not is_made(name):
        subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)
        subprocess.run(
            [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet",
             "install", "--require-hashes", "-r", pins],
            check=True,
        )  # fmt: skip
        _mark(name).write_text(_digest(name))
    return venv / "bin"


def is_made(name: str) -> bool:
    """Whether a peer's environment is there, with its pins of now."""
    return _mark(name).exists() and _mark(name).read_text() == _digest(name)


def _pins(name: str) -> Path:
    return _HERE / f"requirements-{name}.txt"


def _venv(name: str) -> Path:
    return CACHE / f"{name}-venv"


def _mark(name: str) -> Path:
    return _venv(name) / "pins.sha256"


def _digest(name: str) -> str:
    return hashlib.sha256(_pins(name).read_bytes()).hexdigest()
