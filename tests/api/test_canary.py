"""Who somebody is stays in the case: never in a log, a metric, an address or a problem."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from api.app import create_app
from tests.api.house import MONITORING, House, open_app
from tests.api.library_card import GUARDED, PICKUP, REDUCED, Case, Counter, done, form, photo
from tests.api.problems import Database
from tests.api.visitors import GLADBECK
from tests.files import infected

PERSON = {
    "given_name": "Kunigunde",
    "family_name": "Zwetschgenstein",
    "birth_date": "1987-03-29",
    "email": "kunigunde@zwetschgenstein.example",
}
STREET, FILE, MESSAGE = "Pflaumenallee", "studienbescheinigung-kz.png", "Ich heiße anders."
SECRETS = (*PERSON.values(), "zwetschgenstein", STREET, FILE, MESSAGE)
TABLES = (
    "positions",
    "heartbeats",
    "parked",
    "notifications",
    "open_payments_v1",
    "treasury_v3",
    "payment_ledger_v2",
)


def about_nobody(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    """A whole life, with a proof that is refused, a correction and money that is due back."""
    address = {"street": STREET, "house_number": "1", "postal_code": "45879", "city": "X"}
    answers = {**REDUCED, **GUARDED, "address": address}
    case = counter.submit(form(PERSON, answers, fulfilment=PICKUP))
    proofs = f"{case.path}/proofs/reduction-proof"
    case.citizen.upload(proofs, photo()[:40], {"X-File-Name": FILE})
    case.citizen.upload(proofs, infected(), {"X-File-Name": FILE})
    case.citizen.upload(proofs, photo(), {"X-File-Name": FILE})
    case.pay()
    case.becomes("received")
    case.decide("claim")
    asked = case.decide("corrections", {"message": MESSAGE})
    case.ask(f"corrections/{asked['open_correction']}/answer", {"message": MESSAGE})
    case.decide("rejection", {"reason": MESSAGE})
    case.gets_mail("Ihr Antrag wurde abgelehnt")
    (clean,) = (one["proof_id"] for one in case.see()["proofs"] if one["state"] == "clean")
    for reader in (case.citizen, case.clerk):
        done_with = reader.get(f"{case.path}/proofs/{clean}")
        assert done_with.is_success, done_with.text
    return case


def refusals(case: Case) -> Iterator[httpx.Response]:
    """Everything that can be wrong about this person, and those who ask in vain."""
    for field, value in PERSON.items():
        wrong = {**PERSON, field: f"{value}\0"}
        yield case.citizen.post("/applications", form(wrong))
        yield case.citizen.post("/applications", {**form(), field: value})
        yield case.citizen.post("/applications", form(answers={field: value}))
        yield case.citizen.upload("/applications", json.dumps(PERSON).encode()[:-1])
    yield case.citizen.post("/applications", form(PERSON, {"legal_guardian": STREET * 30}))
    yield case.citizen.post("/applications", form(PERSON, municipality=GLADBECK, fulfilment=PICKUP))
    yield case.citizen.post(f"{case.path}/withdrawal", {"reason": MESSAGE})
    yield case.clerk.post(f"{case.path}/rejection", {"reason": MESSAGE}, version=1)
    yield case.clerk.get("/worklist", name=PERSON["family_name"] + "\0")


def test_no_problem_repeats_what_was_sent(case: Case) -> None:
    for answer in refusals(case):
        assert answer.is_client_error, answer.text
        assert about_nobody(answer.text)


def test_no_address_that_is_handed_out_tells_who_it_is(case: Case) -> None:
    other = case.citizen.post("/applications", form(PERSON))
    path = f"/applications/{other.json()['application_id']}"
    payment = done(case.citizen.post(f"{path}/payments"))
    back = case.citizen.http.post(payment["redirect_url"], data={"action": "cancel"})
    assert about_nobody(other.headers["location"])
    assert about_nobody(payment["redirect_url"])
    assert about_nobody(back.headers["location"])


def test_no_metric_tells_who_it_is(case: Case, house: House) -> None:
    for path in ("metrics", "readyz", "version"):
        assert about_nobody(httpx.get(f"{house.api}/{path}", headers=MONITORING, timeout=60).text)


@pytest.mark.parametrize("table", TABLES)
def test_what_the_house_notes_for_itself_tells_nobody(
    case: Case, database: Database, table: str
) -> None:
    rows = database.execute(f"SELECT row_to_json(t)::text FROM {table} t").fetchall()  # noqa: S608
    assert about_nobody(str(rows))


def test_the_treasury_is_told_an_amount_and_no_name(case: Case) -> None:
    assert case.owed()
    assert about_nobody(str(case.owed()))


def test_an_error_that_nobody_expected_keeps_its_words_to_itself(
    house: House, portal: BlockingPortal, log_file: Path
) -> None:
    app = create_app(house.settings, house.database)

    async def fail() -> None:
        try:
            int(PERSON["family_name"])
        except ValueError as error:
            raise RuntimeError(PERSON["email"]) from error

    app.add_api_route("/fail", fail)
    with portal.wrap_async_context_manager(open_app(app)) as api:
        answer = httpx.get(f"{api}/fail", timeout=60)
    assert (answer.status_code, about_nobody(answer.text)) == (500, True)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "RuntimeError" in log_file.read_text()
    assert "ValueError" in log_file.read_text()


def test_no_log_line_tells_who_it_is(case: Case, log_file: Path) -> None:
    """Last in this file, so that all of the above has been logged."""
    list(refusals(case))
    written = log_file.read_text().rpartition("\n")[0]  # another line may be on its way
    assert {"application_read", "proof_read", "notice_sent"} <= {
        json.loads(line)["event"] for line in written.splitlines() if line.startswith("{")
    }
    assert about_nobody(written)
    assert case.clerk.subject in written
    assert case.citizen.subject not in written


PROGRAM = f"""
import logging
from adapters.logging import configure_logging
configure_logging()
try:
    raise ValueError({PERSON["family_name"]!r})
except ValueError:
    logging.getLogger("uvicorn.error").exception("failed")
"""


def test_libraries_log_the_kind_of_an_error_and_not_its_words() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert "ValueError" in run.stderr
    assert about_nobody(run.stderr.replace(f"raise ValueError({PERSON['family_name']!r})", ""))
