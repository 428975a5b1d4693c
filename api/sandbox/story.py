"""Plays the source text's own case against a running installation, so that one sees it happen.

A resident of Gelsenkirchen claims a reduction, uploads the proof, pays and gets a card to pick up;
a second one uses the library online only.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from PIL import Image
from rich.console import Console
from rich.table import Table

from api.sandbox.client import Somebody, mails_about, until
from domain.working_days import BERLIN

GELSENKIRCHEN = "05513000"
ANNAS_MAIL, BENS_MAIL = "anna.koehler@example.org", "ben.oeztuerk@example.org"

ANNA: dict[str, Any] = {
    "municipality": GELSENKIRCHEN,
    "service": "library-card",
    "variant": "new",
    "applicant": {
        "given_name": "Anna",
        "family_name": "Köhler",
        "birth_date": "1991-04-17",
        "email": ANNAS_MAIL,
    },
    "answers": {
        "address": {
            "street": "Ebertstraße",
            "house_number": "11",
            "postal_code": "45879",
            "city": "Gelsenkirchen",
        },
        "reduction": "student",
        "accepts_terms": True,
    },
    "fulfilment": {"mode": "pickup", "branch": "buer"},
}
BEN: dict[str, Any] = {
    **ANNA,
    "applicant": {
        "given_name": "Ben",
        "family_name": "Öztürk",
        "birth_date": "1984-11-02",
        "email": BENS_MAIL,
    },
    "answers": {**ANNA["answers"], "reduction": "none"},
    "fulfilment": {"mode": "online-only"},
}


@dataclass(slots=True)
class Story:
    api: str
    sandbox: str
    http: httpx.Client
    console: Console

    def tell(self) -> None:
        """Raise StoryStopped when the installation does not play along."""
        self.console.rule("The library card: from form to pick-up")
        anna = self._anna()
        self.console.rule("A second person: online only")
        ben = self._ben()
        self._show_worklist()
        self._show_counts()
        for name, application_id in (("Anna", anna), ("Ben", ben)):
            self._show_history(name, application_id)

    def _anna(self) -> str:
        anna, clerk = self._as("anna"), self._as("gelsenkirchen-clerk")
        answer = anna.post("/applications", ANNA)
        application_id: str = answer["application_id"]
        self._say("submitted", f"missing: {_missing(answer)}")
        anna.upload(f"/applications/{application_id}/proofs/reduction-proof", _photo(), "proof.png")
        self._say("proof uploaded", "it is looked into before anybody uses it")
        self._pay(anna, application_id, "PAYPAL")
        seen = self._received(clerk, application_id)
        self._say("received", f"complete, due on {seen['due_on']}; it is in the worklist")
        seen = clerk.post(f"/applications/{application_id}/claim")
        seen = clerk.post(f"/applications/{application_id}/approval", version=seen["version"])
        self._say("approved", "by the clerk who claimed it")
        ready = f"/applications/{application_id}/ready-for-pickup"
        clerk.post(ready, {}, version=seen["version"])
        self._say("ready for pick-up", "at the branch Buer")
        self._show_mail(ANNAS_MAIL, application_id, count=2)
        return application_id

    def _ben(self) -> str:
        ben, clerk = self._as("ben"), self._as("gelsenkirchen-clerk")
        application_id: str = ben.post("/applications", BEN)["application_id"]
        self._say("submitted", "no reduction, no pick-up")
        self._pay(ben, application_id, "CREDITCARD")
        self._received(clerk, application_id)
        seen = clerk.post(f"/applications/{application_id}/claim")
        clerk.post(f"/applications/{application_id}/approval", version=seen["version"])
        number = ben.get(f"/applications/{application_id}")["card_number"]
        self._say("online-only issued", f"at once on approval, card number {number}")
        self._show_mail(BENS_MAIL, application_id, count=2)
        return application_id

    def _pay(self, citizen: Somebody, application_id: str, method: str) -> None:
        payment = citizen.post(f"/applications/{application_id}/payments")
        citizen.pay(payment["redirect_url"], method)
        self._say("paid", f"{payment['cents'] / 100:.2f} EUR by {method} on the platform's page")

    def _received(self, clerk: Somebody, application_id: str) -> Any:
        def look() -> Any:
            seen = clerk.get(f"/applications/{application_id}")
            return seen if seen["status"] == "received" else None

        return until(look, "the application to be complete")

    def _show_mail(self, to: str, application_id: str, count: int) -> None:
        def look() -> list[str]:
            mails = mails_about(self.http, self.sandbox, to, application_id)
            return mails if len(mails) >= count else []

        for mail in until(look, f"mail to {to}"):
            subject = next(line for line in mail.splitlines() if line.startswith("Subject:"))
            self._say("mail", f"to {to}: {subject.removeprefix('Subject:').strip()}")

    def _show_worklist(self) -> None:
        clerk = self._as("gelsenkirchen-clerk")
        table = Table("due", "status", "name", "branch", "claimed by", title="Worklist")
        for row in clerk.get("/worklist", limit=10)["applications"]:
            table.add_row(
                row["due_on"] or "-",
                row["status"],
                f"{row['family_name']}, {row['given_name']}",
                row["branch"] or "online only",
                row["claimed_by"] or "-",
            )
        self.console.print(table)

    def _show_counts(self) -> None:
        counts = self._as("analyst").get("/statistics/applications", by=["municipality", "service"])
        table = Table("city (AGS)", "service", "online", title="Online applications")
        for row in counts["counts"]:
            table.add_row(row["municipality"], row["service"], str(row["applications"]))
        self.console.print(table)

    def _show_history(self, name: str, application_id: str) -> None:
        history = self._as("auditor").get(f"/applications/{application_id}/history")
        self.console.print(f"{name}: {application_id}", highlight=False)
        for event in history["events"]:
            self.console.print(told(event), soft_wrap=True, markup=False, highlight=False)

    def _as(self, person: str) -> Somebody:
        return Somebody(self.api, self.sandbox, person, self.http)

    def _say(self, what: str, details: str) -> None:
        self.console.print(f"  [bold]{what:<20}[/bold] {details}", highlight=False)


def tell(api: str, sandbox: str) -> None:
    with httpx.Client(timeout=20) as http:
        Story(api, sandbox, http, Console()).tell()


def told(event: dict[str, Any]) -> str:
    """As `replay` has it: uncut, and with the zone, so that it can be given to `--at` as shown."""
    at = datetime.fromisoformat(event["recorded_at"]).astimezone(BERLIN).isoformat()
    who = f"{event['role']} {event['actor']}"
    return f"{event['version']:>3}  {at}  {event['name']}  ({who})"


def _missing(answer: dict[str, Any]) -> str:
    fee = f"fee {answer['fee']['cents'] / 100:.2f} EUR ({answer['fee']['tariff']})"
    return ", ".join([*answer["missing_proofs"], fee])


def _photo() -> bytes:
    """A small picture, as a phone would take it of a student card."""
    out = io.BytesIO()
    Image.new("RGB", (320, 200), "steelblue").save(out, "PNG")
    return out.getvalue()
