"""Forms that only our own pages may send."""

from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException

from api.http.links import base_url
from geo.core.errors import BadParameterError

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 10


def require_same_origin(request: Request) -> None:
    """Refuse a form that another site sends, or that does not say where it comes from.

    Browsers say so by headers that no script can write: `Sec-Fetch-Site`, and on plain HTTP and
    in old browsers `Origin`. There are no cookies, so none can be sent along.

    Raises:
        HTTPException: 403.
    """
    site = request.headers.get("sec-fetch-site")
    if site is None:
        origin = urlsplit(request.headers.get("origin", "")).netloc
        # The Host header is compared with what the same browser says, and no link is made of it.
        known = (urlsplit(base_url(request)).netloc, request.headers.get("host"))
        site = "same-origin" if origin and origin in known else "unknown"
    if site != "same-origin":
        raise HTTPException(403, "this form is sent from its own page only")


async def small_form(
    request: Request, most_bytes: int = 500, most_fields: int = _MOST_FIELDS
) -> dict[str, str]:
    """Read a form of a few short fields.

    Args:
        request: the request; no more of its body is read than is allowed.
        most_bytes: length of the body that is allowed.
        most_fields: fields that are allowed.

    Raises:
        HTTPException: 413 or 415: it is too large, or no form.
        BadParameterError: it is not UTF-8, or has too many fields.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, f"send this form as {_FORM}")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            raise HTTPException(413, f"this form has at most {most_bytes} bytes")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most_fields)
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadParameterError("form", "", "UTF-8 text of a few fields") from error
    return dict(pairs)
