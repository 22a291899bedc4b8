"""Forms with a file: what is too large is refused before it is read."""

from typing import Final

from fastapi import Request

from geo.core.errors import BadParameterError

_ENVELOPE: Final = 20_000  # bytes of a form beside the file


def check_length(request: Request, field: str, most_bytes: int, most_sent: int) -> None:
    """Refuse a form that is too large.

    Args:
        request: with the form.
        field: of the file.
        most_bytes: of the file.
        most_sent: of the file as the form carries it.

    Raises:
        BadParameterError: it is too large, or does not say how large it is, or has no file.
    """
    length, kind = (request.headers.get(name, "") for name in ("content-length", "content-type"))
    if not kind.startswith("multipart/form-data"):
        raise BadParameterError("Content-Type", kind, "multipart/form-data")
    if not length.isdecimal():
        raise BadParameterError("Content-Length", length, "the size of the form in bytes")
    if int(length) > most_sent + _ENVELOPE:
        allowed = f"a file of at most {most_bytes // 1_000_000} MB"
        raise BadParameterError(field, f"{int(length) / 1_000_000:.1f} MB", allowed)
