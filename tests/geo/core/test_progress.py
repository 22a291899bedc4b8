"""What people who wait are told, in a terminal and in a log."""

import csv
import io
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

import atlas
from geo.core import progress
from geo.core.progress import Notice, Step, show_progress

HEADER = "상가업소번호 상호명 상권업종소분류코드 업종 시군구코드 행정동코드 도로명주소 경도 위도"
# One shop of Ansan and three at places of Seoul that lie in one dong each.
SHOPS = [
    ["MA1", "하나", "I20601", "여관", "41273", "4127354500", "안산시 단원구 다문화길 18", "", ""],
    ["MA2", "둘", "I20601", "여관", "11140", "1114055000", "길 1", "126.9780", "37.5665"],
    ["MA3", "셋", "I20601", "여관", "11140", "1114055000", "길 2", "126.9781", "37.5666"],
    ["MA4", "넷", "I20601", "여관", "11140", "1114055000", "길 3", "126.9782", "37.5667"],
]


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "상가정보_202606.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER.split(), *SHOPS])
    return path


def test_a_step_is_its_name():
    assert Step("reading files", 3, 10) == "reading files"


def test_a_log_is_told_once_of_each_long_step(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LONG", 1000)
    with show_progress() as step:
        step("placing rows")
        for done in range(0, 5000, 10):
            step(Step("reading files", done, 5000))
        step(Step("writing gu", 2, 2))
    assert capsys.readouterr().err == "reading files: about 5,000 rows\n"


def in_terminal(command: list[Path | str], home: Path) -> tuple[int, str]:
    """Exit status, and what a terminal of standard error was sent."""
    own, theirs = pty.openpty()
    environment = {**os.environ, "ATLAS_HOME": str(home), "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(own, 4096)
        except OSError:  # the other end is closed
            break
    os.close(own)
    return process.wait(), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def test_a_terminal_shows_how_far_a_load_of_the_country_is(program, home, file):
    command = [program, "ingest", "semas", file, "--area", "all"]
    status, shown = in_terminal(command, home)
    assert status == 0
    assert re.search(r"reading files .* 4 of 4 rows", shown)
    assert re.search(r"joining and sorting .* 3 of 3 rows", shown)
    found = re.findall(r"writing businesses .*?([\d,]+) of ([\d,]+) rows", shown)[-1]
    assert found[0] == found[1]
    assert int(found[0].replace(",", "")) > len(SHOPS)  # those of the city among them


def test_a_load_does_not_flood_a_log(home, file, capfd, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(home))
    words = ["ingest", "semas", str(file), "--area", "all", "--json"]
    monkeypatch.setattr("sys.argv", ["atlas", *words])
    with pytest.raises(SystemExit) as ended:
        atlas.main()
    printed = capfd.readouterr()
    assert (ended.value.code, printed.err) == (0, "")
    assert json.loads(printed.out)["read"] == 4


def test_a_step_named_like_markup_is_text(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LONG", 1)
    with show_progress() as step:
        step(Step("reading [/b].csv :smile:", 2, 5))
        step(Notice("waiting for [/i] of\n\x1b[2J another"))
    lines = ["reading [/b].csv :smile:: about 5 rows", "waiting for [/i] of \ufffd[2J another"]
    assert capsys.readouterr().err.splitlines() == lines


def test_a_bar_named_like_markup_is_text():
    screen = io.StringIO()
    console = progress.plain_console(file=screen, force_terminal=True)
    with progress.bars_on(console) as step:
        step("reading [/b].csv")
        step(Step("writing [/i]", 1, 2))
    assert "[/b].csv" in screen.getvalue()
    assert "[/i]" in screen.getvalue()
