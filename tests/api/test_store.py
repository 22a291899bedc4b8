"""Services that follow one store, started as a user starts them."""

import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress

import httpx
import pytest
from buckets import BUCKET
from published import copy_home, switch, version_of
from served_process import served

from api.service.current_snapshot import LOOK_EVERY_S
from geo.store.follower import EVERY_S, Follower

ITEMS = "/collections/businesses/items?limit=10"


def atlas(home, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "atlas", *arguments],
        env={**os.environ, "ATLAS_HOME": str(home), **environment},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Visitors:
    """Ask services again and again, for as long as the block lasts."""

    def __init__(self, addresses):
        self.addresses, self.statuses = addresses, []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def _ask(self):
        with httpx.Client() as client:
            while not self._over.is_set():
                for address in self.addresses:
                    try:
                        self.statuses.append(client.get(address + ITEMS).status_code)
                    except httpx.TransportError as error:
                        self.statuses.append(repr(error))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


@pytest.fixture
def publisher(two_snapshots):
    """A home whose current snapshot is not marked, and a function that makes the marked one so."""
    from hashlib import sha256

    home, old, marked = two_snapshots
    named = marked.with_name(sha256((marked / "manifest.json").read_bytes()).hexdigest())
    marked.rename(named)
    return home, old, named


def test_two_services_follow_a_publication_and_a_rollback_while_they_are_asked(
    publisher, moto, tmp_path_factory
):
    home, old, new = publisher
    settings = {**moto, "ATLAS_STORE": f"s3://{BUCKET}/two"}
    folder = tmp_path_factory.mktemp("two")
    assert atlas(home, "publish", **settings).returncode == 0
    with ExitStack() as stack:
        services = [
            stack.enter_context(served(folder / name, folder / f"{name}.log", **settings))
            for name in ("a", "b")
        ]
        addresses = [service.address for service in services]

        def all_serve(snapshot):
            wanted = version_of(snapshot)
            told = [httpx.get(f"{address}/health/ready").json() for address in addresses]
            return all(each.get("snapshot") == wanted for each in told)

        wait_until(lambda: all_serve(old))
        with Visitors(addresses) as visitors:
            switch(home, new)
            done = atlas(home, "publish", "--json", **settings)
            assert done.returncode == 0, done.stderr
            wait_until(lambda: all_serve(new))
            assert atlas(home, "rollback", **settings).returncode == 0
            wait_until(lambda: all_serve(old))
    assert len(visitors.statuses) > 20
    assert set(visitors.statuses) == {200}


def test_looks_find_a_change_within_two_tenths_of_a_second_and_are_rarer_while_the_store_fails(
    home, monkeypatch
):
    follower, pauses = Follower(None, home), []
    looks = iter([True, False, False, True])
    monkeypatch.setattr(follower, "look", lambda: next(looks))
    monkeypatch.setattr(follower._stop, "wait", pauses.append)
    with suppress(StopIteration):
        follower._run()
    assert pauses == [EVERY_S, 2 * EVERY_S, 4 * EVERY_S, EVERY_S]
    mean_s = (EVERY_S + LOOK_EVERY_S) / 2  # of the waits for the next look at the store and at home
    assert mean_s < 0.2
    assert EVERY_S * 10.4e6 >= 30 * 86_400  # requests a month, as docs/operations.md counts them


def test_a_service_goes_on_without_its_store_and_tells(home, tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    address = f"file://{store}"
    assert atlas(home, "publish", ATLAS_STORE=address).returncode == 0
    copy = copy_home(home, tmp_path / "copy")
    with served(copy, tmp_path / "log", ATLAS_STORE=address) as service:
        ready = f"{service.address}/health/ready"
        wait_until(lambda: "atlas_store_age_seconds" in metrics(service))
        assert "store_problem" not in httpx.get(ready).json()
        (store / "public" / "current").unlink()
        wait_until(lambda: "store_problem" in httpx.get(ready).json())
        answer = httpx.get(ready)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        assert f"the store {address} has no public/current" in answer.json()["store_problem"]
        wait_until(lambda: "\natlas_store_problem 1.0" in metrics(service))
        assert service.status(ITEMS) == 200


def metrics(service):
    return httpx.get(f"{service.address}/metrics").text


@pytest.mark.parametrize(
    ("command", "settings", "sentence"),
    [
        ("publish", {}, "ATLAS_STORE names no store"),
        ("publish", {"ATLAS_STORE": "bucket"}, "ATLAS_STORE must be such as"),
        ("serve", {"ATLAS_STORE": "s3://key:secret@bucket"}, "ATLAS_STORE must be such as"),
        ("rollback", {"ATLAS_STORE": "file:///no/such"}, "there is no folder /no/such"),
        ("publish", {"ATLAS_STORE": "s3://a/b", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
         "the store s3://a/b cannot be reached"),
    ],
)  # fmt: skip
def test_a_store_that_cannot_be_used_is_one_sentence_and_status_2(
    home, command, settings, sentence
):
    access = {"AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "hidden"}
    done = atlas(home, command, **access, **settings)
    assert done.returncode == 2
    assert done.stderr.startswith(f"atlas: {sentence}")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
    assert "hidden" not in done.stderr


def test_a_missing_extra_is_one_sentence_and_status_2(home, tmp_path):
    (tmp_path / "obstore.py").write_text("raise ModuleNotFoundError(name='obstore')")
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    done = atlas(home, "publish", ATLAS_STORE="s3://a/b", PYTHONPATH=path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pip install 'ansan-atlas[store]'" in done.stderr
