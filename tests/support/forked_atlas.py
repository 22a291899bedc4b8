"""Runs commands of a copy of the package, each in a fork of one process with the libraries loaded.

Run as a script: for each line of standard input, a JSON list of arguments, it writes a line with
the exit status and the standard error as JSON.
"""

import json
import os
import subprocess
import sys
import traceback
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile

# What loads and services import beside the package, which each command imports anew.
LIBRARIES = (
    "geopandas", "pyarrow.parquet", "pyogrio", "scipy.spatial", "typer", "h3",
    "babel.messages.pofile", "osmium", "rapidfuzz", "python_calamine", "fastapi.staticfiles",
    "uvicorn", "pydantic_settings", "prometheus_client", "opentelemetry.trace", "segno", "brotli",
    "cachetools", "jinja2", "werkzeug.http", "python_multipart",
)  # fmt: skip


class ForkedAtlas:
    """Commands of a copy of the package, without the seconds that its libraries take to load."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit status of a command and what it says on standard error."""
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        status, said = json.loads(self._process.stdout.readline())
        return status, said

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _serve() -> None:
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin:
        with TemporaryFile() as errors:
            child = os.fork()
            if child == 0:
                _run(json.loads(line), errors.fileno())
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            errors.seek(0)
            sys.stdout.write(json.dumps([status, errors.read().decode()]) + "\n")
            sys.stdout.flush()


def _run(arguments: list[str], errors: int) -> None:
    """The command, in the child; it never returns."""
    os.dup2(errors, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.argv = ["atlas", *arguments]
    import atlas

    try:
        atlas.main()
        os._exit(0)
    except SystemExit as end:
        sys.stderr.flush()
        os._exit(int(end.code or 0))
    finally:  # anything else is a traceback, and a status that no refusal has
        traceback.print_exc()
        os._exit(70)


if __name__ == "__main__":
    _serve()
