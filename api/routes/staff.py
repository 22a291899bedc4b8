"""The door for staff: who brings a token sees what is protected; nobody else's answer changes.

A token is a secret of 256 random bits; settings hold its SHA-256, which is as good as a slow hash
for a secret that nobody can guess. Staff have a snapshot, answers and pages of their own, so no
cache of ours holds both, and what they get is not to be kept by anybody (`private, no-store`).
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import answer, excerpt, problem
from api.responses.declared_route import DeclaredRoute, router
from api.responses.documents import json_answer
from api.service.current_snapshot import ROLE

CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Ansan Atlas staff", charset="UTF-8"'}
FOR_STAFF: Final = "this is for staff: send a token (`Authorization: Bearer …`)"
WRONG: Final = "10/minute"  # wrong tokens from one address, before it has to wait
ASKED: Final = "600/minute"  # requests of one of the staff
_TAIL: Final = 400_000  # bytes of the log in which steps are looked for
_OWN_HEADERS: Final = (b"cache-control", b"etag", b"vary")
routes = router("Staff", DeclaredRoute)
_PRIVATE: Final = [(b"cache-control", b"private, no-store"), (b"vary", b"*")]


class AuditLog:
    """Who of the staff asked what: one JSON object per line, never with a token.

    A line is written before the question is answered, so that no answer goes unrecorded.
    """

    def __init__(self, path: Path) -> None:
        """Begin or go on.

        Raises:
            OSError: it cannot be written.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._append("")

    def note(
        self, scope: Scope, what: str, name: str, facts: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Record a request.

        Args:
            scope: of the request.
            what: what is done.
            name: who of the staff does it.
            facts: what else is known: file, SHA-256, bytes, result.

        Raises:
            OSError: it cannot be written.
        """
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "staff": name,
            "what": what,
            "from": _address(scope),
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode("latin-1"),
            **facts,
        }
        self._append(json.dumps(entry, ensure_ascii=True) + "\n")

    def steps(self, most: int) -> list[dict[str, str]]:
        """Return the last entries that have a result, the newest first."""
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read().split(b"\n")
        except OSError:
            return []
        found = (_entry(line) for line in reversed(lines) if b'"result"' in line)
        return list(islice((entry for entry in found if entry), most))

    def _append(self, line: str) -> None:
        # Opened anew for each line: after a rotation the file is another one, of whatever mode.
        with open(self._path, "a", encoding="ascii", opener=_own) as file:
            file.write(line)


def _entry(line: bytes) -> dict[str, str]:
    """Return an entry with a result; {} for a line that is cut off."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in entry.items()} if "result" in entry else {}


def _own(path: str, flags: int) -> int:
    """Open a file that nobody else may read, whoever made it."""
    handle = os.open(path, flags, 0o600)
    if os.fstat(handle).st_mode & 0o077:
        os.fchmod(handle, 0o600)
    return handle


class StaffAuth:
    """ASGI middleware that knows staff by their tokens."""

    def __init__(self, app: ASGIApp, tokens: Mapping[str, bytes], log: AuditLog) -> None:
        """Guard an app.

        Args:
            app: what answers.
            tokens: SHA-256 of the token of each of the staff, by name.
            log: where their questions are noted.
        """
        from limits import parse  # only where there are staff
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._app, self._tokens, self._log = app, tokens, log
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._wrong, self._asked = parse(WRONG), parse(ASKED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in as what it is."""
        given = _authorization(scope) if scope["type"] == "http" else None
        if given is None:
            await self._app(scope, receive, send)
            return
        try:
            refusal = self._refusal(scope, given)
        except OSError:
            refusal = problem(503, "what staff ask cannot be noted now, so it is not answered")
        if refusal is not None:
            scope["app"].state.refusals.note(refusal.status_code, _address(scope))
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, _kept_by_nobody(send))

    def _refusal(self, scope: Scope, given: str) -> Response | None:
        """Why this is not answered; None for one of the staff, who then stands in the scope."""
        name = self._who(given)
        if name is None:  # a right token is never refused for the wrong ones of others
            return self._refused(scope)
        if not self._limiter.hit(self._asked, name):
            return _too_many(f"more than {ASKED.replace('/', ' requests a ')}")
        self._log.note(scope, "asked", name)
        scope[ROLE] = name
        return None

    def _refused(self, scope: Scope) -> Response:
        """Refuse a wrong token; note as many refusals of an address as it may have in a minute."""
        if not self._limiter.hit(self._wrong, _address(scope)):
            return _too_many("too many wrong tokens from this address")
        self._log.note(scope, "refused", "")
        return problem(401, "this token is not known; leave it out to ask as anybody", CHALLENGE)

    def _who(self, given: str) -> str | None:
        """Whose token this is. Every token is looked at, so that time tells nothing."""
        claimed, token = _claimed(given)
        digest, found = hashlib.sha256(token).digest(), None
        for name, known in self._tokens.items():
            right = hmac.compare_digest(digest, known)
            if right and claimed in (None, name):
                found = name
        return found


@routes.get("/staff", include_in_schema=False)
async def staff(request: Request) -> Response:
    """Tell who asks; a browser asks for name and token here and sends them from then on."""
    name = request.scope.get(ROLE)
    if name is None:
        return ask_for_token(request)
    body = {"staff": name, "rule": "K3", "log": "every question is noted"}
    return json_answer(body, headers={"Cache-Control": "private, no-store"})


def ask_for_token(request: Request) -> Response:
    """Refuse somebody without a token, so that a browser asks for name and token."""
    return answer(request, 401, FOR_STAFF, CHALLENGE)


def _claimed(given: str) -> tuple[str | None, bytes]:
    """The name that goes with a token (None for any), and the token."""
    scheme, _, value = given.partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return None, value.encode()
    if scheme.lower() == "basic":
        try:
            name, _, token = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", b""
        return name, token.encode()
    return "", b""


def _authorization(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return str(value.decode("latin-1"))
    return None


def _address(scope: Scope) -> str:
    return excerpt(scope["client"][0]) if scope.get("client") else ""


def _too_many(why: str) -> Response:
    return problem(429, f"{why}; wait a minute", {"Retry-After": "60"})


def _kept_by_nobody(send: Send) -> Send:
    async def private(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                header for header in message["headers"] if header[0].lower() not in _OWN_HEADERS
            ]
            message = {**message, "headers": [*kept, *_PRIVATE]}
        await send(message)

    return private
