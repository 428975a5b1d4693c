"""Every error leaves as problem+json (RFC 9457), the framework's too, with a trace id."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import OperationalError
from psycopg.errors import ReadOnlySqlTransaction
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from adapters.identity.errors import NotAuthenticated
from api import missing_body
from api.advice import choices, remedy
from api.envelope import trace_id
from api.errors import RETRY_AFTER_SECONDS, STATUS, status_of
from api.languages import preferred_by, speak, spoken
from api.named_bodies import public_url, shown
from api.refusals import (
    BodyMalformed,
    FieldProblem,
    FormHasProblems,
    NotFound,
    ProviderNotAccepted,
    StepUpNeeded,
    TooManyReferrals,
)
from api.refusals_in_german import advised, kebab, title, told
from api.told_at_once import besides
from api.unnamed_errors import DOES_NOT_ANSWER, TAKES_NO_WRITES, UNEXPECTED, advice
from domain.errors import NotResponsible
from domain.languages import LANGUAGES
from domain.service.definition import said

log = structlog.get_logger()
NOTHING: Mapping[str, Any] = {}


def install(app: FastAPI) -> None:
    for kind in STATUS:
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(ClientDisconnect, _cut_short)
    app.add_exception_handler(OperationalError, _database_down)
    app.add_exception_handler(PoolTimeout, _database_down)
    app.add_exception_handler(ReadOnlySqlTransaction, _database_down)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    request: Request,
    status: HTTPStatus,
    kind: str,
    detail: str,
    errors: Sequence[FieldProblem] = (),
    more: Mapping[str, Any] = NOTHING,
) -> JSONResponse:
    """`more`: what this kind of problem says besides."""
    language = spoken(request)
    body: dict[str, Any] = {
        "type": f"urn:amtsweg:problem:{kind}",
        "title": title(status, language),
        "status": status.value,
        "detail": detail,
        "instance": request.url.path,
        "trace_id": trace_id(request),
        **more,
    }
    if errors:
        body["errors"] = [
            {"pointer": f.pointer, "detail": advised(f.message, language)} for f in errors
        ]
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language", "Content-Language": language}
    if status in RETRY_AFTER_SECONDS:
        headers["Retry-After"] = RETRY_AFTER_SECONDS[status]
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status.value, headers, media_type="application/problem+json")


async def _refused(request: Request, error: Exception) -> JSONResponse:
    status = status_of(error)
    if isinstance(error, NotAuthenticated):
        log.info("not_authenticated", reason=type(error).__name__, trace_id=trace_id(request))
    kind = kebab(type(error).__name__)
    if isinstance(error, NotResponsible):
        detail = told(error, error.language)
        right = shown(error.body, error.language, public_url(request))
        field = FieldProblem(error.field, detail)
        speak(request, error.language)
        return problem(request, status, kind, detail, [field], {"responsible": right})
    language = spoken(request)
    errors = error.problems if isinstance(error, FormHasProblems) else choices(error, language)
    answer = problem(request, status, kind, told(error, language), errors, _more(error))
    if isinstance(error, StepUpNeeded):
        answer.headers["WWW-Authenticate"] = error.challenge
    if isinstance(error, TooManyReferrals):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _more(error: Exception) -> dict[str, Any]:
    match error:
        case StepUpNeeded():
            told = {"trust_level_needed": error.needed, "trust_level": error.had}
            return {**told, "acr_values": list(error.names)}
        case ProviderNotAccepted():
            return {"accepted_providers": list(error.accepted)}
        case _:
            return {}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(d["type"] == "json_invalid" for d in details):
        return await _refused(request, BodyMalformed())
    if any(d["loc"][0] == "path" for d in details):
        return await _refused(request, NotFound())
    _speak_as_asked(request, getattr(error, "body", None))
    fields = [
        FieldProblem(_pointer(d["loc"]), remedy(d, spoken(request)))
        for d in missing_body.named(request, details)
    ]
    more = besides(request, fields, spoken(request))
    return await _refused(request, FormHasProblems([*fields, *more]))


def _speak_as_asked(request: Request, body: object) -> None:
    """A form that cannot be read as a whole may still say its applicant's language."""
    applicant = body.get("applicant") if isinstance(body, Mapping) else None
    if not isinstance(applicant, Mapping):
        return
    language = applicant.get("language", preferred_by(request))
    if isinstance(language, str) and language in LANGUAGES:
        speak(request, language)


async def _cut_short(request: Request, _: Exception) -> JSONResponse:
    """Nobody is there to read it; an upload that broke off is no error of ours."""
    return await _refused(request, BodyMalformed())


def _pointer(location: Sequence[str | int]) -> str:
    """Point into the body; name the place for what stands in the query, path or a header."""
    place, *path = location
    steps = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
    return steps if place == "body" else f"{place}:{steps}"


async def _framework(request: Request, error: Exception) -> JSONResponse:
    code = error.status_code if isinstance(error, HTTPException) else 500
    status = HTTPStatus(code)
    if status is HTTPStatus.BAD_REQUEST:  # the framework says so of a body only
        return await _refused(request, BodyMalformed())
    kind, detail = kebab(status.name.title().replace("_", "")), advice(status, spoken(request))
    answer = problem(request, status, kind, detail)
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    return answer


async def _database_down(request: Request, error: Exception) -> JSONResponse:
    log.error("database_unavailable", error=type(error).__name__, trace_id=trace_id(request))
    fault = TAKES_NO_WRITES if isinstance(error, ReadOnlySqlTransaction) else DOES_NOT_ANSWER
    detail = said(fault, spoken(request))
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "store-unavailable", detail)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # Without its message, which may hold personal data.
    log.error("unexpected", error=type(error).__name__, trace_id=trace_id(request), exc_info=error)
    detail = said(UNEXPECTED, spoken(request))
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", detail)
