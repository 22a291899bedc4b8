"""`atlas ingest`, `forget`, `compare` and `mapping` as people type them, with real files."""

import io
import json
import re
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest
from published import copy_current

import atlas
from geo.pipeline.registers.loaded_data import load_from_snapshot
from geo.snapshot.reader import open_current, open_snapshot
from maps.pages import density, food_streets
from maps.pages.view_state import Density, FoodStreets
from maps.web.page import Site

FILES = Path(__file__).parents[1] / "data"
HOSTILE = sorted(
    path
    for path in (FILES / "hostile").iterdir()
    if path.name not in {"README.md", "cp949_names.zip"}
)


@pytest.fixture
def home(home, monkeypatch) -> Path:
    """The same, for the command."""
    monkeypatch.setenv("ATLAS_HOME", str(home))
    return home


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process: exit status, standard output, standard error."""

    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["atlas", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            atlas.main()
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return command


@pytest.fixture(scope="module")
def first(module_home) -> tuple[Path, str]:
    """A home with the licences, loaded once by the command, and what it said."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), pytest.raises(SystemExit):
        patch.setenv("ATLAS_HOME", str(module_home))
        words = ["atlas", "ingest", "permits", str(FILES / "permits"), "--json"]
        patch.setattr(sys, "argv", words)
        atlas.main()
    return module_home, out.getvalue()


@pytest.fixture
def permits(home, first):
    """The licences are loaded into the home of the test."""
    copy_current(first[0], home)


def account(told: tuple[int, str, str]) -> dict[str, int]:
    status, out, _ = told
    assert status == 0
    counts = json.loads(out.splitlines()[-1])
    details = counts.pop("details", {})  # of what was read
    assert sum(details.get("set aside because", {}).values()) == counts.get("set_aside", 0)
    return {name: count for name, count in counts.items() if count}


def test_licences_as_downloaded_are_loaded_with_an_exact_account(first):
    # Eight rows: six open or closed in Ansan, one of Seoul, one whose name cannot be read.
    home, out = first
    found = account((0, out, ""))
    by_dong = json.loads(out.splitlines()[-1])["details"]["dong"]
    assert by_dong == {"4127354500": 1, "4127355500": 2}
    assert found == {"read": 8, "new": 6, "outside": 1, "set_aside": 1}
    assert set(load_from_snapshot(home).registers) == {"permits"}


def test_the_output_of_a_load_for_programs_is_one_object(first):
    (line,) = first[1].splitlines()
    parts = ("new", "changed", "unchanged", "merged", "outside", "set_aside")
    counts = json.loads(line)
    assert counts["read"] == sum(counts[part] for part in parts) == 8


def test_a_dry_run_shows_all_and_writes_nothing(run, home):
    before = (home / "current").resolve()
    status, out, err = run("ingest", "permits", FILES / "permits", "--dry-run")
    assert status == 0
    assert re.search(r"new +│ 6 ", out)
    for word in ("read", "outside", "set aside because", "category", "restaurant"):
        assert word in out
    assert "nothing was written" in err
    assert (home / "current").resolve() == before
    assert len(list((home / "snapshots").iterdir())) == 1


def test_what_was_set_aside_can_be_read_with_its_row_and_reason(first):
    home, _ = first
    (row,) = pd.read_parquet(home / "current" / "quarantine.parquet").to_dict("records")
    assert row["source"] == "permits"
    assert row["reason"]
    assert row["text"]


@pytest.fixture
def survey(tmp_path) -> Path:
    """Two shops of a survey; the sector of one is text that Rich would take for markup."""
    path = tmp_path / "survey.csv"
    rows = [
        "상호명,업종,도로명주소,종사자수,대표자명",
        "가게하나,음식점,경기도 안산시 단원구 다문화길 18,3,홍길동",
        "가게둘,[/b]식당 :smile: [red],경기도 안산시 단원구 다문화길 20,2,",
    ]
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_text_of_files_is_never_markup_and_what_was_dropped_of_protected_columns_is_told(
    run, home, survey, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "200")
    command = ("ingest", "table", survey, "--mapping", "city-survey", "--dry-run")
    status, out, err = run(*command)
    assert (status, err.count("\n")) == (0, 1)  # nothing was written
    reason = "category '[/b]식당 :smile: [red]' is not in [lookup.category] of the mapping"
    assert reason in out
    lines = [line.replace("│", " ").split() for line in out.splitlines()]
    assert ["종사자수", "2"] in lines
    assert ["대표자명", "1"] in lines
    told = json.loads(run(*command, "--json")[1].splitlines()[-1])
    assert (told["new"], told["set_aside"]) == (1, 1)
    assert told["dropped"] == {"종사자수": 2, "대표자명": 1}


def test_a_refusal_is_one_line_whatever_a_file_calls_its_columns(run, home, tmp_path):
    path = tmp_path / "shops.csv"
    path.write_text('"[/b]\n이름",b\n1,2\n', "utf-8")
    status, _, err = run("ingest", "table", path, "--mapping", "city-survey")
    assert (status, err.count("\n")) == (1, 1)
    assert "[/b] 이름" in err


def test_lists_are_compared(run, home, permits):
    status, out, _ = run("compare", "--json")
    found = json.loads(out.splitlines()[-1])
    assert status == 0
    assert [item["id"] for item in found["lists"]] == ["places", "storefronts", "permits"]
    assert [(pair["left"], pair["right"]) for pair in found["pairs"]] == [
        ("places", "storefronts"), ("places", "permits"), ("storefronts", "permits"),
    ]  # fmt: skip
    assert "permits" in run("compare")[1]


def test_a_register_is_forgotten(run, home, published, permits):
    assert run("forget", "permits")[0] == 0
    assert (home / "current").resolve().name == published.folder.name
    assert [path.name for path in (home / "snapshots").iterdir()] == [published.folder.name]
    status, _, err = run("forget", "permits")
    assert (status, err) == (
        1, "atlas: source='permits' is not allowed; allowed: none: nothing is loaded\n",
    )  # fmt: skip


def test_what_is_forgotten_is_gone_from_older_snapshots_too_and_others_stay(
    run, home, published, survey, permits
):
    run("ingest", "table", survey, "--mapping", "city-survey")  # carries the permits on
    both = (home / "current").resolve()
    told = json.loads(run("forget", "permits", "--json")[1].splitlines()[-1])
    # Six rows in the snapshot of the permits alone, six in that of both.
    assert told == {"forgotten": "permits", "rows": 6, "older_snapshots": 2, "older_rows": 12}
    assert not both.exists()
    left = {path.name for path in (home / "snapshots").iterdir()}
    assert left == {published.folder.name, (home / "current").resolve().name}
    assert not list(home.rglob("*permits*"))
    assert set(load_from_snapshot(home).registers) == {"city-survey"}


def test_rows_that_only_older_snapshots_hold_can_be_forgotten(run, home, published, permits):
    (home / "current").unlink()
    (home / "current").symlink_to(published.folder)
    out = run("forget", "permits")[1]
    assert "rows 0" in out
    assert "older_snapshots 1" in out
    assert "older_rows 6" in out
    assert not list(home.rglob("*permits*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("nosuch", "file.csv"),
            "source='nosuch' is not allowed; allowed: osm, overture, permits, semas",
        ),
        (("permits", "nosuch.csv"), "nosuch.csv: no such file; check its name"),
        (("permits", FILES / "permits", "--area", "seoul"), "area='seoul' is not allowed"),
        (("semas", FILES / "permits", "--engine", "moon"), "engine='moon' is not allowed"),
        (("table", "x.csv"), "mapping=None is not allowed; allowed: a mapping file, or one of"),
        (("table", "x.csv", "--mapping", "nosuch"), "nosuch"),
        (("permits", "x.csv", "--mapping", "city-survey"), "only `table` takes a mapping"),
    ],
)
def test_a_wrong_wish_is_refused_in_one_line(run, home, words, sentence):
    status, out, err = run("ingest", *words)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert sentence in err


def test_a_mapping_is_printed_and_can_be_used(run, home, tmp_path):
    status, out, _ = run("mapping")
    assert status == 0
    assert "[columns]" in out
    assert "name_ko" in run("mapping", "city-survey")[1]
    assert run("mapping", "nosuch")[0] == 1


@pytest.mark.parametrize("source", ["semas", "permits"])
@pytest.mark.parametrize("file", HOSTILE, ids=lambda one: one.name)
def test_a_hostile_file_gets_one_sentence_and_changes_nothing(run, home, published, source, file):
    status, out, err = run("ingest", source, file)
    assert (status, out, err.count("\n")) == (1, "", 1), err
    assert file.name.split(".")[0] in err or "folder" in err
    assert "Traceback" not in err
    assert (home / "current").resolve() == published.folder.resolve()
    assert len(list((home / "snapshots").iterdir())) == 1


def test_files_of_another_register_are_refused_by_their_columns(run, home, tmp_path):
    shutil.copy(FILES / "permits" / "식품_일반음식점.csv", tmp_path / "file.csv")
    status, _, err = run("ingest", "semas", tmp_path / "file.csv")
    assert status == 1
    assert err.startswith("atlas: file.csv: ")


@pytest.fixture
def extract(tmp_path) -> Path:
    """An OpenStreetMap file of the food street: a kitchen, two roads, a building, the station."""
    path = tmp_path / "ansan.osm"
    path.write_text(
        """<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">
<node id="1" lat="37.3300" lon="126.7895" version="1" timestamp="2026-05-01T00:00:00Z">
 <tag k="amenity" v="restaurant"/><tag k="name" v="하늘식당"/><tag k="diet:halal" v="yes"/></node>
<node id="2" lat="37.3290" lon="126.7880" version="1"/>
<node id="3" lat="37.3310" lon="126.7910" version="1"/>
<node id="4" lat="37.3292" lon="126.7900" version="1"/>
<node id="5" lat="37.3292" lon="126.7902" version="1"/>
<node id="6" lat="37.3294" lon="126.7902" version="1"/>
<node id="7" lat="37.3272" lon="126.7887" version="1"><tag k="railway" v="station"/>
 <tag k="name" v="안산역"/><tag k="name:en" v="Ansan"/></node>
<way id="1" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="2" version="1"><nd ref="4"/><nd ref="5"/><nd ref="6"/><nd ref="4"/>
 <tag k="building" v="yes"/></way>
</osm>""",
        "utf-8",
    )
    return path


def test_openstreetmap_brings_shops_and_a_ground_with_its_licence(run, home, extract):
    assert account(run("ingest", "osm", extract, "--json")) == {"read": 1, "new": 1}
    snapshot = open_current(home)
    town = json.loads(snapshot.ground)
    assert {kind: len(found) for kind, found in town.items()} == {
        "building": 1, "road": 1, "station": 1,
    }  # fmt: skip
    for view, page in ((FoodStreets(), food_streets.page), (Density(), density.page)):
        html = page(snapshot, view, Site("en")).html
        assert names_the_ground(html)
        assert "Open Data Commons" in html or "ODbL" in html
    assert "하늘식당" in food_streets.page(snapshot, FoodStreets(), Site("ko")).html
    run("export", "businesses", "--to", home / "shops.geojson")
    said = json.loads((home / "shops.geojson").read_bytes())["attribution"]
    assert any("OpenStreetMap contributors" in item for item in said)


def test_without_a_ground_openstreetmap_is_named_for_tracks_and_stations_alone(published):
    snapshot = open_snapshot(published.folder)
    assert not snapshot.ground
    html = food_streets.page(snapshot, FoodStreets(), Site("en")).html
    assert "Tracks: © OpenStreetMap contributors, ODbL" in html
    assert not names_the_ground(html)


def names_the_ground(html: str) -> bool:
    """Whether OpenStreetMap is named for more than the tracks and the stations."""
    return re.search(r"(?<!Tracks: )(?<!Stations: )© OpenStreetMap contributors", html) is not None


def test_what_licences_tell_is_listed_and_the_load_is_taken_back(run, home, tmp_path):
    before = (home / "current").resolve().name
    run("ingest", "permits", FILES / "permits")
    status, out, _ = run("changes", "--write", tmp_path / "changes.csv", "--json")
    (licences,) = json.loads(out.splitlines()[-1])["turnover"]
    assert (status, licences["register"], licences["businesses"]) == (0, "permits", 6)
    header = (tmp_path / "changes.csv").read_text("utf-8-sig").splitlines()[0]
    assert header.startswith('"register","kind","month","dong_code"')
    assert run("undo")[0] == 0
    assert (home / "current").resolve().name == before
