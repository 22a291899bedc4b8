"""Transfers that go on where they were cut, are tried again with patience, and leave a receipt."""

import hashlib
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from geo.core.progress import Notice, Step
from geo.pipeline.fetching.publishers import FetchError
from geo.pipeline.fetching.receipts import Receipt, drop, part_of, read_receipt, state_of

_CHUNK: Final = 1 << 16
_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
_CUT: Final = (OSError, http.client.HTTPException)
_UNCHANGED, _PARTIAL, _NO_RANGE = 304, 206, 416
_LONGEST_PAGE: Final = 5_000_000
OnStep = Callable[[str], None]
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Manners:
    """How a server is asked.

    Attributes:
        tries: of one request.
        wait_s: before the second try, doubled for each further one.
        most_wait_s: whatever the server asks for.
        timeout_s: of silence.
        most_bytes: of one file.
    """

    tries: int
    wait_s: float
    most_wait_s: float
    timeout_s: float
    most_bytes: int = _LONGEST_PAGE


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        url: http or https.
        headers: besides those of the transfer itself.
        body: sent by POST; None for GET.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class _RetryError(Exception):
    """A try that failed, and may succeed later."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https only, and never from https to http."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        """Return the request for the new address.

        Raises:
            FetchError: it leads away from the web, or out of encryption.
        """
        before, after = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if after not in ("http", "https") or (before == "https" and after != "https"):
            raise FetchError(f"{req.full_url} leads to {newurl[:200]!r}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER: Final = urllib.request.build_opener(_SafeRedirects)


def read_page(request: Request, manners: Manners) -> str:
    """Return a page as text.

    Raises:
        FetchError: it cannot be had.
    """

    def once() -> str:
        with _open(request, {}, manners) as answer:
            body: bytes = answer.read(_LONGEST_PAGE + 1)
        if len(body) > _LONGEST_PAGE:
            raise FetchError(f"{request.url}: the page is longer than {_LONGEST_PAGE:,} bytes")
        return body.decode("utf-8", "replace")

    return _tried(once, request.url, manners, lambda _: None)


def download(
    request: Request, target: Path, manners: Manners, licence: str, on_step: OnStep
) -> Receipt | None:
    """Download a file, going on where an earlier try was cut.

    Args:
        request: what is asked.
        target: where it is kept, with its receipt beside it.
        manners: how the server is asked.
        licence: for the receipt.
        on_step: told the progress.

    Returns:
        The receipt, not yet written; None where the server has no newer state. The file is at
        `part_of(target)` until `keep` is called.

    Raises:
        FetchError: it cannot be had, is too large or did not arrive whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = read_receipt(target)
    head = _tried(
        lambda: _arrive(request, target, known, manners, on_step), request.url, manners, on_step
    )
    if head is None:
        return None
    part = part_of(target)
    with part.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Receipt(request.url, now, digest, part.stat().st_size, licence, *head)


def _tried(once: Callable[[], _Result], url: str, manners: Manners, on_step: OnStep) -> _Result:
    """Try something several times, waiting longer each time."""
    reason = ""
    for number in range(manners.tries):
        try:
            return once()
        except _RetryError as failed:
            reason = str(failed)
            wait_s = min(max(manners.wait_s * 2**number, failed.wait_s), manners.most_wait_s)
        except _CUT as error:
            reason = str(error) or type(error).__name__
            wait_s = min(manners.wait_s * 2**number, manners.most_wait_s)
        if number + 1 < manners.tries:
            on_step(Notice(f"{urlsplit(url).netloc}: {reason}; again in {wait_s:.0f} s"))
            time.sleep(wait_s)
    raise FetchError(f"{url}: {reason}, after {manners.tries} tries; try again later")


def _open(request: Request, more: Mapping[str, str], manners: Manners) -> Any:
    """Send a request and return the answer.

    Raises:
        FetchError: the server refuses it for good.
    """
    headers = {"Accept-Encoding": "identity", **request.headers, **more}
    asked = urllib.request.Request(request.url, request.body, headers)  # noqa: S310 # our table's
    try:
        return _OPENER.open(asked, timeout=manners.timeout_s)
    except urllib.error.HTTPError as error:
        if error.code in (_UNCHANGED, _NO_RANGE):
            return error
        with error:
            if error.code in _AGAIN:
                raise _RetryError(f"answers {error.code}", _asked_wait(error.headers)) from error
            raise FetchError(f"{request.url}: the server answers {error.code}") from error


def _asked_wait(headers: Any) -> float:
    text = str(headers.get("Retry-After") or "")
    return float(text) if text.isdecimal() and len(text) < 8 else 0.0


def _arrive(
    request: Request, target: Path, known: Receipt | None, manners: Manners, on_step: OnStep
) -> tuple[str, str, str] | None:
    """Receive a file, or the rest of it; return ETag, Last-Modified and Content-Disposition."""
    part, more = part_of(target), dict[str, str]()
    had, validator = _unfinished(request, target)
    if had:
        more = {"Range": f"bytes={had}-", "If-Range": validator}
    elif known is not None and known.url == request.url:
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        more = {name: value for name, value in conditions.items() if value}
    with _open(request, more, manners) as answer:
        if answer.status == _UNCHANGED:
            return None
        if answer.status == _NO_RANGE:
            part.unlink(missing_ok=True)
            raise _RetryError("has no rest of the file")
        head = _head(answer)
        begin = had if _goes_on(answer, had) else 0
        total = _total(answer, begin)
        if total > manners.most_bytes:
            drop(target, f"it has {total:,} bytes, {manners.most_bytes:,} are allowed")
        _note_state(target, request.url, head)
        _write(answer, target, (begin, total), manners, on_step)
    return head


def _unfinished(request: Request, target: Path) -> tuple[int, str]:
    """Return the bytes that an earlier try left, and the state of the file they are of."""
    try:
        state = json.loads(state_of(target).read_text(encoding="utf-8"))
        size = part_of(target).stat().st_size
    except (OSError, ValueError):
        return 0, ""
    validator = state.get("validator", "")
    return (size, validator) if validator and state.get("url") == request.url else (0, "")


def _note_state(target: Path, url: str, head: tuple[str, str, str]) -> None:
    # A weak ETag cannot vouch for bytes (RFC 9110, 13.1.5).
    strong = head[0] if not head[0].startswith("W/") else ""
    state = {"url": url, "validator": strong or head[1]}
    state_of(target).write_text(json.dumps(state), encoding="utf-8")


def _head(answer: Any) -> tuple[str, str, str]:
    names = ("ETag", "Last-Modified", "Content-Disposition")
    etag, modified, disposition = (_plain(answer.headers.get(name)) for name in names)
    return etag, modified, disposition


def _plain(value: str | None) -> str:
    """Return a header without control characters, cut to a length that headers have."""
    return "".join(letter for letter in str(value or "") if letter.isprintable())[:500]


def _goes_on(answer: Any, had: int) -> bool:
    place = str(answer.headers.get("Content-Range") or "")
    return answer.status == _PARTIAL and had > 0 and place.startswith(f"bytes {had}-")


def _total(answer: Any, begin: int) -> int:
    """Return the size of the whole file as stated; 0 where that is not."""
    text = str(answer.headers.get("Content-Length") or "")
    return begin + int(text) if text.isdecimal() and len(text) < 16 else 0


def _write(
    answer: Any, target: Path, sizes: tuple[int, int], manners: Manners, on_step: OnStep
) -> None:
    done, total = sizes
    with part_of(target).open("ab" if done else "wb") as file:
        while chunk := answer.read(_CHUNK):
            done += len(chunk)
            if done > manners.most_bytes:
                drop(target, f"it has more than {manners.most_bytes:,} bytes")
            file.write(chunk)
            on_step(Step(f"fetching {target.name}", done, total))
        file.flush()
        os.fsync(file.fileno())
    if total and done < total:
        raise _RetryError(f"was cut after {done:,} of {total:,} bytes")
