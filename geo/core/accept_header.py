"""What a client says it prefers (RFC 9110, 12.4.2), as Werkzeug parses it."""

from functools import lru_cache
from typing import Final

from werkzeug.http import parse_accept_header

_LONGEST: Final = 2_000  # characters that are read; browsers send some hundred


def weighed(header: str) -> tuple[tuple[str, float], ...]:
    """Parse the choices of a header with their weights, best first.

    Args:
        header: of Accept, Accept-Encoding or Accept-Language.

    Returns:
        Choices in lower case and without parameters; a weight of 0 refuses one.
    """
    return _weighed(header[:_LONGEST])


@lru_cache(maxsize=500)
def _weighed(header: str) -> tuple[tuple[str, float], ...]:
    return tuple(
        (choice.partition(";")[0].strip().lower(), float(weight))
        for choice, weight in parse_accept_header(header)
    )
