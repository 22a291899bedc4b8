"""Long work in processes of its own, within a budget of work and memory."""

import asyncio
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import heavy_tasks
import httpx
import pytest
from served_process import served

from api.app import create_app
from api.service import helpers
from api.service.current_snapshot import CurrentSnapshot
from api.service.helper_process import Budget, OverBudgetError
from api.service.helpers import EndingError, Helper
from api.service.settings import Settings
from geo.core.errors import BadParameterError
from geo.snapshot.reader import open_current

BUDGET = Budget(cpu_s=0.3, memory=200_000_000)
ITEMS = "/collections/businesses/items"
WORDS = "%20OR%20".join(f"name_ko%20LIKE%20'%25{n}%25'" for n in range(60))


@pytest.fixture(scope="module")
def asking(home):
    held = CurrentSnapshot(open_current(home))
    return SimpleNamespace(scope={"atlas.serving": held})


@pytest.fixture
def run(home, asking):
    """Runs functions in one helper, one after the other; it ends with the test."""

    def each(*functions):
        async def story():
            helper = Helper(home, BUDGET)
            try:
                return [await outcome(helper, function) for function in functions]
            finally:
                helper.close()

        async def outcome(helper, function):
            done = helper.run(asking, function)
            return (await asyncio.gather(done, return_exceptions=True))[0]

        with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
            return pool.submit(asyncio.run, story()).result()

    return each


def test_what_goes_beyond_its_budget_is_ended_and_the_next_is_done(run):
    found = run(
        heavy_tasks.own_pid,
        heavy_tasks.burn,
        heavy_tasks.own_pid,
        heavy_tasks.burn_in_c,
        partial(heavy_tasks.fill, 100_000_000),
        partial(heavy_tasks.fill, 300_000_000),
        heavy_tasks.own_pid,
    )
    assert [type(found[n]) for n in (1, 3, 5)] == [OverBudgetError] * 3
    assert found[4] == 100_000_000
    assert len({found[n] for n in (0, 2, 6)} | {os.getpid()}) == 4


def test_an_error_is_raised_as_it_was_with_where_it_arose(run):
    refused = partial(raise_it, BadParameterError("limit", "x", ["1", "2"]))
    (error, unforeseen) = run(refused, heavy_tasks.fail)
    assert (error.name, error.value, error.choices) == ("limit", "x", ("1", "2"))
    assert str(error) == "limit='x' is not allowed; allowed: 1, 2"
    assert isinstance(unforeseen, LookupError)
    assert "heavy_tasks.py" in unforeseen.__notes__[0]


def raise_it(error):
    raise error


def test_layers_are_not_sent_but_named(run, asking):
    snapshot = asking.scope["atlas.serving"].snapshot
    layer = snapshot.layers["dong"]
    (count, same) = run(partial(getattr, layer, "count"), partial(is_a_layer_of, snapshot, layer))
    assert (count, same) == (25, True)


def is_a_layer_of(snapshot, layer):
    return snapshot.layers["dong"] is layer


def test_a_helper_that_is_closed_begins_nothing(home, asking):
    async def story():
        helper = Helper(home, BUDGET)
        working = asyncio.create_task(helper.run(asking, partial(time.sleep, 60)))
        while not helper.pids:
            await asyncio.sleep(0.01)
        (pid,) = helper.pids
        helper.close()
        with pytest.raises(EndingError):
            await working
        with pytest.raises(EndingError):
            await helper.run(asking, heavy_tasks.own_pid)
        return pid

    with ThreadPoolExecutor(1) as pool:
        pid = pool.submit(asyncio.run, story()).result()
    assert gone(pid)


def test_helpers_start_by_themselves_and_end_with_the_service(home, monkeypatch):
    monkeypatch.setattr(helpers, "BEGIN_AFTER_S", 0)

    async def story():
        both = helpers.Helpers(home)
        await both.begin()
        started = [pid for lane in ("quick", "slow") for pid in both.of(lane).pids]
        both.close()
        return started

    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(asyncio.run, story()).result()
    assert len(started) == 2
    assert all(map(gone, started))


def test_what_is_quick_waits_for_its_helper_and_is_not_done_beside_the_event_loop(home):
    asked = []

    class Lane:
        async def run(self, request, function):
            asked.append(function.func)
            return function()

    class Lanes:
        of = staticmethod(lambda lane: Lane())
        begin = staticmethod(partial(asyncio.sleep, 0))
        close = staticmethod(lambda: None)

    app = create_app(Settings(home=home), helpers=Lanes())

    async def story():
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://x"
        ) as client:
            paths = (f"{ITEMS}?limit=10000&sortby=-name_ko", "/maps/residents")
            return [(await client.get(path)).status_code for path in paths]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, story()).result() == [200, 200]
    assert len(asked) == 2


@pytest.fixture(scope="module")
def service(home, tmp_path_factory):
    with served(home, tmp_path_factory.mktemp("log") / "log") as one:
        one.status("/maps/shares.png")  # starts both helpers
        yield one


@pytest.mark.parametrize(
    "path",
    [
        f"{ITEMS}?filter={WORDS}&limit=3",
        f"{ITEMS}?limit=10000&crs=http://www.opengis.net/def/crs/EPSG/0/5186",
        f"{ITEMS}?f=html&category=bakery&limit=50",
        f"{ITEMS}?f=fgb&category=bakery",
        "/collections/dong/items?f=csv&sortby=-area_km2",
        "/collections/businesses/tiles/WebMercatorQuad/12/1589/3490?filter=category='cafe'",
        "/analysis/density/tiles/WebMercatorQuad/12/1589/3490.png?scale=hex",
        "/analysis/shares/tiles/WebMercatorQuad/12/1589/3490.png",
        f"/analysis/counts?by=category&filter={WORDS}",
        "/analysis/diversity?scale=dong",
        "/analysis/operators?f=csv&lang=ko",
        "/maps/census.png",
        "/maps/food-streets?lang=vi",
        "/maps/food-streets/cards?ids=samarkand",
        "/eat?q=pho",
        "/eat/samarkand",
        "/eat/ground.svg",
        f"{ITEMS}?filter=nothing%3D1",
        "/analysis/operators?of=nobody",
    ],
)
def test_an_answer_is_the_same_by_a_process_and_by_a_thread(service, client, path):
    here = client.get(path)
    there = httpx.get(service.address + path, timeout=60)
    assert (there.status_code, said(there)) == (here.status_code, said(here))


CODE = re.compile(rb'<svg class="qr".*?</svg>', re.DOTALL)


def said(answer):
    """What an answer says, but for when and from where."""
    address = f"{answer.url.scheme}://{answer.url.netloc.decode()}"
    if answer.headers["content-type"] == "image/png":
        return answer.content[:24]  # its size; the address is printed on it
    body = answer.content.replace(address.encode(), b"")
    body = CODE.sub(b"", body)  # the code to scan holds the address
    return body if b"timeStamp" not in body else body.partition(b'"timeStamp"')[0]


def test_a_join_is_the_same_by_a_process_and_by_a_thread(service, client):
    sent = {"files": {"table": ("t.csv", b"dong,n\n4127354500,5\n")}, "data": {"f": "csv"}}
    here, there = (
        client.post("/maps/join", **sent),
        httpx.post(f"{service.address}/maps/join", **sent, timeout=60),
    )
    assert here.status_code == there.status_code == 200
    assert said(here) == said(there)
    wrong = {"files": {"table": ("t.csv", b"a,b\n1,2\n")}}
    assert httpx.post(f"{service.address}/maps/join", **wrong, timeout=60).status_code == 400


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_stays_behind(home, tmp_path, how):
    with served(home, tmp_path / "log", ATLAS_DRAIN_SECONDS="0") as one:
        assert one.status("/maps/shares.png") == 200
        started = one.children()
        assert len(started) >= 2
        one.process.send_signal(how)
        one.process.wait(timeout=20)
        deadline = time.monotonic() + 20
        while not all(map(gone, started)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert all(map(gone, started))


def gone(pid):
    """Whether a process has ended, though nobody may have asked how."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"
