"""A report may be there before its mail's sender has noted anything, or instead of an answer."""

import asyncio
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from domain.application import events as e
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.scripted_mail import NOTHING, THE_MAIL, Scripted, scripted
from tests.workers.digesting import DIGEST, FRIDAY, NOW_DUE, at, causes, choosing, of_office
from tests.workers.lives_told import submitted
from tests.workers.telling import queue_all
from tests.workers.test_bounces import (
    Box,
    about,
    block,
    collecting,
    lost,
    noted,
    quietly,
    taken,
)
from tests.workers.test_digests_failing import failed as failed_digests
from tests.workers.test_not_delivered import alarms, shown
from tests.workers.test_notify import NOW_DUE as MAIL_NOW_DUE
from tests.workers.test_notify import tell
from tests.workers.test_unanswered import silent, through
from workers.bounces import collect
from workers.notifying.noting import note
from workers.notifying.outcomes import Sent, Unanswered
from workers.notifying.sending import _next
from workers.notifying.settling import settle_missed

__all__ = ["collecting", "silent"]  # fixtures
WAITING = """SELECT count(*) AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'"""
RECEIVED = (submitted(email="ada@town.example"), h.paid(), h.received)
BY_MAIL = "SELECT notification_id FROM notifications WHERE channel = 'email'"
BY_DIGEST = "SELECT digest_id FROM digests ORDER BY day"
NOT_SENT_YET = "UPDATE digests SET state = 'queued'"
STILL_SENDING = "UPDATE digests SET state = 'sending'"
DIGEST_SENT = "UPDATE digests SET state = 'sent'"
PATIENTLY, AT_ONCE = "SET lock_timeout = 0", "SET lock_timeout = '50ms'"


async def queued(log: Log, parts: Parts) -> UUID:
    """Return the application that is to be told of."""
    stream = uuid4()
    await log.record(stream, *RECEIVED)
    await queue_all(log, parts)
    return stream


async def waits(log: Log, reading: asyncio.Task[int]) -> None:
    async with asyncio.timeout(60):
        while not reading.done() and not (await log.ask(WAITING))[0]["n"]:  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("action", "state"),
    [("failed", "bounced"), ("delivered", "delivered"), ("delayed", "sent"), ("relayed", "sent")],
)
@pytest.mark.parametrize("outcome", [Sent(), Unanswered()], ids=["sent", "unanswered"])
async def test_a_report_waits_for_the_sender_of_its_mail(
    log, collecting, action, state, outcome
) -> None:
    stream = await queued(log, collecting)
    async with log.connection() as reader, log.connection() as sender:
        await reader.execute(PATIENTLY)
        async with sender.transaction():
            notice = await _next(sender, ("email",))
            assert notice
            box = Box([about(collecting, notice.notification_id, block(action))])
            reads = collect(collecting, reader, box, collecting.return_paths, quietly)
            reading = asyncio.create_task(reads)
            await waits(log, reading)
            assert all(box.arrived)
            await note(collecting, sender, notice, outcome)
        assert await reading == 1
    assert ([row[0] for row in await noted(log)], box.arrived) == ([state], [b""])
    assert len(await lost(collecting, stream)) == (state == "bounced")


async def test_while_the_sender_takes_long_the_report_stays(log, collecting) -> None:
    await queued(log, collecting)
    async with log.connection() as reader, log.connection() as sender:
        await reader.execute(AT_ONCE)
        async with sender.transaction():
            notice = await _next(sender, ("email",))
            assert notice
            mine = about(collecting, notice.notification_id, block("failed"))
            box = Box([mine, about(collecting, uuid4(), block("failed"))])
            paths = collecting.return_paths
            assert await collect(collecting, reader, box, paths, quietly) == 1
            assert box.arrived == [mine, b""]
            await note(collecting, sender, notice, Sent())
        assert await collect(collecting, reader, box, paths, quietly) == 1
    assert await noted(log) == [("bounced", "DSN 5.1.1")]


async def unanswered(log: Log, parts: Parts, times: int) -> UUID:
    """Return a notice that went out so often; its mail server never said that it takes it."""
    async with scripted({THE_MAIL: NOTHING}) as script:
        for _ in range(times):
            await tell(log, through(parts, script, 0.1))
            await log.do(MAIL_NOW_DUE)
        assert script.mails == times
    (row,) = await log.ask(BY_MAIL)
    return UUID(str(row["notification_id"]))


@pytest.mark.parametrize(("action", "state"), [("delivered", "delivered"), ("delayed", "sent")])
async def test_what_was_reported_is_not_sent_again(
    log, collecting, silent: Scripted, action, state
) -> None:
    stream = await queued(log, collecting)
    notice = await unanswered(log, collecting, 1)
    await taken(log, collecting, Box([about(collecting, notice, block(action))]))
    await log.do(MAIL_NOW_DUE)
    await tell(log, through(collecting, silent, 0.1))
    assert ([row[0] for row in await noted(log)], silent.mails) == ([state], 0)
    assert await lost(collecting, stream) == []


async def test_what_comes_back_instead_of_an_answer_is_a_fact(log, collecting) -> None:
    stream = await queued(log, collecting)
    notice = await unanswered(log, collecting, 1)
    await taken(log, collecting, Box([about(collecting, notice, block("failed"))]))
    assert await noted(log) == [("bounced", "DSN 5.1.1")]
    assert [fact.cause for fact in await lost(collecting, stream)] == [e.NotDelivered.BOUNCED]


async def test_what_arrived_after_all_is_no_alarm_any_more(log, collecting) -> None:
    await queued(log, collecting)
    notice = await unanswered(log, collecting, 3)
    assert (await alarms(log), await shown(log)) == (1, [(notice, "given-up")])
    await taken(log, collecting, Box([about(collecting, notice, block("delivered"))]))
    assert ([row[0] for row in await noted(log)], await alarms(log)) == (["delivered"], 0)
    async with log.connection() as connection:
        await settle_missed(collecting, connection)
    assert await shown(log) == []


async def test_of_what_nobody_answered_for_it_is_told_later_that_it_came_back(
    log, collecting
) -> None:
    stream = await queued(log, collecting)
    notice = await unanswered(log, collecting, 3)
    await taken(log, collecting, Box([about(collecting, notice, block("failed"))]))
    assert await noted(log) == [("bounced", "DSN 5.1.1")]
    assert (await alarms(log), len(await lost(collecting, stream))) == (1, 1)


async def heard_of(log: Log, parts: Parts, *actions: str) -> None:
    (row,) = await log.ask(BY_DIGEST)
    digest = row["digest_id"]
    await taken(log, parts, Box([about(parts, digest, block(action)) for action in actions]))


async def test_a_report_waits_for_the_sender_of_its_digest(log, collecting) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, choosing(collecting, DIGEST), FRIDAY)
    await log.do(NOT_SENT_YET)
    (row,) = await log.ask(BY_DIGEST)
    box = Box([about(collecting, row["digest_id"], block("failed"))])
    async with log.connection() as reader, log.connection() as sender:
        await reader.execute(PATIENTLY)
        async with sender.transaction():
            await sender.execute(STILL_SENDING)
            reads = collect(collecting, reader, box, collecting.return_paths, quietly)
            reading = asyncio.create_task(reads)
            await waits(log, reading)
            assert all(box.arrived)
            await sender.execute(DIGEST_SENT)
        assert await reading == 1
    assert (await causes(log), box.arrived) == ([("failed", "DSN 5.1.1")], [b""])


@pytest.mark.parametrize(
    ("action", "state", "held"),
    [
        ("delivered", ("sent", ""), ("sent", "")),
        ("delayed", ("sent", ""), ("sent", "")),
        ("failed", ("failed", "DSN 5.1.1"), ("collected", "")),
    ],
)
async def test_a_digest_that_nobody_answered_for_is_heard_of(
    log, collecting, silent: Scripted, action, state, held
) -> None:
    unheard = choosing(through(collecting, silent, 0.1), DIGEST)
    await log.record(uuid4(), *RECEIVED)
    await at(log, unheard, FRIDAY)
    await heard_of(log, collecting, action)
    await log.do(NOW_DUE)
    await at(log, unheard, FRIDAY)
    assert (await causes(log), await of_office(log), silent.mails) == ([state], [held], 1)


async def test_a_digest_that_arrived_after_all_is_no_alarm_any_more(
    log, collecting, silent: Scripted
) -> None:
    unheard = choosing(through(collecting, silent, 0.1), DIGEST)
    await log.record(uuid4(), *RECEIVED)
    for _ in range(3):
        await at(log, unheard, FRIDAY)
        await log.do(NOW_DUE)
    assert (await causes(log), await failed_digests(log)) == ([("failed", "no answer")], 1)
    await heard_of(log, collecting, "delayed")
    assert await failed_digests(log) == 1
    await heard_of(log, collecting, "delivered")
    assert await failed_digests(log) == 0
    assert await of_office(log) == [("collected", "")]  # the next one tells it
