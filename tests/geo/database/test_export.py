"""All layers in a PostGIS database: what is in its tables, and how one export replaces another."""

import json
import threading
from dataclasses import replace

import adbc_driver_postgresql.dbapi
import pyarrow.parquet as pq
import pytest
import shapely

from geo.core.database import DatabaseError, connect, database_address, rows
from geo.serving.formats.postgis import MARK, export_database
from geo.snapshot.reader import open_current
from geo.snapshot.schema.contracts import CONTRACTS


@pytest.fixture
def small(home, monkeypatch):
    """Two small layers are all there is to export, so that it takes no time."""
    snapshot = open_current(home)
    layers = {name: snapshot.layers[name] for name in ("dong", "gu")}
    opened = replace(snapshot, layers=layers)
    monkeypatch.setattr("geo.serving.formats.postgis.open_current", lambda _: opened)


@pytest.fixture
def export(database, home, small):
    """Export into a schema, as whoever the address names."""

    def into(schema, user="atlas"):
        address = database.address.replace("atlas@", f"{user}@", 1)
        return export_database(home, database_address(f"{address}?schema={schema}"))

    return into


@pytest.mark.parametrize("layer", CONTRACTS)
def test_a_table_holds_what_the_layer_holds(database, exported, published, layer):
    stored = pq.read_table(published.folder / f"{layer}.parquet").sort_by("id")
    wanted = 'SELECT *, ST_AsBinary(geom) AS wkb FROM atlas."{}" ORDER BY id COLLATE "C"'
    with (
        adbc_driver_postgresql.dbapi.connect(database.address) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(wanted.format(layer))
        table = cursor.fetch_arrow_table()
    assert exported.counts[layer] == len(stored) == len(table)
    assert set(table.column_names) == {"id", *CONTRACTS[layer], "geom", "wkb"}
    for name in ("id", *CONTRACTS[layer]):
        assert table[name].to_pylist() == stored[name].to_pylist(), name
    shapes = (shapely.from_wkb(cells.to_numpy()) for cells in (table["wkb"], stored["geometry"]))
    assert len({tuple(each) for each in shapes}) == 1


def test_tables_have_types_indexes_and_the_snapshot(database, exported, home):
    types = dict(
        line.split("|")
        for line in database.sql(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = 'atlas.businesses'::regclass AND attnum > 0"
        )
    )
    assert types["geom"] == "geometry(Point,4326)"
    assert (types["cuisine"], types["foreign_run"], types["opened_on"]) == (
        "text[]", "boolean", "text",
    )  # fmt: skip
    indexes = database.sql("SELECT indexdef FROM pg_indexes WHERE schemaname = 'atlas'")
    layers = len(CONTRACTS)
    assert sum("USING gist (geom)" in line for line in indexes) == layers
    assert sum("UNIQUE" in line and "btree (id)" in line for line in indexes) == layers
    mark = f"{MARK}{open_current(home).version}"
    assert database.sql("SELECT obj_description('atlas'::regnamespace)") == [mark]
    comment = database.sql("SELECT obj_description('atlas.stations'::regclass)")
    assert comment[0] == mark
    assert any("© OpenStreetMap contributors" in line for line in comment)


def test_hangul_is_found_by_a_query(database, exported):
    query = "SELECT dong_code, ST_SRID(geom) FROM atlas.dong WHERE name_ko = '원곡동'"
    assert len(database.sql(query)) == 1
    assert database.sql(query)[0].endswith("|4326")


def test_readers_go_on_while_the_schema_is_replaced(database, export):
    export("replaced")
    first = database.sql("SELECT 'replaced.dong'::regclass::oid")
    seen, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            with connect(database_address(database.address)) as connection:
                seen.append(rows(connection, "SELECT count(*) FROM replaced.dong")[0][0])

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert not export("replaced").still_read
    finally:
        stop.set()
        reader.join()
    assert set(seen) == {25}
    assert database.sql("SELECT 'replaced.dong'::regclass::oid") != first
    assert _schemas(database, "replaced") == ["replaced"]


def _schemas(database, name):
    wanted = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, '{}')"
    return database.sql(wanted.format(name))


def test_tables_that_somebody_reads_are_left_to_the_next_export(database, export, monkeypatch):
    monkeypatch.setattr("geo.serving.formats.postgis._WAIT", "10ms")
    export("busy")
    with connect(database_address(database.address)) as reader:
        before = rows(reader, "SELECT count(*) FROM busy.dong")
        assert export("busy").still_read
        assert before == [(25,)]
    assert len(_schemas(database, "busy")) == 2
    assert not export("busy").still_read
    assert _schemas(database, "busy") == ["busy"]


def test_a_failure_leaves_the_layers_before(database, export, monkeypatch):
    export("whole")
    before = database.sql("SELECT 'whole.dong'::regclass::oid")
    monkeypatch.setattr("geo.serving.formats.postgis._swap", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export("whole")
    assert database.sql("SELECT 'whole.dong'::regclass::oid") == before
    assert _schemas(database, "whole") == ["whole"]


def test_who_might_read_before_may_read_after(database, export):
    database.sql("CREATE ROLE reader")
    export("granted")
    database.sql(
        "GRANT USAGE ON SCHEMA granted TO reader; GRANT SELECT ON granted.dong TO reader, PUBLIC"
    )
    export("granted")
    may = "SELECT has_table_privilege('reader', 'granted.{}', 'SELECT')"
    assert database.sql(may.format("dong")) == ["t"]
    assert database.sql(may.format("gu")) == ["f"]
    assert database.sql("SELECT has_schema_privilege('reader', 'granted', 'USAGE')") == ["t"]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE taken.notes (text text)", "taken.notes is or uses a table"),
        ("CREATE VIEW public.near AS SELECT * FROM taken.dong", "near is or uses a table"),
        ("COMMENT ON SCHEMA taken IS NULL", "no export wrote it"),
    ],
)
def test_what_others_made_is_never_dropped(database, export, statement, named):
    database.sql("DROP SCHEMA IF EXISTS taken CASCADE")
    export("taken")
    before = database.sql("SELECT 'taken.dong'::regclass::oid")
    database.sql(statement)
    with pytest.raises(DatabaseError, match=named):
        export("taken")
    assert database.sql("SELECT 'taken.dong'::regclass::oid") == before


def test_a_user_without_the_right_is_told_so(database, export):
    database.sql(f"CREATE ROLE guest LOGIN PASSWORD '{database.server.password}'")
    with pytest.raises(DatabaseError, match=r"permission denied for database .*: ask the owner"):
        export("denied", user="guest")


def test_a_database_without_postgis_is_refused(database, home, small):
    database.sql("CREATE DATABASE plain")
    address = database.address.removesuffix("atlas") + "plain"
    with pytest.raises(DatabaseError, match="no PostGIS: its owner runs CREATE EXTENSION postgis"):
        export_database(home, database_address(address))


def test_the_command_counts_what_it_wrote(database, home, small, run, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    status, out, err = run("export", "--to", f"{database.address}?schema=counted", "--json")
    assert status == 0, err
    counts = json.loads(out.splitlines()[-1])
    assert (counts["schema"], counts["counts"]["dong"]) == ("counted", 25)
    assert counts["database"] == database.address
    assert database.server.password not in out + err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("dong", "--to", "{}"), "a database takes all layers"),
        (("--to", "{}?table=dong"), "name a schema in the address, no table"),
        (("--to", "dong.csv"), "layer='' is not allowed"),
        (("--to", "postgresql://atlas@127.0.0.1:1/atlas"), "Connection refused"),
        (("--to", "{}_2"), 'database "atlas_2" does not exist'),
        (("--to", "{}?bogus=1"), 'invalid URI query parameter: "bogus"'),
    ],
)
def test_the_command_refuses_in_one_line(database, run, home, monkeypatch, words, reason):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    status, out, err = run("export", *(word.format(database.address) for word in words))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("atlas: ")
    assert reason in err
