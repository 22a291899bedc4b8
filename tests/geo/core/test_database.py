"""Addresses of databases: what is connected to, what people see, and no password in either."""

import sys

import pytest

import atlas
from geo.core.database import DatabaseError, database_address, is_database

_SECRET = "hunter2"  # noqa: S105 # of nobody


@pytest.mark.parametrize(
    ("text", "shown", "own"),
    [
        ("postgresql://u@h:5/db?schema=atlas", "postgresql://u@h:5/db", ("atlas", "")),
        ("postgres://h/db?table=shops&schema=gis", "postgresql://h/db", ("gis", "shops")),
        ("postgresql:///?service=atlas&table=%EA%B0%80", "postgresql:///", ("", "가")),
        ("postgresql://[::1]:5432/d", "postgresql://[::1]:5432/d", ("", "")),
        ("postgresql://a:5,b:6/d", "postgresql://a:5,b:6/d", ("", "")),
    ],
)
def test_an_address_is_split(text, shown, own):
    address = database_address(text)
    assert (address.shown, (address.schema, address.table)) == (shown, own)
    assert "schema=" not in address.uri
    assert "table=" not in address.uri


def test_options_of_libpq_go_on_to_it(monkeypatch):
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    address = database_address("postgresql:///db?host=%2Frun%2Fpg&sslmode=require")
    assert address.uri == "postgresql:///db?host=%2Frun%2Fpg&sslmode=require&connect_timeout=10"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://u:{_SECRET}@h/db",
        f"postgresql://h/db?password={_SECRET}",
        f"postgresql://h/db?pass%77ord={_SECRET}",
        f"postgresql://h/db?sslpassword={_SECRET}",
        f"postgresql://u:{_SECRET}/s@h/db",
        f"postgresql://u:{_SECRET}#s@h/db",
        f"postgresql://u:{_SECRET}?s=x@h/db",
        f"postgresql://u:{_SECRET}@s@h/db",
    ],
)
def test_a_password_is_refused_and_not_repeated(text, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    with pytest.raises(DatabaseError):
        database_address(text)
    for words in (["export", "--to", text], ["ingest", "table", text]):
        monkeypatch.setattr(sys, "argv", ["atlas", *words])
        with pytest.raises(SystemExit) as end:
            atlas.main()
        printed = capsys.readouterr()
        assert end.value.code == 1
        assert "PGPASSWORD" in printed.err or "cannot be read" in printed.err
        assert _SECRET not in printed.out + printed.err


@pytest.mark.parametrize("text", ["postgresql:/x/y", "postgresql://[bad/d", "postgresql://h:x/d"])
def test_what_is_no_address_is_refused(text):
    assert is_database(text)
    with pytest.raises(DatabaseError, match="an address is postgresql://USER@HOST"):
        database_address(text)


def test_a_missing_extra_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "adbc_driver_manager", None)
    words = ["ingest", "table", "postgresql:///d?table=t", "--mapping", "good-restaurants"]
    monkeypatch.setattr(sys, "argv", ["atlas", *words])
    with pytest.raises(SystemExit) as end:
        atlas.main()
    assert end.value.code == 1
    assert "pip install 'ansan-atlas[postgis]'" in capsys.readouterr().err
