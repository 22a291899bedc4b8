"""A private PostgreSQL cluster with PostGIS: made for one run, gone after it."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import servers

_USER: Final = "atlas"  # of the database
_SERVICE: Final = "postgres"  # who runs it where this process is root, as it refuses to be


@dataclass(frozen=True)
class Database:
    """Where the cluster listens, and how it lets one in.

    Attributes:
        port: on the loopback address.
        user: database user, and the name of the database that holds the tables.
        password: made for this run.
        process: the server.
    """

    port: int
    user: str
    password: str
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address with the user and the password."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{self.user}"


@contextmanager
def cluster() -> Iterator[Database]:
    """A running cluster with PostGIS in its one database.

    Raises:
        SystemExit: PostgreSQL or PostGIS is not installed.
    """
    programs = _programs()
    owner = _SERVICE if os.geteuid() == 0 else None
    password = secrets.token_hex(16)
    with _folder(owner) as folder:
        _initialise(programs, folder, password, owner)
        port = servers.free_port()
        command = [
            str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port),
            "-k", str(folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
            "-c", "log_min_messages=fatal",
        ]  # fmt: skip
        with servers.running(command, {}, port, user=owner) as (process, _):
            database = Database(port, _USER, password, process)
            _wait(programs, port)
            _sql(database, f"CREATE DATABASE {_USER}", "postgres")
            run_sql(database, "CREATE EXTENSION postgis")
            yield database


def run_sql(database: Database, script: str) -> None:
    """Run statements of psql in the database of the tables.

    Raises:
        subprocess.CalledProcessError: one of them failed; psql has said why.
    """
    _sql(database, script, _USER)


def _sql(database: Database, script: str, name: str) -> None:
    subprocess.run(
        ["psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
         "-p", str(database.port), "-U", database.user, "-d", name],
        input=script, text=True, check=True, env={**os.environ, "PGPASSWORD": database.password},
    )  # fmt: skip


def installed() -> bool:
    """Whether PostgreSQL, PostGIS and psql are here."""
    return bool(_libraries()) and shutil.which("psql") is not None


def _programs() -> Path:
    """The folder of the newest PostgreSQL that has PostGIS."""
    if not installed():
        raise SystemExit("PostGIS is missing; run: sh tools/get-database")
    return _libraries()[-1].parents[1] / "bin"


def _libraries() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/lib/postgis-3.so"))


@contextmanager
def _folder(owner: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        if owner:
            shutil.chown(folder, owner)
        yield folder


def _initialise(programs: Path, folder: Path, password: str, owner: str | None) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if owner:
        shutil.chown(secret, owner)
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", _USER, "--pwfile", secret,
         "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, user=owner,
        cwd=pwd.getpwnam(owner).pw_dir if owner else None,
    )  # fmt: skip
    secret.unlink()


def _wait(programs: Path, port: int) -> None:
    """It listens before it answers."""
    deadline = time.monotonic() + 30
    while subprocess.run(
        [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
    ).returncode:
        if time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not answer within 30 s")
        time.sleep(0.05)
