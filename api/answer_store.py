"""Answers in memory: many visitors ask the same, and a snapshot answers the same always alike."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

MOST_BYTES: Final = 32_000_000
LARGEST_BYTES: Final = MOST_BYTES // 4  # one answer shall not push out all others


class AnswerStore:
    """The answers asked for last, up to a total size; for use in one thread."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._answers: OrderedDict[Hashable, bytes] = OrderedDict()
        self._left = most_bytes

    def find(self, key: Hashable) -> bytes | None:
        """The answer to a question, None where it has to be gathered."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: Hashable, answer: bytes) -> None:
        """Remember an answer; those not asked for longest give way."""
        if len(answer) > LARGEST_BYTES or key in self._answers:
            return
        self._answers[key] = answer
        self._left -= len(answer)
        while self._left < 0:
            self._left += len(self._answers.popitem(last=False)[1])
