"""Run OGC's executable test suite (ETS) for API - Features 1.0 against a running service.

    python tools/ets.py http://localhost:8000/ --sources ~/ets-ogcapi-features10

The suite is Java, and is built from OGC's sources with Maven, once. Where sources, Java or Maven
are not at hand, the runner says `skipped: …` and ends with status 0. Tests that fail are listed,
and the status is 1.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

SOURCES: Final = Path("var/ets-ogcapi-features10")
CLONE: Final = "git clone https://github.com/opengeospatial/ets-ogcapi-features10"
_LONGEST_S: Final = 3600
_BUILD: Final = ("mvn", "-q", "-B", "-DskipTests", "package")
_RESULTS: Final = "testng-results.xml"


class SkippedError(Exception):
    """The suite cannot be run here; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """What the suite found.

    Attributes:
        counts: number of tests by status (PASS, FAIL, SKIP).
        failures: name of each test that failed, with the message.
    """

    counts: dict[str, int]
    failures: Sequence[tuple[str, str]]

    @property
    def summary(self) -> str:
        """The counts in one line."""
        passed, failed, skipped = (self.counts.get(name, 0) for name in ("PASS", "FAIL", "SKIP"))
        return f"{passed} passed, {failed} failed, {skipped} skipped"


def built_suite(sources: Path) -> Path:
    """Find the all-in-one JAR of the suite, built first if it is not there.

    Args:
        sources: a clone of OGC's repository.

    Raises:
        SkippedError: something that is needed is not at hand, or the sources cannot be built.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise SkippedError(f"{program} is not installed")
    if not (sources / "pom.xml").is_file():
        raise SkippedError(f"no sources in {sources}: {CLONE} {sources}")
    if not (made := _archives(sources)):
        done = _run(_BUILD, sources)
        if done.returncode or not (made := _archives(sources)):
            raise SkippedError(f"the sources cannot be built: {_last_line(done.stdout)}")
    return made[-1]


def run_suite(archive: Path, address: str) -> Outcome:
    """Run the suite against a service.

    Args:
        archive: the all-in-one JAR.
        address: landing page of the service.

    Raises:
        SkippedError: the suite ended without results.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        properties = folder / "test-run-props.xml"
        properties.write_bytes(_properties(address))
        done = _run(["java", "-jar", str(archive.resolve()), "-o", name, str(properties)], folder)
        found = sorted(folder.rglob(_RESULTS))
        if not found:
            raise SkippedError(f"the suite wrote no results: {_last_line(done.stderr)}")
        return read_results(found[-1])


def read_results(file: Path) -> Outcome:
    """Read the results that TestNG writes; methods that only prepare tests do not count.

    Args:
        file: a `testng-results.xml`.
    """
    root = ET.parse(file).getroot()  # noqa: S314 # written by the suite that was just run
    tests = [element for element in root.iter("test-method") if element.get("is-config") != "true"]
    failures = [
        (str(test.get("name")), " ".join((test.findtext(".//message") or "").split()))
        for test in tests
        if test.get("status") == "FAIL"
    ]
    return Outcome(dict(Counter(str(test.get("status")) for test in tests)), failures)


def main(given: Sequence[str]) -> int:
    """Run the suite and print what it found; the exit status.

    Args:
        given: the arguments of the command line.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("address", help="landing page of a running service")
    parser.add_argument("--sources", type=Path, default=SOURCES, help="clone of OGC's sources")
    asked = parser.parse_args(given)
    try:
        outcome = run_suite(built_suite(asked.sources), asked.address)
    except SkippedError as reason:
        sys.stdout.write(f"skipped: {reason}\n")
        return 0
    for name, message in outcome.failures:
        sys.stdout.write(f"FAIL {name}: {message[:300]}\n")
    sys.stdout.write(f"{outcome.summary}\n")
    return 1 if outcome.failures else 0


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 # Java and Maven, on the sources that the caller names
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=_LONGEST_S
    )


def _archives(sources: Path) -> list[Path]:
    return sorted((sources / "target").glob("*-aio.jar"))


def _properties(address: str) -> bytes:
    root = ET.Element("properties", version="1.0")
    ET.SubElement(root, "entry", key="iut").text = address
    head = b'<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">\n'
    return head + ET.tostring(root)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no output"])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
