"""What was forwarded goes on in the other municipality: once, and not without its person."""

from dataclasses import replace
from uuid import UUID, uuid4

from adapters.bootstrap import Parts
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted, Channel
from domain.application.state import Application
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import GELSENKIRCHEN, GLADBECK, NOW
from tests.projections.log import KEYS_DESTROYED, Log
from workers.going_on import REACTION

BEGIN_AGAIN = "UPDATE positions SET position = 0, applied = 0"


async def forwarded(log: Log) -> UUID:
    """Return as what it goes on."""
    there = uuid4()
    await log.record(uuid4(), *past.in_hands, replace(h.forwarded, goes_on_as=there))
    return there


async def react(parts: Parts, log: Log) -> None:
    async with log.connection() as connection:
        while await REACTION.step(parts, connection):
            pass


async def state_of(parts: Parts, application_id: UUID) -> Application:
    return APPLICATION.fold(await parts.log.events(application_id))


async def test_it_is_submitted_there_as_filed_on_the_first_day(parts: Parts, log: Log) -> None:
    there = await forwarded(log)
    await react(parts, log)
    submitted = (await parts.log.events(there))[0]
    assert isinstance(submitted, ApplicationSubmitted)
    before = past.in_hands[0]
    assert isinstance(before, ApplicationSubmitted)
    assert (submitted.municipality, submitted.channel) == (GLADBECK, Channel.FORWARDED)
    assert (submitted.forwarded_from, submitted.first_received_on) == (
        GELSENKIRCHEN,
        before.legal_day,
    )
    assert (submitted.applicant, submitted.account) == (before.applicant, before.account)
    assert submitted.submitted_at == NOW


async def test_twice_is_once(parts: Parts, log: Log) -> None:
    there = await forwarded(log)
    await react(parts, log)
    once = await parts.log.events(there)
    await log.do(BEGIN_AGAIN)
    await react(parts, log)
    assert await parts.log.events(there) == once


async def test_whoever_was_erased_meanwhile_does_not_go_on(parts: Parts, log: Log) -> None:
    there = await forwarded(log)
    await log.do(KEYS_DESTROYED)
    await react(parts, log)
    assert await parts.log.events(there) == []


async def test_what_was_forwarded_before_this_was_possible_stays_as_it_is(
    parts: Parts, log: Log
) -> None:
    stream = uuid4()
    await log.record(stream, *past.in_hands, h.forwarded)
    before = len(await parts.log.page(0))
    await react(parts, log)
    assert len(await parts.log.page(0)) == before
    assert (await state_of(parts, stream)).goes_on_elsewhere is False
