"""What people do around a library card, each step through HTTP."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from tests import clamd
from tests.api.house import House
from tests.api.visitors import GELSENKIRCHEN, WITHIN_SECONDS, Visitor, Visitors
from tests.files import infected

Found = TypeVar("Found")
ANSWERS = {
    "address": {
        "street": "Ebertstraße",
        "house_number": "11",
        "postal_code": "45879",
        "city": "Gelsenkirchen",
    },
    "reduction": "none",
    "accepts_terms": True,
}
PICKUP, ONLINE_ONLY = {"mode": "pickup", "branch": "buer"}, {"mode": "online-only"}
A_MINOR = {"birth_date": "2015-06-01"}
REDUCED = {"reduction": "student"}
GUARDED = {"legal_guardian": "Petra Bauer"}


def form(
    applicant: dict[str, Any] | None = None, answers: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """An adult of Gelsenkirchen, online only, unless told otherwise."""
    person = {
        "given_name": "Kim",
        "family_name": "Bauer",
        "birth_date": "1990-01-31",
        "email": f"{uuid4().hex}@example.org",
    }
    return {
        "municipality": GELSENKIRCHEN,
        "service": "library-card",
        "variant": "new",
        "applicant": {**person, **(applicant or {})},
        "answers": {**ANSWERS, **(answers or {})},
        "fulfilment": ONLINE_ONLY,
        **changes,
    }


def for_free(answers: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Complete as soon as it is submitted: a minor pays and proves nothing."""
    return form(A_MINOR, {**GUARDED, **(answers or {})}, **changes)


def until(look: Callable[[], Found]) -> Found:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def photo(color: str = "steelblue") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 20), color).save(out, "PNG")
    return out.getvalue()


def virus(house: House) -> bytes:
    """What the scanner refuses, and nobody else."""
    if house.settings.clamd is None:
        clamd.require()
        pytest.fail("clamd was installed just now; run the tests again")
    return infected()


def done(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def in_pages(asks: Visitor, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
    """All rows there are: the other tests' come first where those are older."""
    asked = {name: value for name, value in query.items() if value is not None}
    page = done(asks.get(path, **asked))
    rows = list(page[key])
    while page["next_cursor"]:
        page = done(asks.get(path, **asked, cursor=page["next_cursor"]))
        rows += page[key]
    return rows


@dataclass(frozen=True, slots=True)
class Case:
    """One application with those who work on it."""

    house: House
    citizen: Visitor
    clerk: Visitor
    auditor: Visitor
    id: str
    email: str

    @property
    def path(self) -> str:
        return f"/applications/{self.id}"

    def see(self) -> dict[str, Any]:
        return dict(done(self.auditor.get(self.path)))

    def becomes(self, status: str) -> dict[str, Any]:
        return until(lambda: seen if (seen := self.see())["status"] == status else None) or {}

    def decide(self, what: str, body: Any = None) -> dict[str, Any]:
        """The clerk decides on what stands there now."""
        version = self.see()["version"]
        return dict(done(self.clerk.post(f"{self.path}/{what}", body, version=version)))

    def ask(self, what: str, body: Any = None) -> dict[str, Any]:
        return dict(done(self.citizen.post(f"{self.path}/{what}", body)))

    def prove(self, content: bytes, kind: str = "reduction-proof") -> dict[str, Any]:
        return dict(done(self.citizen.upload(f"{self.path}/proofs/{kind}", content)))

    def begin_payment(self) -> dict[str, Any]:
        return self.ask("payments")

    def press(self, payment: dict[str, Any], action: str = "pay") -> str:
        """Press a button on the platform's page; return where the browser is sent."""
        choice = {"action": action, "method": "PAYPAL"}
        answer = self.citizen.http.post(payment["redirect_url"], data=choice)
        return answer.headers["location"]

    def come_back(self, address: str) -> dict[str, Any]:
        return dict(done(self.citizen.http.get(address)))

    def pay(self) -> None:
        self.come_back(self.press(self.begin_payment()))

    def history(self) -> list[str]:
        events = done(self.auditor.get(f"{self.path}/history"))["events"]
        return [event["name"] for event in events]

    def mails(self) -> list[dict[str, Any]]:
        return list(
            done(self.citizen.http.get(f"{self.house.sandbox}/mail", params={"to": self.email}))
        )

    def subjects(self) -> list[str]:
        """The subjects of the mails that arrived, up to the name of the service."""
        return [mail["subject"].partition(":")[0] for mail in self.mails()]

    def text_of(self, subject: str) -> str:
        (one,) = (mail["id"] for mail in self.mails() if mail["subject"].startswith(subject))
        return self.citizen.http.get(f"{self.house.sandbox}/mail/{one}").text

    def gets_mail(self, subject: str) -> None:
        until(lambda: subject in self.subjects())

    def owed(self, after: int | None = None) -> list[dict[str, Any]]:
        """What the treasury shows of this application."""
        rows = in_pages(self.clerk, "/treasury", "open", after=after, limit=500)
        return [row for row in rows if row["application_id"] == self.id]

    def refund(self) -> None:
        """The treasury pays back whatever is due back."""
        for row in until(self.owed):
            path = f"{self.path}/payments/{row['payment_id']}/refund"
            done(self.clerk.post(path, {"reference": "KA-1"}))


@dataclass(frozen=True, slots=True)
class Counter:
    """Where cases begin."""

    house: House
    visitors: Visitors

    def submit(self, body: dict[str, Any]) -> Case:
        town = body["municipality"]
        citizen, clerk = self.visitors.citizen(), self.visitors.clerk(town)
        by = clerk if "channel" in body else citizen
        application_id = done(by.post("/applications", body))["application_id"]
        auditor = self.visitors.auditor(town)
        email = body["applicant"]["email"]
        return Case(self.house, citizen, clerk, auditor, application_id, email)

    def received(self, **changes: Any) -> Case:
        return self.submit(for_free(**changes))

    def claimed(self, **changes: Any) -> Case:
        case = self.received(**changes)
        case.decide("claim")
        return case
