"""schemathesis on the OpenAPI document: whatever it makes up, the service answers as it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("schemathesis")
SECONDS = 400  # on a busy machine; a tenth of it on an idle one
PATIENT = ["--request-timeout", "60", "--max-response-time", "60"]
# The document has a path of items for each layer: one route, of which two ways in are enough.
ALIKE = (
    "/collections/(centres|dong|food-streets|gu|households|landmarks|residents|stations|streets|zone)"
    "/items$"
)
# Two threads that build syntax trees at once trip over a count that Python shares between them:
# "SystemError: AST constructor recursion depth mismatch" (python/cpython#106905).
WORKERS = "1"
# Seconds to compute or to draw: trying every value of every parameter anew would take minutes.
LONG = r"(analysis/|analyse$|plan$|plan/|eat/\w+\.pdf$)"
PATHS = {
    # Pictures take what the measures take, and a second each to draw; no file that is made up is a
    # table by dong.
    "standards": [
        "--exclude-path-regex",
        rf"^(/{LONG}|/maps/.*\.\{{kind\}}|/maps/join|{ALIKE})",
    ],
    "numbers": ["--include-path-regex", rf"^/{LONG}", "--phases", "examples,fuzzing,stateful"],
}
EXAMPLES = {"standards": "10", "numbers": "5"}


@pytest.mark.parametrize("paths", PATHS)
def test_no_check_of_schemathesis_fails(service, tmp_path, paths):
    done = subprocess.run(
        [
            PROGRAM, "run", f"{service.address}/api", "--checks", "all", "--workers", WORKERS,
            "--max-examples", EXAMPLES[paths], "--continue-on-failure",
            "--generation-deterministic", "--no-shrink", *PATIENT, *PATHS[paths],
        ],
        capture_output=True, text=True, timeout=SECONDS, check=False, cwd=tmp_path,
        env={
            **os.environ,
            "NO_COLOR": "1",
            "COLUMNS": "120",
            "PYTHONPATH": str(Path(__file__).parent),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
