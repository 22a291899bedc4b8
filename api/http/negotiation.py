"""What a client says it takes, and what it has already (RFC 9110, 8.8, 12.5)."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from fastapi import Request

from geo.core.accept_header import weighed
from geo.core.parameter_values import one_of

# Smallest first, where a client does not mind; zstd comes with the extra `pictures`.
ENCODINGS: Final = ("br", "zstd", "gzip") if find_spec("zstandard") else ("br", "gzip")
# By the name in `f`: the media types of a representation, its own first.
Offer = Mapping[str, tuple[str, ...]]


class NotAcceptableError(Exception):
    """Nothing that is there is something that the client takes."""


def header_of(request: Request, name: bytes) -> str:
    """Read a header of a request, "" where there is none.

    Args:
        request: the request, whose headers are left as they came, as most are never read.
        name: of the header, in small letters.
    """
    for key, value in request.scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def representation(request: Request, given: Mapping[str, str], offer: Offer) -> str:
    """Choose the representation: by `f`, else by Accept, else the first.

    Args:
        request: the request, for its Accept header.
        given: its parameters.
        offer: what there is; the first answers a client that takes anything.

    Raises:
        BadParameterError: `f` names none of them.
        NotAcceptableError: the Accept header takes none of them.
    """
    if "f" in given:
        return one_of("f", given["f"], offer)
    header = header_of(request, b"accept")
    if header in ("", "*/*"):
        return next(iter(offer))
    ranges, refused = _ranges(header)
    for wanted in ranges or ["*/*"]:  # who says nothing that can be read takes anything
        for name, kinds in offer.items():
            if any(_covers(wanted, kind) for kind in kinds) and kinds[0] not in refused:
                return name
    offered = ", ".join(kinds[0] for kinds in offer.values())
    raise NotAcceptableError(f"this is offered as {offered}; or say which with f={'|'.join(offer)}")


def content_coding(request: Request) -> str | None:
    """Choose the content coding of an answer, None to send it as it is."""
    return coding_of(header_of(request, b"accept-encoding"))


def coding_of(header: str) -> str | None:
    """Parse an Accept-Encoding header to the content coding to use, None for as it is."""
    if not header:
        return None
    taken = [name for name, weight in weighed(header) if weight > 0]
    return next((name for name in ENCODINGS if name in taken), None)


def has_already(request: Request, etag: str) -> bool:
    """Compare with the version that the client holds: true if a 304 is enough."""
    given = header_of(request, b"if-none-match")
    if not given:
        return False
    held = [part.strip().removeprefix("W/") for part in given.split(",")]
    return given.strip() == "*" or etag.removeprefix("W/") in held


def _covers(wanted: str, kind: str) -> bool:
    """Whether a media range takes a media type; parameters of either do not matter."""
    major, _, minor = wanted.partition("/")
    whole = kind.partition(";")[0]
    return wanted in ("*/*", whole) or (minor == "*" and whole.startswith(f"{major}/"))


def _ranges(header: str) -> tuple[list[str], list[str]]:
    """Media ranges that are taken, best first, and those that are refused."""
    ranges = [pair for pair in weighed(header) if "/" in pair[0]]
    taken = [name for name, weight in ranges if weight > 0]
    return taken, [name for name, weight in ranges if not weight]
