"""A table of a database as a register: the same as its file, without what is private."""

import csv
import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from published import new_home
from pyproj import Transformer

from geo.core.database import DatabaseError, database_address
from geo.pipeline.register_catalogue import source_of
from geo.readers.database import database_table
from geo.readers.errors import NoRowsError
from geo.snapshot.schema.contracts import CONTRACTS

MAPPING = """
id = "permit-table"
title = "A table of permits"
publisher = "Ansan City"
url = "https://www.ansan.go.kr"
licence = "KOGL Type 1"
licence_url = "https://www.kogl.or.kr"
attribution = "Permits: Ansan City"
accuracy_m = 10.0
key = ["번호"]

[columns]
name_ko = ["상호"]
category = ["업종"]
cuisine = ["음식"]
operator_nationality = ["국적"]
opened_on = ["개업일"]
verified_on = ["확인"]

[lookup.category]
"식당" = "restaurant"
"""
SHOPS = """
CREATE SCHEMA gis;
CREATE TABLE gis.shops (
    번호 integer PRIMARY KEY, 상호 text, 업종 varchar(20), 음식 text[], 국적 text,
    개업일 date, 확인 timestamptz, "좌표" geometry(Point, 5186)
);
INSERT INTO gis.shops VALUES
  (3, '무궁화, "식당"', '식당', '{베트남,태국}', '베트남', '2018-03-02', '2026-03-01 15:00+00',
   ST_Transform(ST_SetSRID(ST_Point(126.7901, 37.3290), 4326), 5186)),
  (1, '한글 반점', '식당', NULL, NULL, NULL, '2026-03-01 00:30+09',
   ST_Transform(ST_SetSRID(ST_Point(126.7905, 37.3288), 4326), 5186)),
  (2, '모르는 업종', '천문대', '{}', '중국', NULL, NULL,
   ST_Transform(ST_SetSRID(ST_Point(126.7906, 37.3287), 4326), 5186));
"""


@pytest.fixture(scope="session")
def shops(database):
    """The address of a table of three shops."""
    database.sql(SHOPS)
    return f"{database.address}?schema=gis&table=shops"


@pytest.fixture
def mapping(tmp_path):
    file = tmp_path / "mapping.toml"
    file.write_text(MAPPING, "utf-8")
    return str(file)


def test_a_table_is_read_as_text(shops):
    opened = database_table(database_address(shops))
    assert (opened.name, opened.crs) == ("gis.shops", "EPSG:5186")
    rows = [row for batch in opened.batches for row in batch.to_pylist()]
    assert [(row["번호"], row["_row"]) for row in rows] == [("1", 1), ("2", 2), ("3", 3)]
    shop = rows[2]
    assert (shop["상호"], shop["음식"]) == ('무궁화, "식당"', "베트남|태국")
    # The day of the city: 15:00 in Greenwich is the next one in Ansan.
    assert (shop["개업일"], shop["확인"]) == ("2018-03-02", "2026-03-02")
    assert (rows[0]["음식"], rows[0]["확인"]) == ("", "2026-03-01 00:30:00")
    x, y = json.loads(shop["_geometry"])["coordinates"]
    moved = Transformer.from_crs("EPSG:4326", "EPSG:5186", always_xy=True)
    assert (x, y) == pytest.approx(moved.transform(126.7901, 37.3290), abs=1e-4)


def test_a_view_and_a_quoted_name_are_read_in_a_fixed_order(database):
    database.sql(
        """CREATE TABLE public."O'Brien ""7" (b text, n numeric(6, 2), f float8, t boolean);
        INSERT INTO "O'Brien ""7" VALUES ('나', 3.50, 3, true), ('가', 10, 0.1, NULL);
        CREATE VIEW public.seen AS SELECT * FROM "O'Brien ""7" ORDER BY random();"""
    )
    wanted = [("가", "10", "0.1", ""), ("나", "3.5", "3", "true")]
    for name in ("O'Brien%20%227", "seen", "public.seen"):
        opened = database_table(database_address(f"{database.address}?table={name}"))
        found = [row for batch in opened.batches for row in batch.drop_columns("_row").to_pylist()]
        assert [tuple(row.values()) for row in found] == wanted


def test_a_layer_comes_back_as_it_went(database, exported, published):
    address = database_address(f"{database.address}?schema=atlas&table=businesses")
    found = [row for batch in database_table(address).batches for row in batch.to_pylist()]
    stored = pq.read_table(published.folder / "businesses.parquet").sort_by("id").to_pylist()
    found.sort(key=lambda row: row["id"])
    assert [row["id"] for row in found] == [row["id"] for row in stored]
    for name in ("name_ko", "address", "opened_on", "verified_on", "source_date"):
        assert [row[name] for row in found] == [row[name] or "" for row in stored], name
    for name in ("cuisine", "registers"):
        assert [row[name] for row in found] == ["|".join(row[name] or ()) for row in stored], name
    points = [shapely.from_geojson(row["_geometry"]) for row in found]
    assert points == [shapely.from_wkb(row["geometry"]) for row in stored]


def test_a_table_gives_the_records_of_its_file(database, shops, mapping, tmp_path):
    file = tmp_path / "shops.csv"
    file.write_text("\n".join(database.sql(AS_FILE)), "utf-8")
    records, rejects = _parsed(source_of("table", mapping, database_address(shops)), [])
    filed = tmp_path / "filed.toml"
    filed.write_text(MAPPING.replace("[columns]", FILED), "utf-8")
    wanted, wanted_rejects = _parsed(source_of("table", str(filed)), [file])
    assert list(wanted["key"]) == ["1", "3"]
    assert list(wanted_rejects["row"]) == list(rejects["row"]) == [2]
    points = ["x", "y"]
    pd.testing.assert_frame_equal(records.drop(columns=points), wanted.drop(columns=points))
    pd.testing.assert_frame_equal(records[points], wanted[points], atol=1e-6)


AS_FILE = """
COPY (SELECT 번호, 상호, 업종, array_to_string(음식, ',') AS 음식, 국적, 개업일,
      (확인 AT TIME ZONE 'Asia/Seoul')::date AS 확인,
      ST_X(좌표) AS x, ST_Y(좌표) AS y FROM gis.shops ORDER BY 번호) TO STDOUT CSV HEADER
"""
FILED = 'crs = "EPSG:5186"\n[columns]\nx = ["x"]\ny = ["y"]'


def _parsed(source, files):
    parts = list(source.parse_files(files))
    frames = (pd.concat([getattr(part, name) for part in parts]) for name in ("frame", "rejects"))
    return [frame.reset_index(drop=True) for frame in frames]


def test_who_runs_a_shop_goes_in_and_never_out(
    database, shops, mapping, run, published, tmp_path, monkeypatch
):
    home = new_home(tmp_path, published.folder)
    monkeypatch.setenv("ATLAS_HOME", str(home))
    rejects = tmp_path / "rejects.csv"
    words = ("ingest", "table", shops, "--mapping", mapping, "--rejects", rejects, "--json")
    status, out, err = run(*words)
    assert status == 0, err
    counts = json.loads(out.splitlines()[-1])
    assert (counts["read"], counts["new"] + counts["merged"]) == (3, 2)
    aside = list(csv.DictReader(rejects.read_text("utf-8-sig").splitlines()))
    assert [(row["file"], row["번호"], row["업종"]) for row in aside] == [
        ("gis.shops", "2", "천문대")
    ]
    assert database.server.password not in out + err

    status, _, err = run("export", "--to", f"{database.address}?schema=guarded")
    assert status == 0, err
    known = "SELECT count(*) FROM guarded.businesses WHERE provenance = 'observed' AND {}"
    assert database.sql(known.format("'permit-table' = ANY (registers)")) == ["2"]
    private = "(foreign_run IS NOT NULL OR operator_nationality IS NOT NULL)"
    assert database.sql(known.format(f"{private} AND 'permit-table' = ANY (registers)")) == ["0"]
    tables = database.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'guarded'")
    assert set(tables) == set(CONTRACTS)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("", "the address names no table"),
        ("?table=shop", 'there is no table "shop"; it has '),
        ("?schema=gis&table=Shops", 'there is no table "gis"."Shops"; it has '),
        ("?table=gis.mixed", r"in several systems \(EPSG:4326, EPSG:5186\)"),
    ],
)
def test_what_is_not_there_is_named(database, shops, place, reason):
    database.sql(
        """CREATE TABLE IF NOT EXISTS gis.mixed (g geometry); TRUNCATE gis.mixed;
        INSERT INTO gis.mixed VALUES ('SRID=4326;POINT(1 1)'), ('SRID=5186;POINT(1 1)')"""
    )
    with pytest.raises(DatabaseError, match=reason):
        database_table(database_address(f"{database.address}{place}"))


def test_a_connection_that_is_lost_is_told_in_a_sentence(database):
    database.sql(
        """CREATE TABLE public.long AS
        SELECT g AS a, repeat('x', 200) AS b FROM generate_series(1, 300000) g"""
    )
    batches = database_table(database_address(f"{database.address}?table=public.long")).batches
    next(batches)
    database.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'COPY%\"long\"%' AND pid <> pg_backend_pid()"
    )
    with pytest.raises(DatabaseError, match="server closed the connection unexpectedly"):
        list(batches)


def test_a_table_without_rows_or_rights_is_refused(database, shops):
    database.sql(
        f"""CREATE TABLE gis.empty (a text, b text);
        CREATE ROLE stranger LOGIN PASSWORD '{database.server.password}';
        GRANT USAGE ON SCHEMA gis TO stranger"""
    )
    with pytest.raises(NoRowsError, match="holds no row"):
        list(database_table(database_address(f"{database.address}?table=gis.empty")).batches)
    address = shops.replace("atlas@", "stranger@", 1)
    with pytest.raises(DatabaseError, match="permission denied for table shops: ask the owner"):
        database_table(database_address(address))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("semas", "{}"), "source='semas' is not allowed; allowed: table"),
        (("table", "{}", "more.csv"), "the address of one table alone, or files"),
        (("table", "{}"), "mapping=None is not allowed"),
        (("table", "{}", "--mapping", "good-restaurants"), "gis.shops"),
    ],
)
def test_the_command_refuses_in_one_line(run, shops, home, monkeypatch, words, reason):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    status, out, err = run("ingest", *(word.format(shops) for word in words), "--dry-run")
    assert (status, out) == (1, "")
    assert err.splitlines()[-1].startswith("atlas: ")
    assert reason in err.splitlines()[-1]
