"""schemathesis on the OpenAPI document: whatever it makes up, the service answers as it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("schemathesis")
SECONDS = 400  # on a busy machine; a quarter of it on an idle one
# The document has a path of items for each layer: one route, of which two ways in are enough.
ALIKE = r"^/collections/(centres|dong|food-streets|gu|residents|streets|zone)/items$"


@pytest.fixture(scope="module")
def report(service, tmp_path_factory):
    """What schemathesis says of the whole document with all of its checks."""
    folder = tmp_path_factory.mktemp("schemathesis")
    return subprocess.run(
        [
            PROGRAM, "run", f"{service.address}/api", "--checks", "all", "--workers", "2",
            "--max-examples", "10", "--continue-on-failure", "--generation-deterministic",
            "--no-shrink", "--exclude-path-regex", ALIKE,
        ],
        capture_output=True, text=True, timeout=SECONDS, check=False, cwd=folder,
        env={
            **os.environ,
            "NO_COLOR": "1",
            "COLUMNS": "120",
            "PYTHONPATH": str(Path(__file__).parent),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        },
    )  # fmt: skip


def test_no_check_of_schemathesis_fails(report):
    assert report.returncode == 0, report.stdout[-20_000:] + report.stderr
