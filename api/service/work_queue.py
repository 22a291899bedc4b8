"""Work that takes a while: off the event loop, few pieces at once, in a short and fair queue."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, Literal, ParamSpec, TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.service.client_address import client_of
from api.service.helpers import Helpers, Lane

Kind = Literal[
    "filters", "measures", "pictures", "pages", "joins", "files", "queries", "uploads", "notes",
    "inspections", "loads",
]  # fmt: skip
LONG_QUERY: Final = 1_000  # characters; a shorter one is read in some 100 µs
P = ParamSpec("P")
T = TypeVar("T")

# How many at once, and how many may wait. More at once would only take turns on the interpreter.
SIZES: Final[dict[Kind, tuple[int, ...]]] = {
    "filters": (2, 200),
    "measures": (1, 40),
    "pictures": (1, 20),
    "pages": (1, 100),
    "joins": (1, 20),
    "notes": (1, 50),  # of visitors: one transaction at a time
    "inspections": (1, 3),  # of the files of staff, each in a process of its own
    "loads": (4, 4),  # of staff; the lock of the home refuses all but one
    "files": (1, 100),
    "queries": (1, 200),  # long ones, that are read in a thread
    # Tables on their way in, whose bodies are held in memory; so many of one client.
    "uploads": (32, 0, 8),
}

# Which helper process does the work; what is not named stays in a thread.
LANES: Final[dict[Kind, Lane]] = {
    "filters": "quick",
    "pages": "quick",
    "files": "quick",
    "measures": "slow",
    "pictures": "slow",
    "joins": "slow",
}


class BusyError(Exception):
    """There is too much to do at present."""


class WorkQueue:
    """Turns for one kind of work: one client after the other, and none for clients that left.

    For use in one thread.
    """

    def __init__(self, at_once: int, most_waiting: int, most_each: int | None = None) -> None:
        """Make a queue.

        Args:
            at_once: turns at a time.
            most_waiting: requests that may wait, of all clients.
            most_each: turns at a time that one client may have; None for all.
        """
        self._at_once, self._most_waiting = at_once, most_waiting
        self._most_each, self._held = most_each, Counter[str]()
        self._free, self._room = at_once, most_waiting
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._most_waiting - self._room

    @property
    def working(self) -> int:
        """How many have a turn."""
        return self._at_once - self._free

    async def take_turn(self, request: Request) -> None:
        """Wait for a turn, which has to be given back by `end_turn`.

        Raises:
            BusyError: too many wait already.
            ClientDisconnect: the client has left meanwhile.
        """
        client = client_of(request)
        if self._most_each is not None and self._held[client] >= self._most_each:
            raise BusyError
        if self._free:
            self._free -= 1
        else:
            await self._wait(request, client)
        self._held[client] += 1

    async def _wait(self, request: Request, client: str) -> None:
        if not self._room:
            self._push_out(client)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(place)
        self._room -= 1
        try:
            await _unless_gone(request, place)
        except BaseException:  # also where the service ends
            self._leave(client, place)
            raise

    def _push_out(self, client: str) -> None:
        """Refuse the newest request of whoever has most, if that is more than this client has.

        Raises:
            BusyError: nobody has more.
        """
        waiting = self._waiting
        greediest = max(waiting, key=lambda client: len(waiting[client]), default=client)
        if len(waiting.get(greediest, ())) <= len(waiting.get(client, ())) + 1:
            raise BusyError
        place = waiting[greediest].pop()
        self._room += 1
        place.set_exception(BusyError())

    def end_turn(self, request: Request) -> None:
        """Give the turn of a request to the next client."""
        client = client_of(request)
        self._held[client] -= 1
        if self._held[client] <= 0:
            del self._held[client]
        self._pass_on()

    def _pass_on(self) -> None:
        if not self._waiting:
            self._free += 1
            return
        client, turns = self._waiting.popitem(last=False)
        turns.popleft().set_result(None)
        self._room += 1
        if turns:
            self._waiting[client] = turns  # behind all others

    def _leave(self, client: str, place: asyncio.Future[None]) -> None:
        if place.done():
            if not place.cancelled() and place.exception() is None:
                self._pass_on()
            return
        turns = self._waiting[client]
        turns.remove(place)
        self._room += 1
        if not turns:
            del self._waiting[client]


def work_queues() -> dict[Kind, WorkQueue]:
    """Make the queues of one service."""
    return {kind: WorkQueue(*size) for kind, size in SIZES.items()}


async def queued(
    request: Request, kind: Kind, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a function in a helper process when it is this request's turn.

    Without helpers it runs in a thread. Function, arguments and result can be pickled.

    Raises:
        BusyError: too many wait already.
        ClientDisconnect: the client has left before its turn.
        OverBudgetError: it takes more work or memory than it may.
    """
    async with turn(request, kind):
        return await _done(request, kind, partial(function, *args, **kwargs))


async def queued_once(
    request: Request, kind: Kind, known: Callable[[], T | None], function: Callable[[], T]
) -> T:
    """Call as `queued`, unless others who asked the same have the result by then.

    Args:
        request: the request.
        kind: of the work.
        known: finds what another request has made meanwhile.
        function: makes it.

    Raises:
        BusyError: too many wait already.
        ClientDisconnect: the client has left before its turn.
        OverBudgetError: it takes more work or memory than it may.
    """
    async with turn(request, kind):
        found = known()
        return await _done(request, kind, function) if found is None else found


@asynccontextmanager
async def turn(request: Request, kind: Kind) -> AsyncIterator[None]:
    """Do something when it is this request's turn.

    Raises:
        BusyError: too many wait already.
        ClientDisconnect: the client has left before its turn.
    """
    queue: WorkQueue = request.app.state.queues[kind]
    await queue.take_turn(request)
    try:
        yield
    finally:
        queue.end_turn(request)


async def off_loop_if_long(
    request: Request, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a function on the query of a request: at once, unless the query is long.

    Raises:
        BusyError: too many wait already.
        ClientDisconnect: the client has left before its turn.
    """
    if len(request.scope["query_string"]) <= LONG_QUERY:
        return function(*args, **kwargs)
    async with turn(request, "queries"):
        return await run_in_threadpool(function, *args, **kwargs)


async def _done(request: Request, kind: Kind, function: Callable[[], T]) -> T:
    helpers: Helpers | None = request.app.state.helpers
    lane = LANES.get(kind)
    if helpers is None or lane is None:
        return await run_in_threadpool(function)
    done: T = await helpers.of(lane).run(request, function)
    return done


async def _unless_gone(request: Request, place: asyncio.Future[None]) -> None:
    """Wait for a turn for as long as the client does.

    Raises:
        ClientDisconnect: it has left.
    """
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({place, gone}, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise ClientDisconnect
        place.result()  # or what refuses it
    finally:
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
