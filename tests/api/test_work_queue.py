"""Turns: few at once, a short queue, one client after the other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from starlette.requests import ClientDisconnect

from api.service.client_address import network_of
from api.service.work_queue import BusyError, WorkQueue, queued_once, work_queues


class Client:
    """A client that leaves when it is told to."""

    def __init__(self, address):
        self.left = asyncio.Event()
        self.scope = {"client": (address, 1)}
        self.app = SimpleNamespace(state=SimpleNamespace(helpers=None, queues=work_queues()))

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}


async def waiting(queue, client, done):
    await queue.take_turn(client)
    done.append(client.scope["client"][0])


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


def run(coroutine):
    with ThreadPoolExecutor(1) as pool:  # a browser of other tests has a loop in this thread
        return pool.submit(asyncio.run, asyncio.wait_for(coroutine, 10)).result()


def test_one_more_than_may_wait_is_refused():
    async def story():
        queue = WorkQueue(1, 1)
        await queue.take_turn(Client("a"))
        second = asyncio.create_task(waiting(queue, Client("a"), []))
        await settle()
        with pytest.raises(BusyError):
            await queue.take_turn(Client("b"))
        queue.end_turn(Client("a"))
        await second
        queue.end_turn(Client("a"))
        await queue.take_turn(Client("b"))

    run(story())


def test_a_client_with_much_to_ask_does_not_keep_another_waiting():
    async def story():
        queue, done = WorkQueue(1, 10), []
        await queue.take_turn(Client("a"))
        tasks = [asyncio.create_task(waiting(queue, Client(item), done)) for item in "aaab"]
        for _ in range(4):
            await settle()
            queue.end_turn(Client("a"))
        await asyncio.gather(*tasks)
        assert done == ["a", "b", "a", "a"]

    run(story())


def test_a_client_that_leaves_gives_its_place_to_others():
    async def story():
        queue, client, done = WorkQueue(1, 1), Client("a"), []
        await queue.take_turn(Client("a"))
        first = asyncio.create_task(waiting(queue, client, done))
        await settle()
        client.left.set()
        with pytest.raises(ClientDisconnect):
            await first
        second = asyncio.create_task(waiting(queue, Client("b"), done))
        await settle()
        queue.end_turn(Client("a"))
        await second
        assert done == ["b"]

    run(story())


def test_a_turn_that_comes_too_late_goes_to_the_next():
    async def story():
        queue, client, done = WorkQueue(1, 2), Client("a"), []
        await queue.take_turn(Client("a"))
        first = asyncio.create_task(waiting(queue, client, done))
        second = asyncio.create_task(waiting(queue, Client("b"), done))
        await settle()
        client.left.set()
        queue.end_turn(Client("a"))  # in the same moment
        with pytest.raises(ClientDisconnect):
            await first
        await second
        assert done == ["b"]

    run(story())


def test_what_several_ask_for_is_made_once():
    async def story():
        client, made = Client("a"), []

        def make():
            made.append(len(made))
            return "page"

        async def ask():
            return await queued_once(client, "pages", lambda: "known" if made else None, make)

        assert sorted(await asyncio.gather(*(ask() for _ in range(8)))) == ["known"] * 7 + ["page"]
        assert made == [0]

    run(story())


def test_what_failed_is_tried_again():
    async def story():
        client, tried = Client("a"), []

        def make():
            tried.append(1)
            if len(tried) == 1:
                raise RuntimeError
            return "page"

        with pytest.raises(RuntimeError):
            await queued_once(client, "pages", lambda: None, make)
        assert await queued_once(client, "pages", lambda: None, make) == "page"

    run(story())


def test_a_full_queue_makes_room_for_who_asks_less():
    async def story():
        queue, done = WorkQueue(1, 3), []
        await queue.take_turn(Client("a"))
        greedy = [asyncio.create_task(waiting(queue, Client("a"), done)) for _ in range(3)]
        await settle()
        other = asyncio.create_task(waiting(queue, Client("b"), done))
        await settle()
        with pytest.raises(BusyError):
            await greedy[-1]
        with pytest.raises(BusyError):
            await queue.take_turn(Client("a"))
        for _ in range(3):
            queue.end_turn(Client("a"))
            await settle()
        await asyncio.gather(*greedy[:2], other)
        assert done == ["a", "b", "a"]

    run(story())


def test_one_client_does_not_have_all_turns():
    async def story():
        queue = WorkQueue(3, 0, 2)
        for client in ("a", "a", "b"):
            await queue.take_turn(Client(client))
        queue.end_turn(Client("b"))
        with pytest.raises(BusyError):
            await queue.take_turn(Client("a"))
        queue.end_turn(Client("a"))
        await queue.take_turn(Client("a"))

    run(story())


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a:b", "a:b"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(address, client):
    assert network_of(address) == client
