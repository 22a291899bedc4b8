"""The folders that commands read and write: the committed data, and the home of snapshots."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def home_folder() -> Path:
    """Return the folder of the snapshots: `ATLAS_HOME`, or `var` beside the code or here."""
    installed = PROJECT.name in ("site-packages", "dist-packages")
    return Path(os.environ.get("ATLAS_HOME") or (Path.cwd() if installed else PROJECT) / "var")


def data_folder() -> Path:
    """Return the folder of the committed shapes and tables."""
    return PROJECT / "data"
