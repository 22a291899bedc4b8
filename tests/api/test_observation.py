"""Ids of requests, the access log, metrics, and when the service is ready."""

import json
import os
import re
import shutil
import signal
import time

import httpx
import pytest
from published import switch, version_of
from served_process import served

from api.app import ROUTES, STATIC, create_app
from api.service import access_log as access_log_module
from api.service import current_snapshot
from api.service.access_log import AccessLog
from api.service.settings import Settings
from geo.core.errors import SnapshotError

PERSONAL = "hong.gildong@example.org"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("logs") / "new" / "access.log"


@pytest.fixture(scope="module")
def logged(home, serve, log):
    """A service with a log, behind a trusted proxy."""
    address = serve(Settings(home=home, access_log=str(log), trusted_proxies="127.0.0.1"))
    with httpx.Client(base_url=address) as client:
        yield client


def wait_for(true, seconds=10):
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def line_of(log, answer):
    """The line of an answer's request."""
    request_id = answer.headers["x-request-id"]

    def found():
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        return [line for line in lines if line["id"] == request_id]

    lines = wait_for(found)
    assert len(lines) == 1
    return lines[0]


def test_a_request_is_one_line(logged, log, home):
    answer = logged.get("/collections/gu/items/41271", headers={"Accept-Encoding": "identity"})
    line = line_of(log, answer)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", line.pop("time"))
    assert 0 < line.pop("ms") < 10_000
    assert line == {
        "id": answer.headers["x-request-id"],
        "from": "127.0.0.1",
        "method": "GET",
        "route": "/collections/{collectionId}/items/{featureId}",
        "status": 200,
        "bytes": len(answer.content),
        "snapshot": version_of(home / "current")[:12],
    }


def test_a_log_is_for_its_owner_alone(logged, log):
    line_of(log, logged.get("/health/live"))
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [
        (f"/collections/gu/items?name_ko={PERSONAL}", 200, "/collections/{collectionId}/items"),
        (f"/collections/{PERSONAL}", 404, "/collections/{collectionId}"),
        (f"/{PERSONAL}", 404, "other"),
        ("/static/atlas.css", 200, "/static/{path}"),
        (f"/collections?token={PERSONAL}", 400, "/collections"),
        (f"/maps/residents?utm_source={PERSONAL}", 400, "/maps/residents"),
    ],
)  # fmt: skip
def test_nothing_that_a_client_wrote_is_logged_or_counted(logged, log, path, status, route):
    answer = logged.get(path, headers={"Cookie": PERSONAL, "Referer": f"https://x/{PERSONAL}"})
    line = line_of(log, answer)
    assert (line["status"], line["route"]) == (status, route)
    assert PERSONAL not in log.read_text()
    text = logged.get("/metrics").text
    assert PERSONAL not in text
    assert f'atlas_requests_total{{route="{route}",status="{status}"}}' in text


def test_the_body_of_head_is_not_counted(logged, log):
    line = line_of(log, logged.head("/collections"))
    assert (line["method"], line["status"], line["bytes"]) == ("HEAD", 200, 0)


def test_who_asks_is_what_a_trusted_proxy_says(logged, log):
    answer = logged.get("/health/live", headers={"X-Forwarded-For": "203.0.113.7"})
    assert line_of(log, answer)["from"] == "203.0.113.7"


def test_who_asks_is_not_what_anybody_says(home, serve, tmp_path):
    log = tmp_path / "access.log"
    address = serve(Settings(home=home, access_log=str(log)))
    answer = httpx.get(f"{address}/health/live", headers={"X-Forwarded-For": "203.0.113.7"})
    assert line_of(log, answer)["from"] == "127.0.0.1"


def test_the_id_of_a_proxy_is_kept(logged):
    given = "0af7651916cd43dd8448eb211c80319c"
    assert logged.get("/", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["short", "a" * 65, 'x"};{"a":1', "a b c d e f", "-12345678", ""])
def test_an_id_that_is_none_is_replaced(logged, given):
    answered = logged.get("/", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", answered)


def test_errors_have_an_id_too(logged, log):
    for answer in (logged.get("/nowhere"), logged.options("/"), logged.post("/collections")):
        assert line_of(log, answer)["status"] == answer.status_code


def test_a_failure_nobody_foresaw_can_be_found_by_its_id(
    home, serve, tmp_path, monkeypatch, caplog
):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("api.routes.health.snapshot_of", fail)
    log = tmp_path / "access.log"
    address = serve(Settings(home=home, access_log=str(log)))
    answer = httpx.get(f"{address}/health/ready")
    assert answer.status_code == 500
    assert f"request {answer.headers['x-request-id']}" in caplog.text
    assert line_of(log, answer)["status"] == 500


def test_a_log_goes_on_after_a_rotation(logged, log):
    line_of(log, logged.get("/health/live"))
    log.rename(log.with_name("access.log.1"))
    answer = logged.get("/health/live")
    wait_for(log.exists)
    assert line_of(log, answer)["status"] == 200


def test_a_log_that_cannot_be_written_is_said_at_the_start(home, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SnapshotError, match="requests cannot be logged"):
        create_app(Settings(home=home, access_log=str(tmp_path / "file" / "access.log")))


def test_lines_beyond_measure_are_dropped_and_counted(logged, tmp_path, monkeypatch):
    def dropped():
        text = logged.get("/metrics").text
        return float(re.search(r"^atlas_access_log_dropped_total (\S+)", text, re.M)[1])

    before = dropped()
    monkeypatch.setattr(access_log_module, "MOST_WAITING", 0)
    AccessLog(str(tmp_path / "log")).add({})
    assert dropped() > before


def test_lines_go_out_whole_and_not_too_many_at_once():
    lines = [b"x" * 999 + b"\n"] * 9 + [b"y" * 9_000 + b"\n"]
    pieces = list(access_log_module._pieces(lines))
    assert b"".join(pieces) == b"".join(lines)
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert [len(piece) for piece in pieces] == [4_000, 4_000, 1_000, 9_001]


def test_metrics_are_prometheus_text(logged, home):
    answer = logged.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    series = re.findall(r"^(atlas_\w+?)(?:_bucket|_sum|_count)?(?:\{| )", answer.text, re.M)
    assert set(series) >= {
        "atlas_requests_total",
        "atlas_request_seconds",
        "atlas_queue_waiting",
        "atlas_queue_working",
        "atlas_workers_serving",
        "atlas_snapshot_age_seconds",
        "atlas_resident_bytes",
    }
    assert f'atlas_workers_serving{{snapshot="{version_of(home / "current")[:12]}"}} 1.0' in (
        answer.text
    )


def test_routes_of_metrics_are_those_that_there_are(logged):
    logged.get("/collections/gu/items")
    named = set(re.findall(r'route="([^"]+)"', logged.get("/metrics").text))
    assert named <= {route.path for route in ROUTES} | {f"{path}/{{path}}" for path in STATIC} | {
        "other"
    }


def test_the_age_is_that_of_the_publication(home, serve, tmp_path):
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    os.utime((tmp_path / "home" / "current").resolve(), (time.time() - 86_400,) * 2)
    address = serve(Settings(home=tmp_path / "home"))
    # Other services of this process write the same gauge: one answer of ten must be of this one.
    texts = [httpx.get(f"{address}/metrics").text for _ in range(10)]
    found = [re.search(r"^atlas_snapshot_age_seconds (\S+)", text, re.M)[1] for text in texts]
    assert any(86_400 <= float(age) < 86_500 for age in found)


def test_a_service_without_a_snapshot_is_not_ready_until_there_is_one(
    home, tmp_path, monkeypatch, start_unloaded
):
    monkeypatch.setattr(current_snapshot, "LOOK_EVERY_S", 0.02)
    empty = tmp_path / "empty"
    (empty / "snapshots").mkdir(parents=True)
    address = start_unloaded(empty)
    ready = httpx.get(f"{address}/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "no snapshot"})
    assert httpx.get(f"{address}/health/live").status_code == 200
    refused = httpx.get(f"{address}/collections")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    page = httpx.get(f"{address}/", headers={"Accept": "text/html", "Accept-Language": "ko"})
    assert (page.status_code, page.headers["content-language"]) == (503, "ko")
    real = (home / "current").resolve()
    (empty / "snapshots" / real.name).symlink_to(real)
    switch(empty, empty / "snapshots" / real.name)
    wait_for(lambda: httpx.get(f"{address}/health/ready").status_code == 200)
    assert httpx.get(f"{address}/collections").status_code == 200


def test_a_service_that_opens_its_snapshot_is_loading(home, monkeypatch, start_unloaded):
    opened = current_snapshot.open_current
    held = []

    def wait(folder):
        wait_for(lambda: held)
        return opened(folder)

    monkeypatch.setattr(current_snapshot, "open_current", wait)
    address = start_unloaded(home)
    ready = httpx.get(f"{address}/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "loading"})
    held.append("go on")
    wait_for(lambda: httpx.get(f"{address}/health/ready").status_code == 200)


@pytest.fixture
def start_unloaded(serve):
    """Start a service as a worker starts, which opens its snapshot once it listens."""
    return lambda home: serve(Settings(home=home), load=False)


def test_sigterm_makes_the_service_unready_while_it_still_answers(home, tmp_path):
    with served(home, tmp_path / "log", ATLAS_DRAIN_SECONDS="3") as one:
        assert one.status("/health/ready") == 200
        one.process.send_signal(signal.SIGTERM)
        wait_for(lambda: one.status("/health/ready") == 503)
        assert one.status("/collections/gu/items") == 200
        assert one.process.wait(timeout=15) in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in one.log.read_text().splitlines() if line[0] == "{"]
    assert {"/health/ready", "/collections/{collectionId}/items"} <= {
        line["route"] for line in lines
    }
