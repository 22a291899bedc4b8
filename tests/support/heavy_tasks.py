"""Tasks for helper processes, as bad as they can be."""

import os


def burn() -> None:
    """Compute for ever."""
    while True:
        pass


def burn_in_c() -> int:
    """Compute for ever, without noticing a signal."""
    return sum(range(10**18))


def fill(size: int) -> int:
    """Hold so much memory."""
    return len(bytearray(size))


def own_pid() -> int:
    """Which process it is."""
    return os.getpid()


def fail() -> None:
    """Fail in a way that nobody foresaw."""
    raise LookupError("nobody foresaw this")
