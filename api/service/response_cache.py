"""Answers in memory: many ask the same, and a snapshot answers the same always alike."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from sys import getsizeof
from typing import Final, NamedTuple

MOST_BYTES: Final = 32_000_000
LARGEST_BYTES: Final = MOST_BYTES // 4  # one answer shall not push out all others
_QUESTIONS: Final = 10_000  # of which it is known that they were asked
_OVERHEAD: Final = 2_000  # bytes that objects take, so that tiny answers count as well

_Kept = tuple["Answer", int]  # with its size in bytes
RawHeaders = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """An answer as it is sent.

    Attributes:
        status: HTTP status.
        headers: as they go over the wire.
        pieces: the body as it goes over the wire, packed if it is.
        etag: tells versions apart.
    """

    status: int
    headers: RawHeaders
    pieces: Sequence[bytes | memoryview]
    etag: str

    @property
    def size(self) -> int:
        """Bytes that it takes to keep it."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return own_bytes(self.pieces) + headers + _OVERHEAD


def own_bytes(pieces: Sequence[bytes | memoryview]) -> int:
    """Count the bytes of a body; views on bytes are on what the snapshot holds anyway."""
    views = (piece for piece in pieces if isinstance(piece, memoryview))
    held = sum(len(view) for view in views if isinstance(view.obj, bytes))
    return sum(map(len, pieces)) - held


class AnswerStore:
    """The answers asked for last, up to a total size; for use in one thread.

    Attributes:
        being_made: by question, what ends when its answer is made.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._answers: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._free = most_bytes
        self._asked: OrderedDict[int, None] = OrderedDict()
        self.being_made: dict[Hashable, asyncio.Future[None]] = {}

    def begin(self, key: Hashable) -> asyncio.Future[None]:
        """Let others who ask the same wait until the future that this returns is done."""
        self.being_made[key] = asyncio.get_running_loop().create_future()
        return self.being_made[key]

    def find(self, key: Hashable) -> Answer | None:
        """Look up the answer to a question, None where it has to be made."""
        kept = self._answers.get(key)
        if kept is None:
            return None
        self._answers.move_to_end(key)
        return kept[0]

    def was_asked_before(self, key: Hashable) -> bool:
        """Check whether this has been called for a question before, and not too long ago."""
        question = hash(key)
        known = question in self._asked
        self._asked[question] = None
        self._asked.move_to_end(question)
        if len(self._asked) > _QUESTIONS:
            self._asked.popitem(last=False)
        return known

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Remember an answer; those not asked for longest give way."""
        size = _size(key) + answer.size
        if size > LARGEST_BYTES or key in self._answers:
            return
        self._answers[key] = answer, size
        self._free -= size
        while self._free < 0:
            self._free += self._answers.popitem(last=False)[1][1]


def _size(key: Hashable) -> int:
    """Bytes that a key takes: a client decides how long its question is."""
    parts = key if isinstance(key, tuple) else (key,)
    return sum(map(getsizeof, parts))
