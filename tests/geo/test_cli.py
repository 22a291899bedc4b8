"""The command `atlas`: counts at the end, one line and an exit status when it refuses."""

import gc
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
import uvicorn
from city_counts import EVERY

import atlas
from atlas import command_line, folders
from atlas.counts import print_counts
from geo.snapshot.publish import verify
from geo.snapshot.reader import open_current
from geo.snapshot.schema.layer_names import COLLECTIONS


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """Where the command finds snapshots; empty."""
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def built(home, published) -> Path:
    """The same, with the real snapshot in it."""
    shutil.copytree(published.folder.parent.parent, home, symlinks=True)
    return home


@pytest.fixture
def read_only(published, tmp_path, monkeypatch) -> None:
    """The home of all tests, for commands that change nothing in it, and a file to inspect."""
    monkeypatch.setenv("ATLAS_HOME", str(published.folder.parent.parent))
    monkeypatch.chdir(tmp_path)
    Path("shops.csv").write_text("상호명,경도,위도\n가게,126.8,37.3\n", "utf-8")


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process: exit status, standard output, standard error."""

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["atlas", *words])
        with pytest.raises(SystemExit) as end:
            atlas.main()
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return command


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)


def refused(result: tuple[int, str, str]) -> str:
    """The reason, after checking that nothing but one line was said."""
    status, out, err = result
    assert (status, out) == (1, "")
    assert err.startswith("atlas: ")
    assert err.count("\n") == 1
    return err


def test_build_ends_with_a_table_of_counts(home, run):
    status, out, _ = run("build")
    assert status == 0
    assert f"{EVERY:,}" in out
    assert "a landmark" in out
    assert open_current(home).layers["businesses"].count == EVERY


def test_build_ends_with_json_on_the_last_line(home, run):
    status, out, _ = run("build", "--json")
    told = json.loads(out.splitlines()[-1])
    assert status == 0
    assert told["snapshot"] == (home / "current").resolve().name
    assert set(told["layers"]) == set(COLLECTIONS)
    assert sum(account["published"] for account in told["accounts"]) == sum(told["layers"].values())


def test_check_counts_a_whole_snapshot(built, run):
    status, out, _ = run("check", "--json")
    assert status == 0
    assert json.loads(out.splitlines()[-1])["layers"]["dong"] == 25


def test_check_without_a_snapshot_says_what_to_do(home, run):
    assert "run `atlas build` first" in refused(run("check"))


def test_check_names_an_altered_file(built, run):
    flip_a_bit(built / "current" / "dong.features")
    assert "dong.features" in refused(run("check"))


@pytest.mark.usefixtures("built")
def test_export_writes_a_file_and_counts(run, tmp_path):
    status, out, _ = run("export", "dong", "--to", str(tmp_path / "dong.geojson"), "--json")
    assert status == 0
    assert json.loads(out.splitlines()[-1])["features"] == 25
    assert len(json.loads((tmp_path / "dong.geojson").read_bytes())["features"]) == 25


@pytest.mark.usefixtures("built")
def test_export_says_in_words_what_it_wrote(run, tmp_path):
    _, out, _ = run("export", "gu", "--to", str(tmp_path / "gu.parquet"))
    assert "features 2" in out


@pytest.mark.usefixtures("built")
def test_export_refuses_another_format(run, tmp_path):
    assert ".geojson or .geojsons or .csv or .fgb or .parquet or .kml" in refused(
        run("export", "gu", "--to", str(tmp_path / "gu.shp"))
    )


@pytest.mark.usefixtures("built")
def test_export_refuses_a_layer_that_is_not_there(run, tmp_path):
    reason = refused(run("export", "shops", "--to", str(tmp_path / "shops.geojson")))
    assert "layer='shops'" in reason
    assert "businesses" in reason


@pytest.mark.parametrize("words", [("bild",), ("build", "--fast"), ("export",), ("export", "gu")])
def test_wrong_use_is_status_2(home, run, words):
    status, _, err = run(*words)
    assert status == 2
    assert "Usage" in err


def test_help_names_every_command(run):
    status, out, _ = run("--help")
    assert status == 0
    for name in ("build", "check", "export", "serve", "shapes"):
        assert name in out


def test_every_command_that_ends_with_counts_prints_them_as_json():
    group = typer.main.get_command(command_line.app)
    without = {
        name
        for name, command in group.commands.items()
        if "--json" not in {text for option in command.params for text in option.opts}
    }
    assert without == {"serve", "token", "mapping"}  # they end with no counts


def no_constant(name: str) -> None:
    pytest.fail(f"{name} is not JSON")


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("snapshots",),
        ("compare",),
        ("changes",),
        ("notes",),
        ("prune", "--dry-run"),
        ("export", "gu", "--to", "gu.csv"),
        ("review", "pairs.xlsx"),
        ("inspect", "shops.csv"),
        ("catalogue", "vi"),
        ("catalogue", "vi", "--check"),
        ("report", "--dong", "4127354500"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("read_only")
def test_output_for_programs_is_one_json_object_on_one_line(run, words):
    (line,) = run(*words, "--json")[1].splitlines()
    assert isinstance(json.loads(line, parse_constant=no_constant), dict)


def test_numbers_that_are_not_known_are_null_in_json(capsys):
    print_counts(as_json=True, counts={"rate": float("nan"), 2024: 1}, tables=[])
    assert json.loads(capsys.readouterr().out, parse_constant=no_constant) == {
        "rate": None,
        "2024": 1,
    }


def test_build_refuses_altered_data_in_one_line(home, run, data_copy, monkeypatch):
    flip_a_bit(data_copy / "tables" / "places.csv")
    monkeypatch.setattr(folders, "PROJECT", data_copy.parent)
    status, out, err = run("build")
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert "places.csv is not the file that datapackage.json describes" in err.splitlines()[-1]
    assert not (home / "current").exists()


@pytest.mark.usefixtures("home")
def test_build_refuses_a_folder_without_description_in_one_line(run, data_copy, monkeypatch):
    (data_copy / "datapackage.json").unlink()
    monkeypatch.setattr(folders, "PROJECT", data_copy.parent)
    assert "datapackage.json" in run("build")[2]


def test_export_refuses_a_cut_off_snapshot_in_one_line(built, run, tmp_path):
    (built / "current" / "gu.arrow").write_bytes(b"ARROW1")
    refused(run("export", "gu", "--to", str(tmp_path / "gu.geojson")))


def test_build_refuses_a_home_that_is_no_folder(home, run):
    home.write_text("a file")
    assert str(home) in refused(run("build"))


def test_an_empty_home_variable_is_no_home(run, monkeypatch, tmp_path):
    monkeypatch.setenv("ATLAS_HOME", "")
    monkeypatch.setattr(folders, "PROJECT", tmp_path)
    assert f"no snapshot in {tmp_path / 'var'}" in refused(run("check"))


@pytest.fixture
def served(monkeypatch) -> dict[str, object]:
    """What the web server was told, had it been started."""
    told: dict[str, object] = {}
    monkeypatch.setattr(uvicorn, "run", lambda _, **options: told.update(options))
    # Other programs of the machine may listen on the ports that the tests name.
    monkeypatch.setattr("api.service.listening.require_free", lambda *_: None)
    return told


@pytest.mark.usefixtures("built")
def test_serve_listens_on_this_machine_only_unless_told(run, served, monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    status, out, _ = run("serve")
    assert (status, served["host"], served["port"]) == (0, "127.0.0.1", 8000)
    assert "http://localhost:8000/" in out


@pytest.mark.usefixtures("built")
def test_serve_takes_the_port_of_the_environment(run, served, monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    run("serve", "--host", "0.0.0.0")  # noqa: S104
    assert (served["host"], served["port"]) == ("0.0.0.0", 8123)  # noqa: S104


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("port", ["abc", "70000", "-1"])
def test_serve_refuses_a_port_that_is_none(run, served, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    assert run("serve")[0] == 2
    assert served == {}


def test_serve_says_that_a_port_is_taken_before_anything_else(home, run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        status, out, err = run("serve", "--port", port)
    assert (status, out) == (2, "")
    assert err.startswith(f"atlas: port {port} of 127.0.0.1 is taken by another program")
    assert err.count("\n") == 1


def test_shapes_ends_with_rows_by_file(run, data_copy, monkeypatch):
    monkeypatch.setattr(folders, "PROJECT", data_copy.parent)
    status, out, _ = run("shapes", "--json")
    told = json.loads(out.splitlines()[-1])
    assert status == 0
    assert told["files"]["shapes/dong_2020.geojson"] == 25


def test_a_refusal_of_the_program_shows_no_traceback(home):
    done = subprocess.run(
        [sys.executable, "-m", "atlas", "check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"atlas: no snapshot in {home}: run `atlas build` first\n"


def test_a_command_ends_without_a_search_for_garbage(monkeypatch):
    at_exit = []
    monkeypatch.setattr(command_line.atexit, "register", at_exit.append)
    monkeypatch.setattr(sys, "argv", ["atlas", "--version"])
    with pytest.raises(SystemExit):
        command_line.main()
    assert gc.freeze in at_exit


def test_what_a_register_needs_not_is_not_imported():
    script = (
        "import sys, geo.pipeline.ingest;"
        "print([m for m in ('pyogrio', 'scipy', 'sedonadb', 'hypothesis') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_a_build_killed_while_it_writes_leaves_the_old_snapshot(built, run):
    before = (built / "current").resolve()
    with subprocess.Popen(
        [sys.executable, "-m", "atlas", "build"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as build:
        deadline = time.monotonic() + 60
        while not list((built / "snapshots").glob(".building-*/businesses.parquet")):
            assert time.monotonic() < deadline
            time.sleep(0.001)
        os.kill(build.pid, signal.SIGKILL)
    assert build.returncode == -signal.SIGKILL
    assert (built / "current").resolve() == before
    assert verify(before)["businesses"] == EVERY
    assert run("build")[0] == 0
    assert [path.name for path in (built / "snapshots").iterdir()] == [before.name]


def test_a_token_is_shown_once_and_kept_as_a_hash(run):
    _, out, _ = run("token", "kim")
    secret, entry = (line.rpartition(": ")[2] for line in out.splitlines())
    assert entry == f"kim:{hashlib.sha256(secret.encode()).hexdigest()}"
    assert run("token", "kim")[1] != out
    assert "small letters" in refused(run("token", "Kim Lee"))


def test_a_report_is_written_whole_or_not_at_all(run, built, tmp_path):
    file = tmp_path / "wongok.pdf"
    status, out, _ = run("report", "--dong", "4127354500", "--to", str(file), "--lang", "ko")
    assert (status, "2 pages" in out) == (0, True)
    assert file.read_bytes().startswith(b"%PDF")
    several = run("report", "--dong", "원곡동", "--dong", "대부동", "--to", str(file))
    assert (several[0], "2 pages" in several[1]) == (0, True)
    other = tmp_path / "other.pdf"
    legal = run("report", "--dong", "4127310800", "--to", str(other))
    assert "행정동: 백운동, 원곡동" in refused(legal)
    assert "lang" in refused(run("report", "--dong", "4127354500", "--lang", "xx"))
    assert not other.exists()


def test_snapshots_are_listed_and_the_one_before_comes_back(built, run):
    first = (built / "current").resolve()
    other = built / "snapshots" / ("0" * 64)
    shutil.copytree(first, other)
    os.utime(first, (1e9, 1e9))
    switched = built / "next"
    switched.symlink_to(other)
    switched.replace(built / "current")
    listed = json.loads(run("snapshots", "--json")[1].splitlines()[-1])["snapshots"]
    assert [(item["id"], item["current"]) for item in listed] == [
        (other.name, True),
        (first.name, False),
    ]
    assert first.name[:12] in run("snapshots")[1]
    assert run("rollback")[0] == 0
    assert (built / "current").resolve() == first
    assert "nothing was removed" in run("prune", "--keep", "1", "--days", "0", "--dry-run")[2]
    assert "does not belong to its name" in refused(run("rollback", other.name))


def test_prune_removes_what_is_old(built, run):
    old = built / "snapshots" / ("0" * 64)
    shutil.copytree((built / "current").resolve(), old)
    os.utime(old, (1e9, 1e9))
    status, out, _ = run("prune", "--keep", "1", "--days", "30")
    assert (status, old.exists()) == (0, False)
    assert f"removed: {old.name}" in out
