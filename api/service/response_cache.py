"""Answers in memory: many ask the same, and a snapshot answers the same always alike."""

import asyncio
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from sys import getsizeof
from typing import Final

from cachetools import LRUCache

MOST_BYTES: Final = 32_000_000
LARGEST_BYTES: Final = MOST_BYTES // 4  # one answer shall not push out all others
_QUESTIONS: Final = 10_000  # of which it is known how often they were asked
_OVERHEAD: Final = 2_000  # bytes that objects take, so that tiny answers count as well

_Kept = tuple["Answer", int]  # with its size in bytes
RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
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
        # Views are on bytes that the snapshot holds anyway.
        body = sum(len(piece) for piece in self.pieces if isinstance(piece, bytes))
        return body + headers + _OVERHEAD


class AnswerStore:
    """The answers asked for last, up to a total size; for use in one thread.

    Attributes:
        being_made: by question, what ends when its answer is made.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._answers: LRUCache[Hashable, _Kept] = LRUCache(most_bytes, lambda kept: kept[1])
        self._asked: LRUCache[int, int] = LRUCache(_QUESTIONS)
        self.being_made: dict[Hashable, asyncio.Future[None]] = {}

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """Let others who ask the same wait until the block ends."""
        self.being_made[key] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            self.being_made.pop(key).set_result(None)

    def find(self, key: Hashable) -> Answer | None:
        """Look up the answer to a question, None where it has to be made."""
        kept = self._answers.get(key)
        if kept is not None:
            return kept[0]
        question = hash(key)
        self._asked[question] = self._asked.get(question, 0) + 1
        return None

    def was_asked_again(self, key: Hashable) -> bool:
        """Check whether a question without an answer was asked more than once."""
        return self._asked.get(hash(key), 0) > 1

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Remember an answer; those not asked for longest give way."""
        size = _size(key) + answer.size
        if size <= LARGEST_BYTES and key not in self._answers:
            self._answers[key] = answer, size


def _size(key: Hashable) -> int:
    """Bytes that a key takes: a client decides how long its question is."""
    parts = key if isinstance(key, tuple) else (key,)
    return sum(map(getsizeof, parts))
