"""A mail server that takes a mail and says nothing to it: waited for long, asked again seldom."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.postgres.connecting import connect
from adapters.runner_names import MAIL_SENDER
from tests.projections.log import Log
from tests.scripted_mail import NOTHING, THE_MAIL, Scripted, scripted
from tests.workers.digesting import DIGEST, FRIDAY, at, causes, choosing, of_office
from tests.workers.digesting import NOW_DUE as DIGEST_NOW_DUE
from tests.workers.test_not_delivered import alarms, facts
from tests.workers.test_notify import NOTES, NOW_DUE, PAUSE, RECEIVED, tell
from workers.notifying import waiting
from workers.notifying.waiting import PATIENT, beating
from workers.supervision import Pulse

BEATS = f"SELECT state, detail FROM heartbeats WHERE runner = '{MAIL_SENDER}'"  # noqa: S608
PATIENCE_OF_DATABASE = """SELECT setting::float8 / 1000 AS seconds FROM pg_settings
    WHERE name = 'idle_in_transaction_session_timeout'"""
HOURS = [1, 6]


def through(parts: Parts, script: Scripted, reply_seconds: float) -> Parts:
    mail = replace(parts.mail, port=script.port, timeout=60.0, limit=60.0)
    return replace(parts, mail=replace(mail, reply_seconds=reply_seconds))


@pytest.fixture
async def silent() -> AsyncIterator[Scripted]:
    async with scripted({THE_MAIL: NOTHING}) as script:
        yield script


async def test_a_mail_that_nobody_answers_for_goes_out_three_times_and_is_seen(
    log: Log, parts: Parts, silent: Scripted
) -> None:
    stream = uuid4()
    await log.record(stream, *RECEIVED)
    pauses = []
    for _ in HOURS:
        await tell(log, through(parts, silent, 0.1))
        (row,) = await log.ask(PAUSE)
        pauses.append(round(row["pause"].total_seconds() / 3600))
        await log.do(NOW_DUE)
        await tell(log, parts)  # no server at all, meanwhile
        await log.do(NOW_DUE)
    assert pauses == HOURS
    assert await facts(parts, stream) == []
    await tell(log, through(parts, silent, 0.1))
    (fact,) = await facts(parts, stream)
    assert (fact.cause, fact.detail) == ("given-up", "no answer")
    assert (silent.mails, await alarms(log)) == (3, 1)
    assert [row["state"] for row in await log.ask(NOTES)] == ["failed"]


async def test_a_mail_that_is_accepted_late_goes_out_once(log: Log, parts: Parts) -> None:
    await log.record(uuid4(), *RECEIVED)
    async with scripted({}, late=True) as script:
        slow = asyncio.create_task(tell(log, through(parts, script, 60.0)))
        async with asyncio.timeout(60):
            while not script.mails:  # noqa: ASYNC110 -- nothing tells of it
                await asyncio.sleep(0.01)
        script.may_answer.set()
        await slow
        assert script.mails == 1
    assert [(row["state"], row["attempts"]) for row in await log.ask(NOTES)] == [("sent", 1)]


async def test_whoever_waits_for_an_answer_is_seen_to_be_alive(log, parts, monkeypatch) -> None:
    monkeypatch.setattr(waiting, "BEAT_SECONDS", 0.01)
    answered = asyncio.Event()
    work = asyncio.create_task(beating(Pulse(parts, MAIL_SENDER), answered.wait()))
    async with asyncio.timeout(60):
        while not (beats := await log.ask(BEATS)):  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.01)
    assert beats == [{"state": "waiting", "detail": "an answer"}]
    answered.set()
    assert await work


async def test_the_database_is_as_patient_as_we_are(parts: Parts) -> None:
    async with await connect(parts.url, options=PATIENT) as connection:
        (seconds,) = await (await connection.execute(PATIENCE_OF_DATABASE)).fetchone()
    assert parts.mail.limit + parts.mail.reply_seconds < seconds
    assert parts.mail.reply_seconds >= 600  # RFC 5321, 4.5.3.2.6


async def test_a_digest_that_nobody_answers_for_goes_out_three_times_and_is_told_in_the_next(
    log: Log, parts: Parts, silent: Scripted
) -> None:
    unheard = choosing(through(parts, silent, 0.1), DIGEST)
    await log.record(uuid4(), *RECEIVED)
    for _ in HOURS:
        await at(log, unheard, FRIDAY)
        assert await causes(log) == [("queued", "no answer")]
        await log.do(DIGEST_NOW_DUE)
    await at(log, unheard, FRIDAY)
    assert await causes(log) == [("failed", "no answer")]
    assert (await of_office(log), silent.mails) == ([("collected", "")], 3)
