"""A limit on what one address may send, in bounded memory and without keeping the address."""

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Final

from cachetools import TTLCache

from api.service.visitor_notes import household

_MOST_ADDRESSES: Final = 10_000  # that are counted at once; the oldest give way
_DIGEST_BYTES: Final = 16


class AddressLimit:
    """So many in a period from one address; for use in one event loop."""

    def __init__(
        self, most: int, period_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Count for one process.

        Args:
            most: how many pass.
            period_s: from the first one on, seconds.
            clock: the present time, seconds.
        """
        self._most = most
        self._key = secrets.token_bytes(32)
        self._counts: TTLCache[bytes, list[int]] = TTLCache(_MOST_ADDRESSES, period_s, clock)

    def hit(self, address: str) -> bool:
        """Count one, and tell whether it may pass.

        Args:
            address: network address of a client; only a keyed hash of it is held.
        """
        text = household(address).encode()
        digest = hashlib.blake2b(text, key=self._key, digest_size=_DIGEST_BYTES).digest()
        count = self._counts.get(digest)
        if count is None:
            count = self._counts[digest] = [0]
        if count[0] < self._most:
            count[0] += 1
            return True
        return False
