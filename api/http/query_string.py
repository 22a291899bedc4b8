"""The parameters of a query string, each known. Routes parse nothing."""

import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from geo.core.errors import BadParameterError

MOST_PARAMETERS: Final = 50
# Parameters with one value, on any path.
_ONCE: Final = frozenset(
    (
        "f", "lang", "limit", "offset", "cursor", "skipGeometry", "crs", "bbox-crs", "datetime",
        "filter", "filter-lang", "filter-crs", "with", "collection",
    )
)  # fmt: skip


def given_parameters(
    request: Request,
    known: Iterable[str],
    lists: Iterable[str] = (),
    *,
    others_pass: bool = False,
) -> dict[str, str]:
    """Parse the parameters of a request, refusing unknown ones.

    Args:
        request: the request.
        known: names of parameters; those of `_ONCE` appear once. Any other may be repeated, as
            clients send lists whose generator does not know `explode: false`; joined by commas.
        lists: names of further parameters that may be repeated, as forms send them.
        others_pass: pass over names that are not known.

    Raises:
        BadParameterError: a parameter is unknown and may not pass, appears twice or is not UTF-8.
    """
    if not request.scope["query_string"]:
        return {}
    once, several = list(known), list(lists)
    found: dict[str, str] = {}
    for name, value in _pairs(request.scope["query_string"]):
        if name in several:
            found[name] = f"{found[name]},{value}" if name in found else value
        elif name not in once and others_pass:
            continue
        elif name not in once:
            raise BadParameterError(name, value, ", ".join(once + several) or "no parameters")
        elif name in found and name in _ONCE:
            raise BadParameterError(name, value, "once; join several values by commas")
        else:
            found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(
            query.decode(),  # raw UTF-8 as well, where a server lets it through
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
        # As the layers hold texts: some systems send Hangul as separate letters (NFD).
        return [(name, unicodedata.normalize("NFC", value)) for name, value in pairs]
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadParameterError(
            "query", query.decode("latin-1"), f"UTF-8 text, at most {MOST_PARAMETERS} parameters"
        ) from error
