"""Notes of visitors: who may send them, what is kept, what pages say, and what staff answer."""

import base64
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from staffed import TOKENS, settings
from typer.testing import CliRunner

import atlas
from api.routes.visitor_notes import A_HOUR
from api.service.address_limit import AddressLimit
from api.service.visitor_notes import (
    MOST_A_DAY,
    NoteStore,
    NotesUnavailableError,
    household,
    today_in_korea,
)
from geo.core.errors import BadParameterError
from geo.snapshot.history import prune, roll_back
from maps.i18n import VISITORS_LANGUAGES
from maps.pages.eat.reports import Reports

DAY = date(2026, 11, 27)
OURS = {"Sec-Fetch-Site": "same-origin"}
LEE = {"Authorization": "Basic " + base64.b64encode(f"lee:{TOKENS['lee']}".encode()).decode()}
KIM = {"Authorization": f"Bearer {TOKENS['kim']}"}


@pytest.fixture
def store(tmp_path):
    return NoteStore(tmp_path, lambda: DAY)


@pytest.fixture(scope="module")
def noted_home(home, tmp_path_factory):
    """The snapshot of the session in a home of its own, whose notes no other test sees."""
    folder = tmp_path_factory.mktemp("noted") / "home"
    shutil.copytree(home, folder, symlinks=True)
    return folder


@pytest.fixture(scope="module")
def address(noted_home, serve):
    """A service whose visitors come through a proxy."""
    trusting = {"trusted_proxies": "127.0.0.1/32"}
    return serve(settings(noted_home).model_copy(update=trusting))


@pytest.fixture
def service(noted_home, address):
    """The service without notes."""
    shutil.rmtree(noted_home / "notes", ignore_errors=True)
    with httpx.Client(base_url=address, headers=OURS) as client:
        yield client


def send(service, said="closed", who="192.0.2.1", spot="batavia", headers=None, **more):
    headers = {"X-Forwarded-For": who, **(headers or {})}
    return service.post(f"/eat/{spot}/notes", data={"said": said}, headers=headers, **more)


def notes(service):
    return service.get("/staff/notes", headers=KIM).json()["notes"]


def select(home, command):
    with closing(sqlite3.connect(home / "notes" / "notes.sqlite")) as base, base:
        return base.execute(command).fetchall()


def test_a_note_leads_back_to_the_card(service):
    answer = send(service, said="wrong", params={"lang": "vi"})
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    assert answer.headers["location"] == "../batavia?lang=vi#noted"
    card = service.get(str(answer.next_request.url))
    assert (card.status_code, 'id="noted"' in card.text) == (200, True)
    (note,) = notes(service)
    assert (note["spot"], note["yes"], note["closed"], note["wrong"]) == ("batavia", 0, 0, 1)
    assert note["last"] == str(today_in_korea())


def test_the_form_of_a_card_is_what_is_taken(service):
    html = service.get("/eat/batavia?lang=ko").text
    form = re.search(r'<form method="post" action="(batavia/notes\?lang=ko)">', html)
    values = re.findall(r'<button class="button" name="said" value="(\w+)">', html)
    assert values == ["yes", "closed", "wrong"]
    assert service.get("/eat").text.count('method="post"') == 0
    assert form
    assert "/notes" not in service.get("/eat/119?lang=ko").text  # a telephone number


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "{own}.evil.example"},
        {"Origin": ""},
        {},
    ],
)
def test_another_site_cannot_send_a_note(service, headers):
    own = str(service.base_url).rstrip("/")
    told = {name: value.replace("{own}", own) for name, value in headers.items()}
    answer = httpx.post(f"{own}/eat/batavia/notes", data={"said": "closed"}, headers=told)
    assert answer.status_code == 403
    assert notes(service) == []


def test_a_browser_that_sends_only_its_origin_is_understood(service, noted_home, serve):
    own = str(service.base_url).rstrip("/")
    path, data = "/eat/batavia/notes", {"said": "yes"}
    assert httpx.post(own + path, data=data, headers={"Origin": own}).status_code == 303
    public = settings(noted_home).model_copy(update={"public_url": "https://atlas.example/city"})
    behind = serve(public)
    origin = {"Origin": "https://atlas.example"}
    assert httpx.post(behind + path, data=data, headers=origin).status_code == 303


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/eat/nowhere/notes", {"data": {"said": "closed"}}, 404),
        ("/eat/119/notes", {"data": {"said": "closed"}}, 404),
        ("/eat/..%2f..%2fetc/notes", {"data": {"said": "closed"}}, 404),
        ("/eat/batavia/notes", {"data": {"said": "burnt"}}, 400),
        ("/eat/batavia/notes", {"data": {}}, 415),
        ("/eat/batavia/notes", {"data": {"text": "closed"}}, 400),
        ("/eat/batavia/notes", {"data": {"said": "closed'; DROP TABLE notes; --"}}, 400),
        ("/eat/batavia/notes", {"json": {"said": "closed"}}, 415),
        ("/eat/batavia/notes", {"files": {"said": b"closed"}}, 415),
        ("/eat/batavia/notes", {"data": {"said": "c" * 2_000_000}}, 413),
        ("/eat/batavia/notes?x=1", {"data": {"said": "closed"}}, 400),
    ],
)
def test_what_is_no_note_is_refused(service, path, options, status):
    headers = {"X-Forwarded-For": "198.51.100.7", "Accept": "application/json"}
    assert service.post(path, headers=headers, **options).status_code == status
    assert notes(service) == []


def test_a_body_without_end_is_not_read_to_its_end(service):
    end = time.monotonic() + 60  # of a client that is never hung up on

    def pieces():
        while time.monotonic() < end:
            yield b"said=closed&" * 100

    headers = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        status = service.post("/eat/batavia/notes", content=pieces(), headers=headers).status_code
    except httpx.TransportError:  # the server has hung up while we were still sending
        status = 413
    assert status == 413
    assert time.monotonic() < end


def test_many_notes_from_one_address_count_as_one(service):
    seen = [send(service, who="203.0.113.5").status_code for _ in range(A_HOUR + 5)]
    assert seen == [303] * A_HOUR + [429] * 5
    assert send(service, who="203.0.113.5").headers["retry-after"] == "3600"
    assert send(service, who="203.0.113.6").status_code == 303
    assert [note["closed"] for note in notes(service)] == [2]


def test_the_limit_takes_no_more_memory_the_more_ask():
    now = [0.0]
    limit = AddressLimit(3, 3600, lambda: now[0])
    assert sum(limit.hit("192.0.2.1") for _ in range(10_000)) == 3
    for n in range(30_000):
        limit.hit(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(limit._counts) <= 10_000
    assert b"192.0.2.1" not in repr(vars(limit)).encode()
    blocked = AddressLimit(1, 3600, lambda: now[0])
    assert [blocked.hit("::1"), blocked.hit("::1")] == [True, False]
    now[0] = 3601
    assert blocked.hit("::1")


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix", "unix", True),
    ],
)
def test_a_household_is_one_sender(address, other, same):
    assert (household(address) == household(other)) == same


def test_two_say_closed_and_the_card_and_the_list_say_so(service):
    quiet_card, quiet_list = service.get("/eat/batavia?lang=en"), service.get("/eat?q=batavia")
    send(service, who="192.0.2.1")
    send(service, who="192.0.2.1")  # the same visitor again
    assert "Visitors in the last" not in service.get("/eat/batavia?lang=en").text
    send(service, who="192.0.2.2")
    send(service, who="192.0.2.3", said="yes")
    line = "Visitors in the last 30 days: closed 2, still there 1"
    card = service.get("/eat/batavia?lang=en")
    assert line in card.text
    assert card.headers["etag"] != quiet_card.headers["etag"]
    held = {"If-None-Match": quiet_card.headers["etag"]}
    assert service.get("/eat/batavia?lang=en", headers=held).status_code == 200
    found = service.get("/eat?q=batavia&lang=en")
    assert line in re.search(r'<li id="s-batavia">.*', found.text)[0]
    assert '"closed":{"batavia":[2,1]}' in found.text  # for the script
    assert found.headers["etag"] != quiet_list.headers["etag"]
    other = service.get("/eat/samarkand?lang=en")
    assert line not in other.text


def test_every_language_says_so(service):
    send(service, who="192.0.2.1")
    send(service, who="192.0.2.2")
    found = re.compile(r'<strong class="reported">(.*?)</strong>')
    said = {
        lang: found.search(service.get(f"/eat/batavia?lang={lang}").text)[1]
        for lang in VISITORS_LANGUAGES
    }
    assert len(set(said.values())) == len(VISITORS_LANGUAGES)


def test_a_kept_list_changes_with_the_notes(service):
    first = service.get("/eat?task=eat&lang=en")
    assert service.get("/eat?task=eat&lang=en").headers["etag"] == first.headers["etag"]
    for who in ("192.0.2.1", "192.0.2.2"):
        send(service, who=who)
    assert service.get("/eat?task=eat&lang=en").headers["etag"] != first.headers["etag"]


def test_another_worker_says_the_same_at_once(service, noted_home, serve):
    other = serve(settings(noted_home))
    before = httpx.get(f"{other}/eat/batavia?lang=en")
    for who in ("192.0.2.1", "192.0.2.2"):
        send(service, who=who)
    after = httpx.get(f"{other}/eat/batavia?lang=en")
    assert "closed 2, still there 0" in after.text
    assert after.headers["etag"] != before.headers["etag"]


def test_staff_answer_and_older_notes_no_longer_count(service):
    for who in ("192.0.2.1", "192.0.2.2"):
        send(service, who=who)
    today = str(today_in_korea())
    form = {"spot": "batavia", "verified_on": today}
    answer = service.post("/staff/notes", data=form, headers=LEE)
    assert (answer.status_code, answer.headers["location"]) == (303, "notes?lang=en")
    assert notes(service) == []
    card = service.get("/eat/batavia?lang=en").text
    assert "Visitors in the last" not in card
    assert f"checked on {date.fromisoformat(today):%B} {int(today[-2:])}, {today[:4]}" in card


@pytest.mark.parametrize("day", ["", "soon", "1999-12-31", "2999-01-01", "2026-02-30"])
def test_an_answer_names_a_day_that_was(service, day):
    form = {"spot": "batavia", "verified_on": day}
    assert service.post("/staff/notes", data=form, headers=KIM).status_code == 400


def test_only_staff_read_and_answer(service):
    form = {"spot": "batavia", "verified_on": "2026-01-01"}
    for answer in (service.get("/staff/notes"), service.post("/staff/notes", data=form)):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")
    forged = {**LEE, "Sec-Fetch-Site": "cross-site"}
    assert service.post("/staff/notes", data=form, headers=forged).status_code == 403
    program = httpx.post(service.base_url.join("/staff/notes"), data=form, headers=KIM)
    assert program.status_code == 303  # a bearer token is never added by a browser
    unknown = {**form, "spot": "<script>"}
    assert service.post("/staff/notes", data=unknown, headers=KIM).status_code == 404


def test_staff_read_a_page_that_nobody_keeps(service):
    send(service)
    for lang, name in (("ko", "바타비아"), ("en", "Batavia")):
        page = service.get(f"/staff/notes?lang={lang}", headers={**LEE, "Accept": "text/html"})
        assert page.headers["cache-control"] == "private, no-store"
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert f'<a href="/eat/batavia?lang={lang}" translate="no">{name}</a>' in page.text
        assert 'name="verified_on"' in page.text


def test_a_name_cannot_leave_the_page_of_staff(service, noted_home):
    send(service)
    select(noted_home, "UPDATE notes SET spot = '<script>alert(1)</script>'")
    page = service.get("/staff/notes", headers={**LEE, "Accept": "text/html"}).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_notes_hold_no_address_and_salts_end_with_their_day(tmp_path):
    days = [DAY]
    store = NoteStore(tmp_path, lambda: days[0])
    store.add("batavia", "closed", "192.0.2.77")
    store.add("samarkand", "closed", "192.0.2.77")
    rows, ((salt,),) = (
        select(tmp_path, f"SELECT {what}") for what in ("* FROM notes", "salt FROM salts")
    )
    assert {row[:2] for row in rows} == {("batavia", str(DAY)), ("samarkand", str(DAY))}
    assert len({row[2] for row in rows}) == 2  # one sender on two places is not one
    assert salt in store.path.read_bytes()
    assert b"192.0.2.77" not in store.path.read_bytes()
    assert store.path.stat().st_mode & 0o777 == 0o600
    days[0] = DAY + timedelta(days=1)
    store.reports()  # whoever looks first on the next day
    assert salt not in store.path.read_bytes()


def test_counts_go_by_days(tmp_path):
    days = [DAY - timedelta(days=31)]
    store = NoteStore(tmp_path, lambda: days[0])
    store.add("a", "closed", "1")
    days[0] = DAY - timedelta(days=29)
    store.add("a", "closed", "1")
    days[0] = DAY
    assert store.reports() == Reports()  # one of the two is older than 30 days
    store.add("a", "closed", "2")
    assert store.reports().closed == {"a": (2, 0)}
    (spot,) = store.per_spot()
    assert (spot.closed, spot.recently_closed, spot.last) == (3, 2, str(DAY))
    store.answer("a", DAY - timedelta(days=1), "lee")
    assert store.reports() == Reports({}, {"a": str(DAY - timedelta(days=1))})
    assert [(item.closed, item.verified_on) for item in store.per_spot()] == [(1, "2026-11-26")]
    days[0] = DAY + timedelta(days=400)
    store.add("b", "yes", "1")
    assert select(tmp_path, "SELECT spot FROM notes") == [("b",)]


def test_a_second_note_replaces_the_first(store):
    store.add("a", "closed", "192.0.2.1")
    store.add("a", "yes", "192.0.2.1")
    (spot,) = store.per_spot()
    assert (spot.yes, spot.closed) == (1, 0)


def test_a_day_has_its_fill(store):
    store.add("a", "yes", "first")
    with closing(sqlite3.connect(store.path)) as base, base:
        rows = [("a", str(DAY), n.to_bytes(8), "closed") for n in range(MOST_A_DAY - 1)]
        base.executemany("INSERT INTO notes VALUES (?, ?, ?, ?)", rows)
    with pytest.raises(NotesUnavailableError, match="no more notes are taken today"):
        store.add("a", "closed", "one more")


def test_a_place_without_notes_cannot_be_answered(store):
    with pytest.raises(BadParameterError, match="there are no notes"):
        store.require_notes("a")
    store.add("a", "yes", "1")
    store.require_notes("a")


def test_pages_go_on_over_damaged_notes(service, noted_home):
    send(service)
    (noted_home / "notes" / "notes.sqlite").write_bytes(b"no database" * 1000)
    assert service.get("/eat/batavia").status_code == 200
    assert service.get("/staff/notes", headers=KIM).status_code == 503
    assert send(service, who="192.0.2.9").status_code == 503


def test_a_home_that_cannot_be_written_takes_no_notes(tmp_path):
    (tmp_path / "notes").write_text("a file where the folder should be")
    store = NoteStore(tmp_path)
    assert store.reports() == Reports()
    with pytest.raises(NotesUnavailableError):
        store.add("a", "yes", "1")


WRITER = """
import sys
from pathlib import Path
from api.service.visitor_notes import NoteStore
store = NoteStore(Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    store.add("a", "closed", f"{sys.argv[2]}-{n}")
    print(n, flush=True)
"""


def writer(home, name, count):
    command = [sys.executable, "-c", WRITER, str(home), name, str(count)]
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )


def test_two_processes_write_at_once_and_a_kill_loses_nothing(tmp_path):
    with writer(tmp_path, "steady", 60) as steady, writer(tmp_path, "doomed", 900) as doomed:
        acknowledged = [doomed.stdout.readline() for _ in range(20)]
        doomed.send_signal(signal.SIGKILL)
        acknowledged += doomed.stdout.readlines()
        assert len(steady.stdout.readlines()) == 60
    whole = sum(line.endswith("\n") for line in acknowledged)
    (spot,) = NoteStore(tmp_path).per_spot()
    assert spot.closed - 60 in (whole, whole + 1)  # the last may be written, and not yet said so
    assert select(tmp_path, "PRAGMA integrity_check") == [("ok",)]


def test_notes_stay_through_rollback_and_prune(two_snapshots):
    home, old, _ = two_snapshots
    store = NoteStore(home)
    store.add("batavia", "closed", "1")
    before = store.path.read_bytes()
    roll_back(home, old.name)
    prune(home, (1, 0))
    assert store.path.read_bytes() == before


def test_the_command_lists_and_answers(tmp_path, monkeypatch):
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path))
    NoteStore(tmp_path).add("batavia", "closed", "1")
    run = CliRunner().invoke
    assert "batavia: there 0, closed 1, wrong 0" in run(atlas.app, ["notes"]).stdout
    day = str(today_in_korea())
    refused = run(atlas.app, ["notes", "--answer", "batava", "--verified-on", day])
    assert isinstance(refused.exception, BadParameterError)
    answered = run(atlas.app, ["notes", "--answer", "batavia", "--verified-on", day, "--json"])
    assert json.loads(answered.stdout) == {"notes": []}
