"""The mailbox of citizens' accounts to practise with: letters and states arrive, people read them.

It plays the third party. Accounts with special handles refuse; what else goes wrong is a mood.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import ValidationError

from adapters.account_mailbox.account_letters import FILE, MOODS, REFUSING, AccountLetters
from adapters.account_mailbox.mailbox import Delivery
from adapters.moods import DOWN, SLOW
from api.sandbox.account_wire import SentLetter, SentState, form_part, is_digest, opened
from api.sandbox.payment_page import form, page

SLOW_SECONDS = 3.0
# Handles of accounts that do not exist, and that turn away later what they were sent.
NOBODY, TURNS_AWAY = (f"00000000-0000-0000-0000-00000000000{n}" for n in (0, 1))
Verify = Callable[[str, str], bool]


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.answer = JSONResponse({"code": code}, status)


@dataclass(frozen=True, slots=True)
class Sent:
    authorization: str
    content_type: str
    body: bytes


async def sent(request: Request) -> Sent:
    said = request.headers
    body = await request.body()
    return Sent(said.get("authorization", ""), said.get("content-type", ""), body)


def create_account_mailbox(state: Path, bearer: str = "", verify: Verify = is_digest) -> APIRouter:
    """`bearer`: whoever shows it may send; empty lets in anybody."""
    desk = Desk(AccountLetters(state / FILE), bearer, verify)
    router = APIRouter(prefix="/account", tags=["sandbox"])
    router.add_api_route("/v6/mailbox/messages", desk.take, methods=["PUT"])
    router.add_api_route("/v6/mailbox/messages/{reference}", desk.delivery, methods=["GET"])
    router.add_api_route("/v6/mailbox/applications/states", desk.show, methods=["POST"])
    router.add_api_route("/letters", desk.letters, methods=["GET"])
    router.add_api_route("/states", desk.states, methods=["GET"])
    router.add_api_route("/mailbox.html", desk.page, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route("/mailbox.html", desk.feel, methods=["POST"])
    return router


@dataclass(frozen=True, slots=True)
class Desk:
    kept: AccountLetters
    bearer: str
    verify: Verify

    # Not coroutines: SQLite blocks, so each call gets a thread of the pool.
    def take(self, request: Annotated[Sent, Depends(sent)]) -> Response:
        return _answered(lambda: self._take(request))

    def show(self, request: Annotated[Sent, Depends(sent)]) -> Response:
        return _answered(lambda: self._show(request))

    def delivery(self, reference: str, request: Annotated[Sent, Depends(sent)]) -> Response:
        return _answered(lambda: self._delivery(reference, request))

    def letters(self, handle: str = "") -> list[dict[str, Any]]:
        return self.kept.letters(handle)

    def states(self, handle: str = "") -> list[dict[str, Any]]:
        return self.kept.standings(handle)

    def page(self, handle: str = "") -> Response:
        return page(
            "account_mailbox.html.j2",
            letters=self.kept.letters(handle),
            standings=self.kept.standings(handle),
            mood=self.kept.mood,
        )

    def feel(self, fields: Annotated[dict[str, str], Depends(form)]) -> Response:
        if fields.get("mood") not in MOODS:
            return JSONResponse({"code": "MOOD_UNKNOWN"}, 400)
        self.kept.feel(fields["mood"])
        return RedirectResponse("mailbox.html", 303)

    def _take(self, request: Sent) -> Response:
        self._admit(request)
        letter = SentLetter.model_validate_json(self._content(_json_of(request)))
        if str(letter.mailboxUuid) == NOBODY:
            raise Refused(404, "MAILBOX_UNKNOWN")
        is_new = self.kept.keep(_letter(letter, self._there_at()))
        return JSONResponse({"messageId": letter.reference}, 200 if is_new else 409)

    def _show(self, request: Sent) -> Response:
        self._admit(request)
        self.kept.show(_standing(SentState.model_validate_json(self._content(request.body))))
        return JSONResponse({})

    def _delivery(self, reference: str, request: Sent) -> Response:
        self._admit(request)
        letter = self.kept.letter(reference)
        if letter is None:
            raise Refused(404, "MESSAGE_UNKNOWN")
        return JSONResponse({"state": _state_of(letter, datetime.now(UTC))})

    def _admit(self, request: Sent) -> None:
        due = f"Bearer {self.bearer}".encode()
        if self.bearer and not compare_digest(request.authorization.encode(), due):
            raise Refused(401, "NOT_SIGNED_IN")
        if self.kept.mood == SLOW:
            time.sleep(SLOW_SECONDS)
        if self.kept.mood == DOWN:
            raise Refused(503, "DOWN")
        if self.kept.mood == REFUSING:
            raise Refused(422, "REFUSING")

    def _content(self, signed: bytes) -> str:
        try:
            content, signature = opened(signed)
        except ValueError:
            raise Refused(400, "NOT_JSON") from None
        if not self.verify(content, signature):
            raise Refused(400, "SIGNATURE_WRONG")
        return content

    def _there_at(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=SLOW_SECONDS * (self.kept.mood == SLOW))


def _answered(answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except Refused as refused:
        return refused.answer
    except ValidationError:
        return JSONResponse({"code": "VALIDATION_ERROR"}, 400)


def _state_of(letter: dict[str, Any], now: datetime) -> Delivery:
    if datetime.fromisoformat(letter["there_at"]) > now:
        return Delivery.SUBMITTED
    return Delivery.REJECTED if letter["handle"] == TURNS_AWAY else Delivery.ACCEPTED


def _json_of(request: Sent) -> bytes:
    try:
        return form_part(request.content_type, request.body, "json")
    except ValueError:
        raise Refused(400, "NOT_A_FORM") from None


def _letter(letter: SentLetter, there_at: datetime) -> dict[str, Any]:
    return {
        "reference": letter.reference,
        "handle": str(letter.mailboxUuid),
        "application": str(letter.applicationId),
        "sender": letter.sender,
        "title": letter.title,
        "content": letter.content,
        "level": letter.stork_qaa_level,
        "there_at": there_at.isoformat(),
    }


def _standing(state: SentState) -> dict[str, Any]:
    return {
        "application": str(state.applicationId),
        "service": state.publicServiceName["de"],
        "sender": state.senderName,
        "status": state.status,
        "since": state.createdDate.astimezone(UTC).isoformat(timespec="milliseconds"),
    }
