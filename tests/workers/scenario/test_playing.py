"""A scenario is played by the rules: real lives, each with the end that was dealt to it."""

from collections import Counter
from typing import Any

import pytest
import pytest_asyncio

from adapters.bootstrap import Parts
from adapters.event_store.log import EventLog
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import ENDED, Status
from domain.first_use.events import PortalFirstUsed
from domain.payment.events import PaymentSucceeded
from domain.processes.availability import availability
from tests.workers.scenario.conftest import played
from workers.scenario.running import Played

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCALE = 0.05


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def done(parts: Parts) -> Played:
    return await played(parts, SCALE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def events(parts: Parts, done: Played) -> list[Any]:
    return [recorded async for page in parts.log.read() for recorded in page]


async def test_everything_of_the_table_is_offered_here(done: Played) -> None:
    assert done.left_out == []


async def test_nobody_applies_online_for_what_the_portal_does_not_offer_that_day(
    events: list[Any], parts: Parts
) -> None:
    """The table says when people come; the catalogue says from when on they could."""
    submitted = [r.event for r in events if isinstance(r.event, e.ApplicationSubmitted)]
    online = [event for event in submitted if event.channel is e.Channel.ONLINE]
    assert len({(event.municipality, event.service) for event in online}) > 20
    for event in online:
        offer = parts.catalogue.offer(event.municipality, event.service)
        found = availability(offer.definition, offer.adoption, offer.town, event.legal_day)
        assert found.usable, (event.municipality, event.service, event.legal_day, found)


async def test_every_application_is_submitted_and_most_have_ended(events: list[Any], done) -> None:
    lives: dict[Any, list[Any]] = {}
    for recorded in events:
        if isinstance(recorded.event, e.ApplicationEvent):
            lives.setdefault(recorded.stream_id, []).append(recorded.event)
    ends = Counter(APPLICATION.fold(life).status for life in lives.values())
    assert sum(ends.values()) == done.applications > 400
    assert sum(n for status, n in ends.items() if status in ENDED) > 0.9 * done.applications
    assert {Status.REJECTED, Status.WITHDRAWN, Status.ACKNOWLEDGED, Status.DISPATCHED,
            Status.PICKED_UP, Status.ISSUED_ONLINE} <= set(ends)  # fmt: skip


async def test_some_are_corrected_and_fees_are_paid_online_and_at_the_counter(events) -> None:
    names = Counter(type(recorded.event) for recorded in events)
    assert names[e.CorrectionRequested] >= names[e.CorrectionAnswered] > 0
    methods = {r.event.method for r in events if isinstance(r.event, e.ApplicationPaid)}
    assert methods == {"PAYPAL", "card"}
    paid_online = sum(
        isinstance(r.event, e.ApplicationPaid) and r.event.method == "PAYPAL" for r in events
    )
    assert names[PaymentSucceeded] == paid_online


async def test_nobody_pays_online_before_the_town_takes_payments(events, parts: Parts) -> None:
    towns = {r.stream_id: r.event.municipality for r in events
             if isinstance(r.event, e.ApplicationSubmitted)}  # fmt: skip
    for recorded in events:
        if isinstance(recorded.event, e.ApplicationPaid) and recorded.event.method == "PAYPAL":
            since = parts.catalogue.municipality(towns[recorded.stream_id]).e_payment_since
            assert since is None or recorded.event.paid_at.date() >= since


async def test_its_clock_is_its_own_and_the_log_s_clock_is_real(events) -> None:
    for recorded in events:
        if isinstance(recorded.event, e.ApplicationSubmitted):
            assert recorded.event.legal_day.year == 2021
            assert recorded.recorded_at.year > 2021


async def test_who_applies_online_has_signed_in_before(events, parts: Parts) -> None:
    accounts = {
        (r.event.municipality, r.event.account) for r in await _with_names(parts.log, events)
    }
    first_uses = sum(isinstance(r.event, PortalFirstUsed) for r in events)
    assert len(accounts) <= first_uses < 1.2 * len(accounts)


async def _with_names(log: EventLog, events: list[Any]) -> list[Any]:
    submitted = [r for r in events if isinstance(r.event, e.ApplicationSubmitted)]
    online = [r for r in submitted if r.event.channel is e.Channel.ONLINE]
    return [(await log.history(r.stream_id, version=1))[0] for r in online]
