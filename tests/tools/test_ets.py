"""The runner of OGC's test suite: what it says without the suite, and how it reads results."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tools.ets import read_results

RUNNER = Path(__file__).parents[2] / "tools" / "ets.py"
RESULTS = """<testng-results failed="1" passed="2"><suite name="s"><test name="t"><class>
<test-method name="setUp" status="FAIL" is-config="true"/>
<test-method name="landingPage" status="PASS"/>
<test-method name="limit" status="PASS"/>
<test-method name="bbox" status="FAIL"><exception><message><![CDATA[expected
 [true]   but found [false]]]></message></exception></test-method>
<test-method name="crs" status="SKIP"/>
</class></test></suite></testng-results>"""
# Stands in for Java: writes the results where it is told to, and what it was given.
JAVA = """#!/bin/sh
cp "$ETS_RESULTS" "$4/testng-results.xml"
cp "$5" "$ETS_SEEN"
"""


@pytest.fixture
def programs(tmp_path):
    """A folder with a Java and a Maven that only pretend, and sources that look built."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in (("java", JAVA), ("mvn", "#!/bin/sh\nexit 1\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(stat.S_IRWXU)
    (tmp_path / "results.xml").write_text(RESULTS)
    (tmp_path / "sources" / "target").mkdir(parents=True)
    (tmp_path / "sources" / "pom.xml").write_text("<project/>")
    return folder


def run(tmp_path, path):
    return subprocess.run(
        [sys.executable, RUNNER, "http://127.0.0.1:9/", "--sources", tmp_path / "sources"],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": path,
            "ETS_RESULTS": str(tmp_path / "results.xml"),
            "ETS_SEEN": str(tmp_path / "seen.xml"),
        },
    )


def with_programs(folder):
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_results_are_counted_without_what_only_prepares_tests(tmp_path):
    (tmp_path / "results.xml").write_text(RESULTS)
    found = read_results(tmp_path / "results.xml")
    assert found.summary == "2 passed, 1 failed, 1 skipped"
    assert found.failures == [("bbox", "expected [true] but found [false]")]


def test_without_java_the_run_is_skipped_and_says_so(tmp_path):
    done = run(tmp_path, str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "skipped: java is not installed\n")


def test_without_sources_the_run_is_skipped_and_says_where_they_are(tmp_path, programs):
    (tmp_path / "sources" / "pom.xml").unlink()
    done = run(tmp_path, with_programs(programs))
    assert done.returncode == 0
    assert done.stdout.startswith("skipped: no sources in ")
    assert "opengeospatial/ets-ogcapi-features10" in done.stdout


def test_sources_that_cannot_be_built_are_skipped(tmp_path, programs):
    done = run(tmp_path, with_programs(programs))
    assert (done.returncode, done.stdout.split(":")[:2]) == (
        0, ["skipped", " the sources cannot be built"],
    )  # fmt: skip


def test_failures_are_listed_and_end_with_status_1(tmp_path, programs):
    (tmp_path / "sources" / "target" / "ets-1.9-aio.jar").touch()
    done = run(tmp_path, with_programs(programs))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "FAIL bbox: expected [true] but found [false]",
        "2 passed, 1 failed, 1 skipped",
    ]
    assert '<entry key="iut">http://127.0.0.1:9/</entry>' in (tmp_path / "seen.xml").read_text()
