"""First-time users are found by what they submit: once each, online only, and for ever."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.personal_data.people import subject_digest
from domain.application.events import ApplicationSubmitted, Channel
from domain.first_use.events import Occasion, PortalFirstUsed
from domain.first_use.first_use import RecordFirstUse
from domain.municipality.municipality import Phase
from tests.catalogue import with_town
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from tests.projections.log import Log
from workers.first_users import REACTION

submitted = h.submitted(asked.submit)
GLADBECK = "05562014"
BEGIN_AGAIN = "UPDATE positions SET position = 0, applied = 0"


async def first_uses(parts: Parts, log: Log, *submissions: ApplicationSubmitted) -> list[UUID]:
    """Return the streams, in the order of the log."""
    for event in submissions:
        await log.record(uuid4(), event)
    async with log.connection() as connection:
        while await REACTION.step(parts, connection):
            pass
    return [r.stream_id for r in await parts.log.page(0) if isinstance(r.event, PortalFirstUsed)]


async def test_an_account_that_applies_twice_is_one_first_time_user(parts: Parts, log: Log) -> None:
    assert len(await first_uses(parts, log, submitted, submitted)) == 1


async def test_two_accounts_are_two(parts: Parts, log: Log) -> None:
    other = replace(submitted, account="pseudonym-2")
    assert len(await first_uses(parts, log, submitted, other)) == 2


async def test_the_same_account_is_another_one_in_every_municipality(
    parts: Parts, log: Log
) -> None:
    elsewhere = replace(submitted, municipality=GLADBECK)
    assert len(set(await first_uses(parts, log, submitted, elsewhere))) == 2


async def test_whoever_came_to_the_counter_used_no_portal(parts: Parts, log: Log) -> None:
    at_counter = replace(submitted, channel=Channel.COUNTER, account=None)
    assert await first_uses(parts, log, at_counter) == []


async def test_a_repeated_reaction_records_nothing_again(parts: Parts, log: Log) -> None:
    await first_uses(parts, log, submitted)
    await log.do(BEGIN_AGAIN)
    assert len(await first_uses(parts, log)) == 1


async def test_a_sign_in_before_was_the_first_use(parts: Parts, log: Log) -> None:
    use = RecordFirstUse(municipality=GELSENKIRCHEN, occasion=Occasion.SIGN_IN, now=NOW)
    subject = subject_digest(parts.keys, "pseudonym-1")
    assert await parts.first_uses.record(subject, use, "trace-1")
    assert not await parts.first_uses.record(subject, use, "trace-2")
    await first_uses(parts, log, submitted)
    (found,) = [r for r in await parts.log.page(0) if isinstance(r.event, PortalFirstUsed)]
    assert found.event.occasion is Occasion.SIGN_IN


@pytest.mark.parametrize(
    ("portal", "filed_as_pilot", "counted_as_pilot"),
    [
        ({"phase": Phase.PILOT}, True, True),
        # A service on trial of a portal that is not: whoever signs in there is no pilot either.
        ({"phase": Phase.LIVE}, True, False),
        ({"phase": Phase.LIVE}, False, False),
        # The pilot phase has ended since it was submitted, or had ended before.
        ({"phase": Phase.LIVE, "went_live_at": NOW + timedelta(seconds=1)}, True, True),
        ({"phase": Phase.LIVE, "went_live_at": NOW}, True, False),
    ],
)
async def test_it_is_a_pilot_where_the_portal_was_on_trial(
    parts: Parts, log: Log, portal: dict[str, Any], *, filed_as_pilot: bool, counted_as_pilot: bool
) -> None:
    event = replace(submitted, pilot=filed_as_pilot, submitted_at=NOW)
    await first_uses(with_town(parts, GELSENKIRCHEN, **portal), log, event)
    (found,) = [r for r in await parts.log.page(0) if isinstance(r.event, PortalFirstUsed)]
    assert found.event.pilot is counted_as_pilot


async def test_in_a_town_that_is_not_known_any_more_it_is_as_it_was_filed(
    parts: Parts, log: Log
) -> None:
    await first_uses(parts, log, replace(submitted, municipality="05999999", pilot=True))
    (found,) = [r for r in await parts.log.page(0) if isinstance(r.event, PortalFirstUsed)]
    assert found.event.pilot


async def test_nothing_in_it_tells_who_it_was(parts: Parts, log: Log) -> None:
    await first_uses(parts, log, submitted)
    (found,) = [r for r in await parts.log.page(0) if isinstance(r.event, PortalFirstUsed)]
    assert found.metadata.actor.role == "system"
    rows = await log.ask("SELECT state FROM events WHERE topic = 'PortalFirstUsed'")
    assert not any(b"pseudonym" in row["state"] for row in rows)
    assert await log.ask("SELECT FROM data_keys WHERE stream_id = %s", found.stream_id) == []
