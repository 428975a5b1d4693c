"""What one application is asked for over HTTP, by somebody who does not give up."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
from PIL import Image

from api.sandbox.issuer import DevelopmentIssuer
from api.sandbox.people import person_called
from api.sandbox.story import ANNA
from domain.application.state import Status
from tests.killable import until

WITHIN_SECONDS = 120
UNAVAILABLE = {429, 502, 503, 504}  # all of them say: try again
CITIZEN, CLERK = "anna", "gelsenkirchen-clerk"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A command and its answer; `again`: what the same command was answered afterwards."""

    subject: str
    key: str
    answer: dict[str, Any]
    tries: int
    at: float
    again: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Office:
    """Where to ask, and as whom: tokens are signed here, so that nobody waits for a sign-in."""

    api: str
    sandbox: str
    home: Path

    def headers(self, person: str) -> dict[str, str]:
        issuer = DevelopmentIssuer(self.home / "sandbox", f"{self.sandbox}/issuer")
        return {"Authorization": f"Bearer {issuer.sign(person, datetime.now(UTC))}"}


@dataclass
class Applying:
    office: Office
    http: httpx.Client
    dice: Random
    name: str
    acknowledged: list[Acknowledged]
    application_id: str = ""
    version: int = 0
    commands: int = 0

    def submit(self, **differing: Any) -> None:
        self.application_id = self.ask(CITIZEN, "", {**ANNA, **differing})["application_id"]

    def pay(self) -> None:
        """Sometimes the browser does not come back from the payment page."""
        page = self.ask(CITIZEN, "/payments")["redirect_url"]
        choice = {"action": "pay", "method": "PAYPAL"}
        pressed = self.insist(lambda: self.http.post(page, data=choice))
        if self.dice.random() < 0.5:
            self.insist(lambda: self.http.get(pressed.headers["location"]))

    def upload(self) -> None:
        self.ask(CITIZEN, "/proofs/reduction-proof", photo())

    def claim(self) -> None:
        """As soon as it is complete."""
        until(lambda: self.look()["status"] == Status.RECEIVED, "it is complete", WITHIN_SECONDS)
        self.version = self.ask(CLERK, "/claim")["version"]

    def decide(self, what: str, body: Any = None) -> dict[str, Any]:
        answer = self.ask(CLERK, f"/{what}", body, self.version)
        self.version = answer["version"]
        return answer

    def answer(self, correction_id: str) -> None:
        path = f"/corrections/{correction_id}/answer"
        self.version = self.ask(CITIZEN, path, {"message": "Number 11."})["version"]

    def look(self) -> dict[str, Any]:
        headers = self.office.headers(CITIZEN)
        seen: dict[str, Any]
        seen = self.insist(lambda: self.http.get(self._at(""), headers=headers)).json()
        return seen

    def ask(self, person: str, path: str, body: Any = None, version: int = 0) -> dict[str, Any]:
        """Ask until it is acknowledged; and once more if it took several tries, or by chance."""
        self.commands += 1
        key, tries = f"{self.name}-{self.commands}", 0
        headers = {**self.office.headers(person), "Idempotency-Key": key}
        headers |= {"If-Match": f'"{version}"'} if version else {}
        content: Any = {"content": body} if isinstance(body, bytes) else {"json": body}

        def post() -> httpx.Response:
            nonlocal tries
            tries += 1
            return self.http.post(self._at(path), headers=headers, **content)

        answer, needed, at = self.insist(post).json(), tries, time.monotonic()
        again = self.insist(post).json() if needed > 1 or self.dice.random() < 0.1 else None
        subject = person_called(person).subject
        self.acknowledged.append(Acknowledged(subject, key, answer, needed, at, again))
        return dict(answer)

    def insist(self, request: Callable[[], httpx.Response]) -> httpx.Response:
        """Only what may pass is tried again: no connection, or an answer that says so."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = request()
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code not in UNAVAILABLE:
                assert not answer.is_error, f"{answer.request.url} {answer.text}"
                return answer
            time.sleep(0.05)
        raise AssertionError(self.name)

    def _at(self, path: str) -> str:
        own = f"/{self.application_id}" if self.application_id else ""
        return f"{self.office.api}/api/v1/applications{own}{path}"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 20), "steelblue").save(out, "PNG")
    return out.getvalue()
