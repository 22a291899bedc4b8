"""The only place where an error becomes a status: RFC 9457 problem details, for every route."""

import logging
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.http.error_pages import error_page, is_person
from api.http.links import without_slash
from api.http.negotiation import NotAcceptableError
from api.http.observation import HEADER, REQUEST_ID
from api.http.security_headers import ALWAYS, DATA_POLICY
from api.service.current_snapshot import NotReadyError
from api.service.helper_process import BUDGET, OverBudgetError
from api.service.helpers import EndingError
from api.service.refusal_log import RefusalLog, note_refusal
from api.service.work_queue import BusyError
from geo.core import extras
from geo.core.errors import BadParameterError, ProtectedError, StaffOnlyError
from geo.readers.errors import InputFileError

RETRY_AFTER_S: Final = "5"
PROBLEM_JSON: Final = "application/problem+json"
SHOWN_CHARACTERS: Final = 100  # of a wrong value; enough to recognise it

_LESS: Final = "fewer categories, a smaller bbox or a smaller table"

_log = logging.getLogger("ansan_atlas")


class NotFoundError(Exception):
    """There is no such thing under this address."""


def register(app: FastAPI) -> None:
    """Let every error of the app end in a problem document."""
    app.state.refusals = RefusalLog()
    app.add_exception_handler(BadParameterError, _bad_parameter)
    app.add_exception_handler(ProtectedError, _protected)
    app.add_exception_handler(StaffOnlyError, _staff_only)
    app.add_exception_handler(InputFileError, _unusable)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(NotAcceptableError, _not_acceptable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(EndingError, _busy)
    app.add_exception_handler(OverBudgetError, _over_budget)
    app.add_exception_handler(NotReadyError, _not_ready)
    app.add_exception_handler(ModuleNotFoundError, _not_installed)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Make a problem document.

    Args:
        status: HTTP status.
        detail: what is wrong and what to do, for people.
        headers: further headers.
        more: members beyond the standard ones.
    """
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    content = orjson.dumps({**body, "detail": detail, **more})
    return Response(content, status, headers, PROBLEM_JSON)


def answer(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Answer an error: with a page for people, and a problem document for machines.

    Args:
        request: the request that failed.
        status: HTTP status.
        detail: what is wrong and what to do, for people.
        headers: further headers.
        more: members beyond the standard ones.
    """
    if is_person(request):
        return error_page(request, status, detail, headers or {}, **more)
    return problem(status, detail, headers, **more)


def excerpt(value: object) -> str:
    """Shorten a value from outside so that it may be repeated, without control characters."""
    text = without_controls(str(value))
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def without_controls(text: str) -> str:
    """Remove control characters from a sentence of ours that repeats something from outside."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


async def _bad_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadParameterError)  # noqa: S101 # what the handler is registered for
    name, value = excerpt(error.name), excerpt(error.value)
    detail = f"{name}={value} is not allowed; allowed: {error.allowed}"
    told: dict[str, Any] = {"parameter": name, "value": value, "allowed": error.allowed}
    if is_person(request):
        return error_page(request, 400, detail, {}, **told, choices=error.choices)
    return problem(400, detail, **told)


async def _protected(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProtectedError)  # noqa: S101 # what the handler is registered for
    detail = f"{error} (/analysis/operators); staff who send their token may ask"
    return answer(request, 403, detail, parameter=error.name)


async def _staff_only(request: Request, error: Exception) -> Response:
    assert isinstance(error, StaffOnlyError)  # noqa: S101 # what the handler is registered for
    return answer(request, 403, str(error), parameter=error.name)


async def _unusable(request: Request, error: Exception) -> Response:
    return answer(request, 400, without_controls(str(error)), parameter="table")


async def _not_found(request: Request, error: Exception) -> Response:
    return answer(request, 404, str(error))


async def _not_acceptable(request: Request, error: Exception) -> Response:
    return answer(request, 406, str(error), {"Vary": "Accept"})


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    name = str(first["loc"][-1])
    if allowed := first.get("ctx", {}).get("allowed"):
        return await _bad_parameter(request, BadParameterError(name, first["input"], allowed))
    return answer(
        request, 400, f"{name}: {first['msg']}", parameter=name, value=excerpt(first.get("input"))
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == HTTPStatus.NOT_FOUND and (shorter := without_slash(request)):
        return Response(status_code=308, headers={"Location": shorter})
    details = {
        404: f"No page at {excerpt(request.scope['path'])}; start at /",
        405: f"{request.method} is not allowed here; this service only reads",
    }
    detail = details.get(error.status_code, str(error.detail))
    return answer(request, error.status_code, detail, dict(error.headers or {}))


async def _gone(_: Request, error: Exception) -> Response:
    return problem(408, "the request is incomplete")  # to nobody: the client has left


async def _busy(request: Request, _: Exception) -> Response:
    note_refusal(request, 503)
    again = {"Retry-After": RETRY_AFTER_S}
    return answer(request, 503, "the server is busy; try again", again)


async def _over_budget(request: Request, _: Exception) -> Response:
    note_refusal(request, 400)
    return answer(request, 400, over_budget())


def over_budget() -> str:
    """Write what a request that needs too much is refused with."""
    limits = f"{BUDGET.cpu_s:g} s of processor time and {BUDGET.memory // 1_000_000} MB of memory"
    return f"this takes more than one request may have ({limits}); ask for less: {_LESS}"


async def _not_ready(request: Request, _: Exception) -> Response:
    again = {"Retry-After": RETRY_AFTER_S}
    return answer(request, 503, "the data is not open yet; ask again", again)


async def _not_installed(request: Request, error: Exception) -> Response:
    assert isinstance(error, ModuleNotFoundError)  # noqa: S101 # what the handler is registered for
    why = extras.remedy(error)
    if why is None:
        raise error
    return answer(request, 501, why)


async def _unexpected(request: Request, error: Exception) -> Response:
    # The traceback follows from the server: Starlette raises the error again.
    path = excerpt(request.scope["path"])
    request_id = request.scope[REQUEST_ID]
    _log.error("%s on %s %s, request %s", type(error).__name__, request.method, path, request_id)
    # Answered outside the middleware that adds these to everything else.
    headers = {**ALWAYS, **DATA_POLICY, HEADER: request_id}
    return answer(
        request, 500, "the service failed on this request; the failure has been logged", headers
    )
