"""Addresses of PostgreSQL databases, connections to them, and their errors in words for people.

A password never stands in an address, which shells, process lists and logs repeat: libpq takes it
from PGPASSWORD, a service file or ~/.pgpass.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from geo.core.errors import GeoError

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

SCHEMES: Final = ("postgresql", "postgres")
NAME_BYTES: Final = 63  # of a name, beyond which PostgreSQL cuts it off
_OWN: Final = ("schema", "table")
_PATIENCE: Final = "10"  # seconds for a connection
_SECRET: Final = ("password", "sslpassword")
_WHERE: Final = "a password belongs in PGPASSWORD, a service file or ~/.pgpass, not in an address"
_SYNTAX: Final = "an address is postgresql://USER@HOST:PORT/DATABASE?schema=NAME"
_ADVICE: Final = {
    "28": "check the user and the password (PGPASSWORD, a service file or ~/.pgpass)",
    "42501": "ask the owner of the database for the right: GRANT … TO this user",
    "53100": "make room on the disk of the database",
}


class DatabaseError(GeoError):
    """A database cannot be reached, or refuses what it was asked."""


@dataclass(frozen=True)
class DatabaseAddress:
    """An address of a database, without any password.

    Attributes:
        uri: what libpq connects to.
        shown: the same for people: user, host and database.
        schema: `schema` of the address; "" without one.
        table: `table` of the address; "" without one.
    """

    uri: str
    shown: str
    schema: str
    table: str


def is_database(text: str) -> bool:
    """Check whether a text is an address of a database, and no name of a file."""
    return text.strip().lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


def database_address(text: str) -> DatabaseAddress:
    """Parse the address of a database.

    Raises:
        DatabaseError: it holds a password, or is no address; the message does not repeat it.
    """
    parts, options = _split(text.strip())
    if parts.password is not None or any(name in options for name in _SECRET):
        raise DatabaseError(f"the address of the database holds a password: {_WHERE}")
    own = {name: options.pop(name, "") for name in _OWN}
    for name, value in own.items():
        if len(value.encode()) > NAME_BYTES or "\0" in value:
            raise DatabaseError(f"the {name} is longer than {NAME_BYTES} bytes")
    user = f"{quote(unquote(parts.username))}@" if parts.username else ""
    place = parts.netloc.rpartition("@")[2]
    shown = f"postgresql://{user}{place}{parts.path}"
    if "connect_timeout" not in options and "PGCONNECT_TIMEOUT" not in os.environ:
        options["connect_timeout"] = _PATIENCE
    query = urlencode(options, quote_via=quote)
    return DatabaseAddress(f"{shown}?{query}" if query else shown, shown, **own)


def _split(text: str) -> tuple[SplitResult, dict[str, str]]:
    """Split an address, and refuse a password that is not where the syntax has it."""
    try:
        parts = urlsplit(text)
        _ = parts.port if "," not in parts.netloc else None  # several hosts have several ports
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
                       if parts.query else [])  # fmt: skip
    except ValueError:
        # The error itself may repeat a part of a password.
        raise DatabaseError(f"the address of the database cannot be read: {_SYNTAX}") from None
    if "@" in f"{parts.path}{parts.query}{parts.fragment}" or parts.netloc.count("@") > 1:
        raise DatabaseError(f"the address of the database cannot be read: {_SYNTAX}; {_WHERE}")
    if parts.scheme not in SCHEMES or parts.fragment or not text.startswith(f"{parts.scheme}://"):
        raise DatabaseError(f"the address of the database cannot be read: {_SYNTAX}")
    return parts, options


@contextmanager
def connect(address: DatabaseAddress) -> Iterator["Connection"]:
    """Connect to a database; texts are UTF-8 and days ISO 8601, whatever its defaults are.

    What is not committed inside is undone.

    Raises:
        DatabaseError: it cannot be reached, or refuses what it is asked inside.
        ModuleNotFoundError: the extra `postgis` is not installed.
    """
    from adbc_driver_manager import Error
    from adbc_driver_postgresql import dbapi

    try:
        with dbapi.connect(address.uri) as connection:
            for setting in ("client_encoding = 'UTF8'", "datestyle = 'ISO'"):
                run(connection, f"SET {setting}")
            connection.commit()
            yield connection
    except Error as error:
        raise failed(address, error) from error


def failed(address: DatabaseAddress, error: Exception) -> DatabaseError:
    """Make the error that says what the server or libpq said, and what to do about it."""
    reason = _reason(str(error), getattr(error, "sqlstate", None))
    return DatabaseError(f"{address.shown}: {reason}")


def run(connection: "Connection", statement: str, values: Sequence[Any] = ()) -> None:
    """Run a statement that gives no rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def rows(connection: "Connection", query: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a query; $1, $2 … in it are the values."""
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall())


def identifier(*names: str) -> str:
    """Quote a name of a column, or of a table and the schema it is in."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def literal(text: str) -> str:
    """Quote a text, for statements that take no values apart: comments."""
    return "'" + text.replace("'", "''").replace("\0", "") + "'"


def _reason(message: str, sqlstate: str | None) -> str:
    """Return what the server or libpq said, without the statement, and what to do about it."""
    said = message.partition("\nQuery was")[0].partition(". SQLSTATE")[0].split("\n")[0]
    for mark in ("ERROR:", "FATAL:", "[libpq] Failed to connect:", "[libpq]"):
        said = said.rpartition(mark)[2]
    state = sqlstate or ("28" if "authentication" in said or "no password" in said else "")
    advice = next((advice for code, advice in _ADVICE.items() if state.startswith(code)), "")
    return f"{said.strip()}: {advice}" if advice else said.strip()
