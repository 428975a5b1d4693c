"""An operator who erases people, and what can be seen of somebody afterwards."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.api.house import House
from tests.api.library_card import REDUCED, Case, Counter, done, form, photo
from tests.api.problems import Database
from tests.api.visitors import GELSENKIRCHEN, Visitor, Visitors

ISSUED = "Online freigeschaltet"
ALL_THERE_IS = {
    "all_channels": True,
    "include_pilot": True,
    "by": ["municipality", "day", "channel"],
}
KEY = "SELECT destroyed_at IS NOT NULL FROM data_keys WHERE stream_id = %s"
TABLES = "SELECT relname FROM pg_stat_user_tables ORDER BY relname"


def a_name() -> str:
    """One that nobody else has."""
    return "W" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:12])


@dataclass(frozen=True, slots=True)
class Operator:
    visitor: Visitor

    def erase(self, subject: str, municipality: str | None = None) -> dict[str, Any]:
        body = {"subject": subject, "municipality": municipality}
        return dict(done(self.visitor.post("/erasures", body)))

    def fates(self, subject: str, municipality: str | None = None) -> dict[str, str]:
        return {one["id"]: one["fate"] for one in self.erase(subject, municipality)["outcomes"]}


def operator(visitors: Visitors, town: str | None = None) -> Operator:
    return Operator(visitors.new("operator", town))


def submitted_by(counter: Counter, citizen: Visitor, body: dict[str, Any]) -> Case:
    town = body["municipality"]
    case_id = done(citizen.post("/applications", body))["application_id"]
    visitors, email = counter.visitors, body["applicant"]["email"]
    clerk, auditor = visitors.clerk(town), visitors.auditor(town)
    return Case(counter.house, citizen, clerk, auditor, case_id, email)


def lived(counter: Counter, name: str, town: str = GELSENKIRCHEN) -> Case:
    """With a proof, a payment, a correction and mails; decided and ended."""
    person = {"given_name": name, "family_name": name}
    case = counter.submit(form(person, {**REDUCED, "phone": "0209 1690"}, municipality=town))
    case.prove(photo())
    case.pay()
    case.becomes("received")
    case.decide("claim")
    asked = case.decide("corrections", {"message": f"Sind Sie {name}?"})["open_correction"]
    case.ask(f"corrections/{asked}/answer", {"message": f"Ja, {name}."})
    case.decide("approval")
    case.gets_mail(ISSUED)
    return case


def withdrawn(case: Case) -> Case:
    """What was paid is back, and all of its mails are out."""
    if case.ask("withdrawal", {"reason": ""}) and "ApplicationPaid" in case.history():
        case.refund()
    case.gets_mail("Ihr Antrag ist zurückgezogen")
    return case


def is_forgotten(database: Database, case: Case) -> bool:
    return database.execute(KEY, (case.id,)).fetchone() == (True,)


def listed(visitor: Visitor, after: int = 0) -> set[str]:
    rows = done(visitor.get("/applications", after=after))["applications"]
    return {one["application_id"] for one in rows}


def found(case: Case, name: str) -> set[str]:
    """Whom the worklist shows by this name, as soon as it shows all there is."""
    after = case.see()["position"]
    rows = done(case.clerk.get("/worklist", name=name, after=after))["applications"]
    return {row["application_id"] for row in rows}


def statistics(visitor: Visitor, after: int) -> Any:
    return done(visitor.get("/statistics/applications", after=after, **ALL_THERE_IS))["counts"]


def everything_in(database: Database) -> str:
    """Each table as text; bytes as they would be read."""
    names = [name for (name,) in database.execute(TABLES).fetchall()]
    rows = [row for name in names for row in database.execute(f"TABLE {name}").fetchall()]
    return "\n".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for row in rows
        for value in row
    )


def files_of(house: House, case: Case) -> list[str]:
    return sorted(f.name for f in house.settings.files.glob(f"{case.id}/*"))
