"""A town takes sign-ins of its own providers, and asks for a stronger one where one is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from adapters.bootstrap import open_parts
from adapters.catalogue.streams import municipality_stream
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from domain.municipality.commands import EndIdentityProvider, TrustIdentityProvider
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.municipality import IdentityProvider
from domain.rules import TrustLevel
from domain.working_days import legal_day
from tests.api.house import House
from tests.api.library_card import Counter, photo, until
from tests.api.lives.applying import ADDRESS, claimed
from tests.api.lives.test_certificates import order
from tests.api.problems import Database, nothing_appended, require_problem
from tests.api.visitors import Visitor, Visitors

BOTTROP = "05512000"
SERVICEKONTO = "https://servicekonto.example"
STORED = """SELECT convert_from(state, 'UTF8')::jsonb -> 'data' FROM events
    WHERE originator_id = %s AND originator_version = 1"""


def in_bottrop() -> dict[str, Any]:
    return {**order("birth-certificate", birth_place=BOTTROP), "municipality": BOTTROP}


class Town:
    """Bottrop, whose providers a test names; afterwards it takes everybody again, as before."""

    def __init__(self, house: House, portal: BlockingPortal) -> None:
        self.house, self.portal = house, portal
        self.own = f"{house.sandbox}/issuer"

    @contextmanager
    def trusting(self, *providers: IdentityProvider) -> Iterator[None]:
        for provider in providers:
            self.portal.call(self._do, TrustIdentityProvider(provider=provider, now=_now()))
        try:
            yield
        finally:
            for provider in providers:
                again = IdentityProvider(issuer=provider.issuer)
                self.portal.call(self._do, TrustIdentityProvider(provider=again, now=_now()))

    async def _do(self, command: Any) -> None:
        async with open_parts(self.house.settings, self.house.database) as parts:
            metadata = Metadata(new_id(), ActorStamp("operator-1", "operator"), "test")
            order = Order(municipality_stream(BOTTROP), command, metadata)
            await parts.office.carry_out(MUNICIPALITY, order)

    def end(self, issuer: str) -> None:
        command = EndIdentityProvider(issuer=issuer, until=days_from_now(-1), now=_now())
        self.portal.call(self._do, command)


def _now() -> datetime:
    return datetime.now(UTC)


def days_from_now(days: int) -> date:
    return legal_day(_now()) + timedelta(days=days)


@pytest.fixture(scope="module")
def town(house: House, portal: BlockingPortal) -> Town:
    return Town(house, portal)


def until_refused(ask: Any) -> dict[str, Any]:
    """The API follows the log of the towns within a second or so."""

    def look() -> httpx.Response | None:
        answer: httpx.Response = ask()
        return answer if answer.status_code == 403 else None

    return require_problem(until(look), 403, "provider-not-accepted")


def test_a_weak_sign_in_is_asked_to_step_up_and_the_same_key_goes_on(
    counter: Counter, visitors: Visitors, database: Database
) -> None:
    key, body = uuid4().hex, in_bottrop()
    weak = visitors.citizen(trust_level="STORK-QAA-Level-1")
    with nothing_appended(database):
        answer = weak.post("/applications", body, key=key)
    problem = require_problem(answer, 401, "step-up-needed")
    assert (problem["trust_level_needed"], problem["trust_level"]) == ("substantial", "basic")
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('Bearer error="insufficient_user_authentication"')
    named = challenge.partition('acr_values="')[2].partition('"')[0].split()
    assert named == problem["acr_values"]
    assert {"STORK-QAA-Level-3", "STORK-QAA-Level-4", "substantial", "high"} <= set(named)
    assert not {"STORK-QAA-Level-2", "password", "normal"} & set(named)
    claims = {"trust_level": "STORK-QAA-Level-3"}
    token = visitors.token("citizen", weak.subject, claims)
    strong = Visitor(weak.http, {"Authorization": f"Bearer {token}"}, weak.subject)
    done = strong.post("/applications", body, key=key)
    assert done.status_code == 201
    stored = database.execute(STORED, (done.json()["application_id"],)).fetchone()
    assert stored is not None
    assert (stored[0]["trust_claim"], stored[0]["trust_level"]) == ("STORK-QAA-Level-3", 3)


def signed_in_as(citizen: Visitor, visitors: Visitors, level: str) -> Visitor:
    """The same person by another sign-in."""
    token = visitors.token("citizen", citizen.subject, {"trust_level": level})
    return replace(citizen, headers={"Authorization": f"Bearer {token}"})


def test_a_weak_sign_in_reads_and_pays_and_changes_nothing(
    counter: Counter, visitors: Visitors, database: Database
) -> None:
    case = counter.submit(order("birth-certificate"))
    weak = signed_in_as(case.citizen, visitors, "STORK-QAA-Level-1")
    assert weak.get(case.path).json()["status"] == "submitted"
    assert weak.post(f"{case.path}/payments").status_code == 201
    case.pay()
    claimed(case)
    correction = case.decide("corrections", {"message": "Wohin?"})["open_correction"]
    answer = f"{case.path}/corrections/{correction}/answer"
    moved = {"message": "Dorthin.", "changes": {"address": {**ADDRESS, "house_number": "9"}}}
    with nothing_appended(database):
        for asked in (
            weak.post(answer, moved),
            weak.post(f"{case.path}/withdrawal", {}),
            weak.upload(f"{case.path}/proofs/identity", photo()),
        ):
            problem = require_problem(asked, 401, "step-up-needed")
            assert problem["trust_level_needed"] == "substantial"
            challenge = asked.headers["www-authenticate"]
            assert challenge.startswith('Bearer error="insufficient_user_authentication"')
    strong = signed_in_as(case.citizen, visitors, "STORK-QAA-Level-3")
    assert strong.post(answer, moved).status_code == 200


def test_the_level_may_stand_in_acr_as_openid_connect_has_it(visitors: Visitors) -> None:
    claims = {"trust_level": None, "acr": "http://eidas.europa.eu/LoA/high"}
    assert visitors.citizen(**claims).post("/applications", in_bottrop()).status_code == 201


def test_an_account_that_is_well_known_steps_up_after_a_weak_sign_in(
    visitors: Visitors, database: Database
) -> None:
    key, body = uuid4().hex, in_bottrop()
    weak = visitors.citizen(trust_level="STORK-QAA-Level-4", acr="password")
    with nothing_appended(database):
        answer = weak.post("/applications", body, key=key)
    assert require_problem(answer, 401, "step-up-needed")["trust_level"] == "basic"
    claims = {"trust_level": "STORK-QAA-Level-4", "acr": "substantial"}
    token = visitors.token("citizen", weak.subject, claims)
    strong = replace(weak, headers={"Authorization": f"Bearer {token}"})
    done = strong.post("/applications", body, key=key)
    assert done.status_code == 201, done.text
    stored = database.execute(STORED, (done.json()["application_id"],)).fetchone()
    assert stored is not None
    assert (stored[0]["trust_claim"], stored[0]["trust_level"]) == ("substantial", 3)


def test_who_signed_in_elsewhere_is_told_where_to_sign_in_and_still_reads_their_own(
    visitors: Visitors, town: Town, database: Database
) -> None:
    citizen = visitors.citizen()
    before = citizen.post("/applications", in_bottrop()).json()["application_id"]
    with town.trusting(
        IdentityProvider(issuer=SERVICEKONTO),
        IdentityProvider(issuer="https://later.example", valid_from=days_from_now(9)),
        IdentityProvider(issuer=town.own, valid_until=days_from_now(-1)),
    ):
        withdrawal = f"/applications/{before}/withdrawal"
        problem = until_refused(lambda: citizen.post("/applications", in_bottrop()))
        assert problem["accepted_providers"] == [SERVICEKONTO]
        with nothing_appended(database):
            for path, body in (
                (withdrawal, {}),
                (f"/applications/{before}/payments", None),
                (f"/municipalities/{BOTTROP}/sign-ins", None),
            ):
                require_problem(citizen.post(path, body), 403, "provider-not-accepted")
            uploaded = citizen.upload(f"/applications/{before}/proofs/any", b"%PDF-")
            require_problem(uploaded, 403, "provider-not-accepted")
        assert citizen.get(f"/applications/{before}").status_code == 200
        assert until(lambda: citizen.get("/applications").json()["applications"])
        elsewhere = order("birth-certificate")
        assert citizen.post("/applications", elsewhere).status_code == 201
    assert until(lambda: citizen.post(withdrawal, {}).status_code == 200)


def test_a_provider_that_has_ended_signs_nobody_in_there(visitors: Visitors, town: Town) -> None:
    with town.trusting(IdentityProvider(issuer=town.own)):
        assert visitors.citizen().post("/applications", in_bottrop()).status_code == 201
        town.end(town.own)
        problem = until_refused(lambda: visitors.citizen().post("/applications", in_bottrop()))
        assert town.own not in problem["accepted_providers"]


def test_a_town_may_rank_a_claim_of_its_provider_otherwise(visitors: Visitors, town: Town) -> None:
    low = {"STORK-QAA-Level-3": TrustLevel.NORMAL, "STORK-QAA-Level-2": TrustLevel.SUBSTANTIAL}
    with town.trusting(IdentityProvider(issuer=town.own, trust_levels=low)):
        citizen = visitors.citizen(trust_level="STORK-QAA-Level-3")

        def refused() -> httpx.Response | None:
            answer = citizen.post("/applications", in_bottrop())
            return answer if answer.status_code == 401 else None

        problem = require_problem(until(refused), 401, "step-up-needed")
        assert problem["trust_level"] == "normal"
        both = visitors.citizen(trust_level="STORK-QAA-Level-3", acr="substantial")
        require_problem(both.post("/applications", in_bottrop()), 401, "step-up-needed")
        named = problem["acr_values"]
        assert "STORK-QAA-Level-3" not in named
        assert {"STORK-QAA-Level-2", "STORK-QAA-Level-4"} <= set(named)
