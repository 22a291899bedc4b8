"""A newer snapshot takes the place of the old one while requests are answered."""

import asyncio
import gc
import json
import re
import shutil
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from published import switch, version_of

from api.app import create_app
from api.service import current_snapshot
from api.service.settings import Settings
from geo.snapshot.history import prune, roll_back
from geo.snapshot.reader import open_current

ITEMS = "/collections/businesses/items?limit=10000"


def served(address):
    return httpx.get(f"{address}/health/ready").json()["snapshot"]


def wait_for(address, name):
    deadline = time.monotonic() + 10
    while served(address) != name:
        assert time.monotonic() < deadline, "the new snapshot was not taken up"
        time.sleep(0.05)


def test_no_request_is_dropped_and_no_answer_is_mixed(two_snapshots, serve, monkeypatch):
    monkeypatch.setattr(current_snapshot, "LOOK_EVERY_S", 0.05)
    home, old, new = two_snapshots
    address, seen, end = serve(Settings(home=home)), [], threading.Event()

    def ask():
        with httpx.Client(base_url=address) as client:
            while not end.is_set():
                answer = client.get(ITEMS)
                kinds = {feature["geometry"]["type"] for feature in answer.json()["features"]}
                seen.append((answer.status_code, answer.headers["etag"][3:19], tuple(kinds)))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for snapshot in (new, old, new):
        time.sleep(0.3)
        switch(home, snapshot)
        wait_for(address, version_of(snapshot))
    end.set()
    for thread in asking:
        thread.join()
    kinds = ((old, ("Point",)), (new, ("POINT",)))
    expected = {(200, version_of(folder)[:16], kind) for folder, kind in kinds}
    assert set(seen) == expected


def said_of(manifest, **changes):
    """A manifest with other fields; None takes one out."""
    path = manifest / "manifest.json"
    said = {**json.loads(path.read_bytes()), **changes}
    path.write_text(json.dumps({name: item for name, item in said.items() if item is not None}))


BREAK = {
    "newer format": (lambda new: said_of(new, format=3), "format 3 of the snapshot is newer"),
    "no format": (lambda new: said_of(new, format=None), "format None of the snapshot is not 2"),
    "missing field": (lambda new: said_of(new, zone=None), "manifest.json lacks zone"),
    "no layers": (lambda new: said_of(new, layers={"gu": {}}), "is not as it must be"),
    "cut manifest": (
        lambda new: (new / "manifest.json").write_bytes((new / "manifest.json").read_bytes()[:-9]),
        "manifest.json cannot be read",
    ),
    "cut columns": (
        lambda new: (new / "gu.arrow").write_bytes((new / "gu.arrow").read_bytes()[:-9]),
        "gu.arrow has been altered",
    ),
    "missing file": (lambda new: (new / "gu.features").unlink(), "gu.features is missing"),
}


@pytest.fixture
def watched(two_snapshots, serve, monkeypatch):
    """A server that looks often: its home, two good snapshots, its address."""
    monkeypatch.setattr(current_snapshot, "LOOK_EVERY_S", 0.02)
    home, old, new = two_snapshots
    return home, old, new, serve(Settings(home=home))


def wait_until(address, holds):
    deadline = time.monotonic() + 10
    while not holds(found := httpx.get(f"{address}/health/ready")):
        assert time.monotonic() < deadline, found.text
        time.sleep(0.02)
    return found


def test_what_cannot_be_read_is_named_and_the_next_good_one_is_taken_up(watched, caplog):
    home, old, new, address = watched
    for number, (damage, problem) in enumerate(BREAK.values()):
        broken = home / "snapshots" / f"{number}{'e' * 63}"
        shutil.copytree(old, broken)
        damage(broken)
        switch(home, broken)
        found = wait_until(address, lambda one: one.json().get("problem", "").count(problem))  # noqa: B023
        assert (found.status_code, found.json()["status"]) == (200, "ok")
        assert found.json()["snapshot"] == version_of(old)
        assert broken.name[:12] not in found.text  # it is a hash of what is protected too
        assert broken.name[:12] in caplog.text
        assert httpx.get(f"{address}{ITEMS}").status_code == 200
    switch(home, new)
    wait_for(address, version_of(new))
    assert "problem" not in httpx.get(f"{address}/health/ready").json()


def test_a_failure_that_nobody_foresaw_does_not_end_the_watch(watched, monkeypatch, caplog):
    home, old, new, address = watched
    good = current_snapshot.open_current

    def fails(_):
        raise RuntimeError("a wrong turn at /secret/place")

    monkeypatch.setattr(current_snapshot, "open_current", fails)
    switch(home, new)
    found = wait_until(address, lambda one: "problem" in one.json())
    assert found.json()["snapshot"] == version_of(old)
    assert "secret" not in found.text
    assert "a wrong turn" in caplog.text
    monkeypatch.setattr(current_snapshot, "open_current", good)
    shutil.copytree(new, home / "snapshots" / "again")
    switch(home, home / "snapshots" / "again")
    wait_for(address, version_of(new))


def test_a_snapshot_that_was_repaired_in_its_place_is_taken_up(watched):
    home, _, new, address = watched
    whole = (new / "manifest.json").read_bytes()
    said_of(new, format=3)
    switch(home, new)
    wait_until(address, lambda one: "problem" in one.json())
    (new / "repaired.json").write_bytes(whole)
    (new / "repaired.json").replace(new / "manifest.json")
    wait_for(address, version_of(new))


def test_an_older_snapshot_that_is_made_current_is_taken_up_and_the_newer_one_let_go(watched):
    home, old, new, address = watched
    switch(home, new)
    wait_for(address, version_of(new))
    roll_back(home, old.name[:12])
    wait_for(address, version_of(old))
    wait_until(address, lambda _: gc.collect() or not prune(home, (1, 0), dry_run=True).in_use)
    assert [item.folder for item in prune(home, (0, 0), dry_run=True).removed] == [new]


def test_the_snapshot_that_serves_is_not_removed_though_another_is_current(watched, monkeypatch):
    home, old, new, address = watched
    monkeypatch.setattr(current_snapshot, "LOOK_EVERY_S", 1000)
    wait_for(address, version_of(old))
    (home / "current").unlink()
    (home / "current").symlink_to(new)
    assert [item.folder for item in prune(home, (0, 0)).in_use] == [old]
    assert httpx.get(f"{address}{ITEMS}").status_code == 200


def test_all_that_is_read_of_a_manifest_is_asked_for_at_the_start():
    root = Path(current_snapshot.__file__).parents[2]
    texts = [
        path.read_text("utf-8")
        for part in ("atlas", "api", "maps", "geo")
        for path in (root / part).rglob("*.py")
    ]
    read = {name for text in texts for name in re.findall(r"snapshot\.manifest\[\"(\w+)\"\]", text)}
    assert len(read) > 5
    assert read <= {*current_snapshot.NEEDED, "accounts", "layers", "tables"}


class Switch:
    """State of a service that notes what is warm when a snapshot begins to serve."""

    def __init__(self, home):
        object.__setattr__(self, "settings", Settings(home=home))
        object.__setattr__(self, "serving", None)
        object.__setattr__(self, "warm", None)

    def __setattr__(self, name, value):
        layer = value.snapshot.layers["businesses"]
        index = layer._coded["category"]
        sections = value.tiles["businesses"]._sections
        warm = (
            "_boxes" in vars(layer),
            "_turned" in vars(index),
            *(section._made for section in sections),
        )
        object.__setattr__(self, "warm", warm)
        object.__setattr__(self, name, value)


def test_indexes_are_there_before_a_new_snapshot_serves(home):
    app = SimpleNamespace(state=Switch(home))
    with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
        pool.submit(lambda: asyncio.run(current_snapshot._take_up(app))).result()
    assert app.state.serving.snapshot.layers["businesses"].count > 10_000
    assert all(app.state.warm)


def test_what_was_made_of_the_old_one_is_freed(two_snapshots):
    home, _, new = two_snapshots
    app = create_app(Settings(home=home))
    layer = weakref.ref(app.state.serving.snapshot.layers["businesses"])
    layer().select({"category": ["cafe"]})
    switch(home, new)
    app.state.serving = current_snapshot.CurrentSnapshot(open_current(home))
    gc.collect()
    assert layer() is None
