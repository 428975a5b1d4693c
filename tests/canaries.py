"""A person whose every word is found nowhere else, and the life they lead over HTTP."""

import io
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from adapters.settings import Settings
from tests.api.forgetting import found
from tests.api.house import House
from tests.api.library_card import PICKUP, Case, done, form, until
from tests.api.visitors import Visitor, Visitors
from tests.installation import ROOT, environment

UNREAD = """SELECT count(*) FROM positions
    WHERE position < (SELECT max(notification_id) FROM events)"""
WRITTEN = "SELECT count(*) FROM notifications WHERE state NOT IN ('sent', 'dropped')"
CHECKPOINT = "CHECKPOINT"


def word() -> str:
    """No part of it is in any other file of a computer."""
    return f"Wüst{uuid4().hex[:14]}Ört"


def bare() -> str:
    """Where only plain letters are taken."""
    return f"canary{uuid4().hex[:14]}"


@dataclass(frozen=True)
class Canaries:
    """One for each place that takes something personal."""

    given: str = field(default_factory=word)
    family: str = field(default_factory=word)
    email: str = field(default_factory=lambda: f"{bare()}@example.org")
    street: str = field(default_factory=word)
    guardian: str = field(default_factory=word)
    phone: str = field(default_factory=lambda: f"+49{uuid4().int % 10**18}")
    old_card: str = field(default_factory=lambda: f"OLD-{uuid4().hex[:16].upper()}")
    new_card: str = field(default_factory=lambda: f"NEW-{uuid4().hex[:16].upper()}")
    account: str = field(default_factory=bare)
    submission: str = field(default_factory=word)
    file_name: str = field(default_factory=lambda: f"{bare()}.png")
    in_the_file: str = field(default_factory=bare)
    question: str = field(default_factory=word)
    answer: str = field(default_factory=word)
    changed: str = field(default_factory=word)
    rejection: str = field(default_factory=word)
    withdrawal: str = field(default_factory=word)
    reopening: str = field(default_factory=word)

    @property
    def words(self) -> Mapping[str, str]:
        return dict(vars(self))


@dataclass(frozen=True)
class Town:
    """The installation as its people reach it."""

    home: Path
    visitors: Visitors
    house: House

    @property
    def analyst(self) -> Visitor:
        return self.visitors.analyst()

    def citizen(self, account: str) -> Visitor:
        token = self.visitors.token("citizen", account, {})
        return Visitor(self.visitors.http, {"Authorization": f"Bearer {token}"}, account)

    def case(self, citizen: Visitor, body: dict[str, Any]) -> Case:
        case_id = done(citizen.post("/applications", body))["application_id"]
        clerk, auditor = self.visitors.clerk(), self.visitors.auditor()
        email = body["applicant"]["email"]
        return Case(self.house, citizen, clerk, auditor, case_id, email)

    def all_mails_are_out(self) -> None:
        """Those of the last events, too, which their runners may not have read yet."""
        with psycopg.connect(self.house.database, autocommit=True) as database:
            for left in (UNREAD, WRITTEN):
                until(lambda left=left: database.execute(left).fetchone() == (0,))

    def write_all_pages(self) -> None:
        with psycopg.connect(self.house.database, autocommit=True) as database:
            database.execute(CHECKPOINT)


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amtsweg", *arguments],
        cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def opened(home: Path, http: httpx.Client, addresses: Mapping[str, str]) -> Town:
    http.base_url = httpx.URL(f"{addresses['api']}/api/v1")
    settings = Settings(home=home, sandbox_url=addresses["sandbox"])
    house = House(addresses["api"], addresses["sandbox"], addresses["database"], settings)
    return Town(home, Visitors(http, settings), house)


def photo(text: str) -> bytes:
    out, info = io.BytesIO(), PngInfo()
    info.add_text("Comment", text)
    Image.new("RGB", (32, 20), "steelblue").save(out, "PNG", pnginfo=info)
    return out.getvalue()


def application(c: Canaries, **changes: Any) -> dict[str, Any]:
    person = {"given_name": c.given, "family_name": c.family, "email": c.email}
    answers = form()["answers"] | {
        "address": form()["answers"]["address"] | {"street": c.street},
        "reduction": "student",
        "phone": c.phone,
        "legal_guardian": c.guardian,
        "card_number": c.old_card,
    }
    return form(person, answers, **{"variant": "renewal", **changes})


def lives(town: Town, c: Canaries) -> list[Case]:
    """One is rejected, one is picked up, one is withdrawn: every place for words is filled."""
    citizen = town.citizen(c.account)
    source = {"portal": "servicekonto", "submission_id": c.submission}
    rejected = proven(town.case(citizen, application(c, source=source)), c)
    asked = rejected.decide("corrections", {"message": c.question})["open_correction"]
    changes = {"address": application(c)["answers"]["address"] | {"street": c.changed}}
    rejected.ask(f"corrections/{asked}/answer", {"message": c.answer, "changes": changes})
    rejected.decide("rejection", {"reason": c.rejection})
    rejected.decide("reopening", {"reason": c.reopening})
    rejected.decide("claim")
    rejected.decide("rejection", {"reason": c.rejection})
    rejected.refund()
    picked_up = proven(town.case(citizen, application(c, fulfilment=PICKUP, variant="new")), c)
    picked_up.decide("approval")
    picked_up.decide("ready-for-pickup", {"card_number": c.new_card})
    picked_up.decide("pickup")
    withdrawn = town.case(citizen, application(c))
    withdrawn.ask("withdrawal", {"reason": c.withdrawal})
    return [rejected, picked_up, withdrawn]


def proven(case: Case, c: Canaries) -> Case:
    named = {"X-File-Name": c.file_name}
    path = f"{case.path}/proofs/reduction-proof"
    done(case.citizen.upload(path, photo(c.in_the_file), named))
    case.pay()
    case.becomes("received")
    assert case.id in found(case, c.family)
    case.decide("claim")
    return case


def mistakes(town: Town, c: Canaries) -> None:
    """What is refused must not be remembered either."""
    citizen = town.citizen(c.account)
    for wrong in (
        application(c, service=c.street),
        application(c) | {"answers": {c.guardian: c.answer}},
        application(c, variant=c.family),
        {c.given: c.family},
    ):
        assert citizen.post("/applications", wrong).is_client_error
    assert citizen.get(f"/applications/{c.account}").is_client_error
    assert town.visitors.nobody().post("/applications", application(c)).status_code == 401
