"""A PostgreSQL cluster with PostGIS for the tests of this folder, where one is installed."""

import os
import subprocess
import sys

import pytest

import atlas
from bench.peers import postgis
from geo.core.database import database_address
from geo.serving.formats.postgis import export_database


class Database:
    """A database of the tests: its address without a password, and statements of psql in it."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.address = f"postgresql://{server.user}@127.0.0.1:{server.port}/{name}"

    def sql(self, script):
        """Run a script of psql, and return its rows, their cells separated by |."""
        done = subprocess.run(
            ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", self.address],  # noqa: S607
            input=script, text=True, capture_output=True, check=False,
            env={**os.environ, "PGPASSWORD": self.server.password},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@pytest.fixture(scope="session")
def server():
    """The cluster, started once; the environment of the tests has its password."""
    pytest.importorskip("adbc_driver_postgresql", reason="the extra `postgis` is not installed")
    if not postgis.installed():
        pytest.skip("PostgreSQL with PostGIS is not installed: sh tools/get-database")
    with postgis.cluster() as started, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", started.password)
        yield started


@pytest.fixture(scope="session")
def database(server):
    """The database with PostGIS; each test has a schema of its own in it."""
    return Database(server, server.user)


@pytest.fixture(scope="session")
def home(published):
    return published.folder.parent.parent


@pytest.fixture(scope="session")
def exported(database, home):
    """The layers of the committed data in the schema `atlas`."""
    return export_database(home, database_address(f"{database.address}?schema=atlas"))


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process: exit status, standard output, standard error."""

    def command(*words):
        monkeypatch.setattr(sys, "argv", ["atlas", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            atlas.main()
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return command
