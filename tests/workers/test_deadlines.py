"""The runner that looks at the days of applications: what is due happens, once, and on time."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.catalogue.catalogue import Catalogue
from adapters.payments.attempts import attempts
from adapters.runner_names import DEADLINES as NAME
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import Status
from domain.payment import events as p
from projections.deadlines import DEADLINES
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.asked import submit_expiring
from tests.domain.application.facts import GELSENKIRCHEN, NOW, PAYMENT, REDUCED
from tests.projections.log import Log
from workers.deadlines import Memory, look_round
from workers.supervision import Pulse, Tools
from workers.wake import Wake

SPOIL_THE_FIRST = "UPDATE events SET state = 'spoilt' WHERE notification_id = 1"
unpaid = (h.submitted(submit_expiring), h.uploaded, h.found_clean)


def with_closed(parts: Parts, *days: date) -> None:
    """Let the town close on these days besides."""
    catalogue: Catalogue = parts.live_catalogue.snapshot
    town = catalogue.by_ags[GELSENKIRCHEN]
    closing = {**town.closing_days, **dict.fromkeys(days, "Betriebsausflug")}
    towns = {**catalogue.by_ags, GELSENKIRCHEN: replace(town, closing_days=closing)}
    parts.live_catalogue.snapshot = replace(catalogue, by_ags=towns)


async def look(parts: Parts, log: Log, days: float, memory: Memory | None = None) -> int:
    """One round, so many days after NOW, of a runner that sees all there is."""
    await log.project(DEADLINES)
    tools = Tools(parts, Pulse(parts, NAME), Wake())
    async with log.connection() as connection:
        now = NOW + timedelta(days=days)
        return await look_round(tools, connection, memory or Memory(), now)


async def names(parts: Parts, case: UUID) -> list[str]:
    return [type(event).__name__ for event in await parts.log.events(case)]


@pytest.fixture
async def case(log: Log) -> UUID:
    return uuid4()


async def test_what_is_due_happens_and_who_asked_for_it_is_told(parts, log, case) -> None:
    await log.record(case, *unpaid)
    assert [await look(parts, log, days) for days in (1, 11, 14, 15, 16)] == [0, 1, 0, 1, 0]
    history = await parts.log.history(case)
    reminded, expired = history[-2:]
    assert isinstance(reminded.event, e.ApplicantReminded)
    assert isinstance(expired.event, e.ApplicationExpired)
    assert (expired.metadata.actor.subject, expired.metadata.actor.role) == (NAME, "system")


async def test_a_fee_that_the_bank_took_back_after_approval_is_reminded_of(
    parts, log, case
) -> None:
    approved = (h.submitted(submit_expiring), h.uploaded, h.found_clean, h.paid(REDUCED))
    back = h.charged_back(cents=1000, charged_back_at=NOW + timedelta(days=3))
    await log.record(case, *approved, h.received, h.claimed, h.approved, back)
    assert [await look(parts, log, days) for days in (15, 16, 19)] == [0, 1, 0]
    *_, reminded = await parts.log.events(case)
    assert isinstance(reminded, e.ApplicantReminded)
    assert (reminded.awaited, reminded.until) == (e.Awaited.PAYMENT, date(2021, 7, 5))
    assert await look(parts, log, 20) == 1
    assert APPLICATION.fold(await parts.log.events(case)).status is Status.EXPIRED


async def test_two_runners_at_once_let_it_happen_once(parts, log, case) -> None:
    await log.record(case, *unpaid, h.reminded)
    for _ in range(3):
        await asyncio.gather(*(look(parts, log, 15) for _ in range(3)))
    assert (await names(parts, case)).count("ApplicationExpired") == 1


async def test_a_runner_whose_read_model_lags_does_nothing_twice(parts, log, case) -> None:
    await log.record(case, *past.in_hands)
    await log.project(DEADLINES)
    tools = Tools(parts, Pulse(parts, NAME), Wake())
    async with log.connection() as connection:
        for _ in range(3):
            await look_round(tools, connection, Memory(), NOW + timedelta(days=1))
    assert (await names(parts, case)).count("DecisionDueSoon") == 1


async def test_a_payment_on_its_way_is_waited_for(parts, log, case) -> None:
    await log.record(case, *unpaid, h.reminded)
    async for payment_id, _ in attempts(parts.log, case):
        await log.record(
            payment_id,
            p.PaymentRequested(
                application_id=case, municipality=GELSENKIRCHEN, cents=1000, currency="EUR",
                purpose="library-card", requested_at=NOW,
            ),
            p.PaymentOpened(
                application_id=case, municipality=GELSENKIRCHEN, transaction_id="t-1",
                redirect_url="https://pay.example/t-1", opened_at=NOW,
            ),
        )  # fmt: skip
        break
    assert await look(parts, log, 15) == 0
    assert "ApplicationExpired" not in await names(parts, case)


async def test_a_closing_day_that_the_council_adds_moves_what_is_open(parts, log, case) -> None:
    memory = Memory()
    await log.record(case, *past.in_hands)
    assert await look(parts, log, 0, memory) == 0
    with_closed(parts, date(2021, 6, 17))
    assert [await look(parts, log, 0, memory) for _ in range(2)] == [1, 0]
    *_, moved = await parts.log.events(case)
    assert isinstance(moved, e.DeadlineRecomputed)
    assert (moved.was_due_on, moved.due_on) == (date(2021, 6, 18), date(2021, 6, 21))
    (row,) = await log.shown(DEADLINES)
    assert row["due_on"] == moved.due_on


async def test_as_it_was_before_the_calendar_changed_it_still_is(parts, log, case) -> None:
    await log.record(case, *past.in_hands)
    with_closed(parts, date(2021, 6, 17))
    await look(parts, log, 0)
    before = await parts.log.history(case, version=len(past.in_hands))
    assert APPLICATION.fold(one.event for one in before).due_on == date(2021, 6, 18)


async def test_one_application_that_cannot_be_read_holds_up_no_other(parts, log, case) -> None:
    bad, good = sorted((uuid4(), uuid4()))
    await log.record(bad, *unpaid, h.reminded)
    await log.record(good, *unpaid, h.reminded)
    await log.project(DEADLINES)
    await log.do("SET session_replication_role = replica", SPOIL_THE_FIRST)
    assert await look(parts, log, 15) == 1
    assert APPLICATION.fold(await parts.log.events(good)).status is Status.EXPIRED


async def test_each_is_looked_at_once_a_day(parts, log, case, monkeypatch) -> None:
    looked: list[UUID] = []
    load = type(parts.log).load

    async def counted(self: Any, stream: UUID) -> Any:
        if self is parts.log:
            looked.append(stream)
        return await load(self, stream)

    monkeypatch.setattr(type(parts.log), "load", counted)
    await log.record(case, *past.in_hands)
    memory = Memory()
    looked.clear()
    for days in (0, 0.1, 0.2):
        await look(parts, log, days, memory)
    assert looked == [case]


async def test_what_was_paid_in_time_goes_on(parts, log, case) -> None:
    await log.record(case, *unpaid, replace(h.paid(REDUCED), payment_id=PAYMENT), h.received)
    assert await look(parts, log, 30) == 1
    assert (await names(parts, case))[-1] == "DecisionEscalated"
