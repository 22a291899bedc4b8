"""Long bodies in parts, and short work that needs no turn."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from api.app import create_app
from api.responses import parts
from api.responses.parts import Parts, cut
from api.routes import items
from api.service.settings import Settings
from api.service.work_queue import WorkQueue

ITEMS = "/collections/businesses/items"


def run(coroutine):
    with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
        return pool.submit(asyncio.run, asyncio.wait_for(coroutine, 60)).result()


def ask(app, *targets):
    async def story():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://atlas") as client:
            plain = {"Accept-Encoding": "identity"}
            return [await client.get(target, headers=plain) for target in targets]

    return run(story())


@pytest.fixture(scope="module")
def app(home):
    return create_app(Settings(home=home, access_log="none"))


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([], [b""]),
        ([b"ab"], [b"ab"]),
        ([b"abcdefg", b"h"], [b"abc", b"def", b"g", b"h"]),
        ([memoryview(b"abcd")], [b"abc", b"d"]),
    ],
)
def test_a_long_piece_is_cut_into_views(monkeypatch, pieces, expected):
    monkeypatch.setattr(parts, "PART", 3)
    assert [bytes(part) for part in cut(pieces)] == expected


def test_each_part_waits_until_the_one_before_is_taken(monkeypatch):
    monkeypatch.setattr(parts, "PART", 2)
    sent, taken = [], asyncio.Event()

    async def send(message):
        sent.append(bytes(message.get("body", b"")))
        if sent[-1] == b"ab":
            await taken.wait()

    async def story():
        answer = Parts([b"abcd"], {}, "text/plain")
        assert answer.headers["content-length"] == "4"
        sending = asyncio.create_task(answer({}, None, send))
        for _ in range(5):
            await asyncio.sleep(0)
        assert sent == [b"", b"ab"]
        taken.set()
        await sending
        assert sent == [b"", b"ab", b"cd"]

    run(story())


@pytest.mark.parametrize(
    "query",
    [
        "bbox=126.7895,37.3285,126.7911,37.3298&limit=10000",
        "filter=category='cafe' AND name_ko LIKE '가%'&limit=10000",
        "limit=10000",
        "category=restaurant&limit=10000",
    ],
    ids=["few in a box", "few of a filter", "all, which are not copied", "many as they are"],
)
def test_a_question_with_little_work_needs_no_turn(app, query):
    app.state.queues["filters"] = WorkQueue(0, 0)  # refuses everybody
    plenty, light = ask(app, f"{ITEMS}?limit=10000&properties=name_ko", f"{ITEMS}?{query}")
    assert (plenty.status_code, light.status_code) == (503, 200)
    assert light.json()["numberReturned"] == len(light.json()["features"])


def test_a_page_in_the_order_of_a_large_layer_needs_no_turn(app, monkeypatch):
    app.state.queues["filters"] = WorkQueue(0, 0)  # refuses everybody
    monkeypatch.setattr(items, "_LIGHT", 100)
    queries = ("limit=1000&offset=7", "limit=1001", "sortby=name_ko", "category=restaurant")
    answers = ask(app, *[f"{ITEMS}?{query}" for query in queries])
    assert [answer.status_code for answer in answers] == [200, 503, 503, 503]


def test_a_run_of_features_holds_the_bytes_of_each(app):
    layer = app.state.serving.snapshot.layers["businesses"]
    for rows in ([0], [3, 4, 5], [1, 2, 7, 9, 10], [5, 4, 3], [2, 2]):
        each = b",".join(layer.feature(row) for row in rows)
        assert layer.features(np.array(rows)) == each


@pytest.mark.parametrize(
    ("target", "maker"),
    [("?category=restaurant&limit=200", "_collection"), ("/samarkand", "_item_links")],
)
def test_what_is_gathered_is_kept_when_it_is_asked_for_again(app, monkeypatch, target, maker):
    app.state.queues["filters"] = WorkQueue(2, 10)
    made, make = [], getattr(items, maker)
    monkeypatch.setattr(items, maker, lambda *given: made.append(given) or make(*given))
    first, second, third = ask(app, *[ITEMS + target] * 3)
    assert first.status_code == 200
    assert first.json().get("features") == second.json().get("features")
    assert second.content == third.content
    assert len(made) == 2
