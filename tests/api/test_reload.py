"""A newer snapshot takes the place of the old one while requests are answered."""

import gc
import json
import threading
import time
import weakref

import httpx
from published import switch, version_of

from api import serving
from api.app import create_app
from api.settings import Settings
from geo.store import open_current

ITEMS = "/collections/businesses/items?limit=10000"


def served(address):
    return httpx.get(f"{address}/health/ready").json()["snapshot"]


def wait_for(address, name):
    deadline = time.monotonic() + 10
    while served(address) != name:
        assert time.monotonic() < deadline, "the new snapshot was not taken up"
        time.sleep(0.05)


def test_no_request_is_dropped_and_no_answer_is_mixed(two_snapshots, serve, monkeypatch):
    monkeypatch.setattr(serving, "LOOK_EVERY_S", 0.05)
    home, old, new = two_snapshots
    address, seen, end = serve(Settings(home=home)), [], threading.Event()

    def ask():
        with httpx.Client(base_url=address) as client:
            while not end.is_set():
                answer = client.get(ITEMS)
                kinds = {one["geometry"]["type"] for one in answer.json()["features"]}
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


def test_a_broken_snapshot_is_left_alone(two_snapshots, serve, monkeypatch):
    monkeypatch.setattr(serving, "LOOK_EVERY_S", 0.05)
    home, old, new = two_snapshots
    address = serve(Settings(home=home))
    manifest = json.loads((new / "manifest.json").read_text())
    (new / "manifest.json").write_text(json.dumps(manifest)[:-9])
    switch(home, new)
    time.sleep(0.5)
    assert served(address) == version_of(old)
    assert httpx.get(f"{address}{ITEMS}").status_code == 200


def test_what_was_made_of_the_old_one_is_freed(two_snapshots):
    home, _, new = two_snapshots
    app = create_app(Settings(home=home))
    layer = weakref.ref(app.state.serving.snapshot.layers["businesses"])
    layer().select({"category": ["cafe"]})
    switch(home, new)
    app.state.serving = serving.Serving(open_current(home))
    gc.collect()
    assert layer() is None
