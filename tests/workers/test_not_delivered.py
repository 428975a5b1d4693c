"""What could not be told is a fact, shown to clerks and operators, until it went through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.event_store.errors import StoreIsBusy
from adapters.event_store.office import Office, Order
from adapters.mail.catcher import MailCatcher, caught, deliveries
from adapters.runners_seen import mails_seen
from domain.application import events as e
from domain.application.commands import SettleNotice
from projections.catalogue import PROJECTIONS
from projections.undelivered import UNDELIVERED
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.workers.lives_told import submitted
from tests.workers.telling import queue_all
from tests.workers.test_notify import BACK_TO_THE_START, NOW_DUE, RECEIVED
from workers.notifying.noting import arrive, bounce
from workers.notifying.queueing import QUEUEING
from workers.notifying.sending import send_next
from workers.notifying.settling import settle_missed

REFUSED = (submitted(email="eva@refused.invalid"), *RECEIVED[1:])
ROWS = "SELECT * FROM notifications WHERE channel = 'email' ORDER BY queued_at"
LONG_AGO = "UPDATE notifications SET queued_at = queued_at - interval '5 days'"
# As a crash leaves it: the whole transaction is undone.
UNNOTED = """UPDATE notifications SET state = 'queued', attempts = 0, error = '', failed_at = NULL
    WHERE channel = 'email'"""
NOON = datetime(2099, 6, 12, 12, tzinfo=UTC)
AT_NOON = """UPDATE notifications SET queued_at = '2099-06-12 12:00+00'
    WHERE repeats IS NOT NULL"""
BOUNCE_UNNOTED = "UPDATE notifications SET state = 'sent' WHERE state = 'bounced'"
OF_NOBODY = """UPDATE notifications SET application_id = gen_random_uuid()
    WHERE position = (SELECT min(position) FROM notifications)
        AND channel = 'email'"""
NOT_TO_OFFICES = """UPDATE notifications SET state = 'dropped'
    WHERE channel = 'office' AND state = 'queued'"""
SMALL = 100


@pytest.fixture
async def strict(parts, tmp_path) -> AsyncIterator[Parts]:
    """The same parts, with a mail server that refuses whatever is larger than nothing."""
    async with MailCatcher(tmp_path / "strict", size_limit=SMALL) as catcher:
        yield replace(parts, mail=replace(parts.mail, port=catcher.port))


async def tell(log: Log, parts: Parts) -> None:
    """Applicants alone: what becomes of the mailbox of an office is another matter."""
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass
        await log.do(NOT_TO_OFFICES)
        while await send_next(parts, connection):
            pass


async def facts(parts: Parts, stream: UUID) -> list[object]:
    of_notices = (e.NoticeNotDelivered, e.NoticeSentAgain, e.NoticeSettled)
    return [x for x in await parts.log.events(stream) if isinstance(x, of_notices)]


async def shown(log: Log) -> list[tuple[UUID, str]]:
    return [(row["notification_id"], row["cause"]) for row in await log.shown(UNDELIVERED)]


async def alarms(log: Log) -> int:
    async with log.connection() as connection:
        return (await mails_seen(connection)).failed


async def failed(log: Log, parts: Parts) -> tuple[UUID, e.NoticeNotDelivered]:
    """One that a mail server has refused for good, and the fact of it."""
    stream = uuid4()
    await log.record(stream, *RECEIVED)
    await tell(log, parts)
    (fact,) = await facts(parts, stream)
    assert isinstance(fact, e.NoticeNotDelivered)
    return stream, fact


async def send_again(log: Log, parts: Parts, stream: UUID, which: UUID) -> UUID:
    """As a clerk asks for it, until the notifier has heard what came of it; return which it is."""
    await log.record(stream, replace(h.sent_again, notification_id=which))
    for _ in range(2):
        await tell(log, parts)
    (row,) = await log.ask("SELECT * FROM notifications WHERE repeats = %s", which)
    return UUID(str(row["notification_id"]))


async def test_what_is_refused_for_good_is_a_fact_and_shown(log, strict) -> None:
    _, fact = await failed(log, strict)
    assert (fact.cause, fact.detail, fact.template) == ("refused", "SMTP 552", "received-1")
    assert await shown(log) == [(fact.notification_id, "refused")]
    assert await alarms(log) == 1


async def test_one_that_is_tried_for_days_is_given_up(log, parts) -> None:
    stream = uuid4()
    await log.record(stream, *RECEIVED)
    await tell(log, parts)
    assert await facts(parts, stream) == []
    await log.do(LONG_AGO, NOW_DUE)
    await tell(log, parts)
    (fact,) = await facts(parts, stream)
    assert (fact.cause, fact.detail) == ("given-up", "SMTPConnectError")
    assert [row["state"] for row in await log.ask(ROWS)] == ["failed"]


async def test_one_that_goes_through_at_the_second_time_needs_no_care(
    log, strict, mailing, mails
) -> None:
    stream, fact = await failed(log, strict)
    again = await send_again(log, mailing, stream, fact.notification_id)
    settled = (await facts(mailing, stream))[-1]
    assert (settled.notification_id, settled.how) == (fact.notification_id, "sent-again")
    assert (await shown(log), await alarms(log)) == ([], 0)
    (mail,) = caught(mails)
    assert str(again) in mail["Message-ID"]
    assert again != fact.notification_id


async def test_one_that_is_sent_again_has_the_date_of_that(log, strict, mailing, mails) -> None:
    stream, fact = await failed(log, strict)
    await log.record(stream, replace(h.sent_again, notification_id=fact.notification_id))
    await queue_all(log, mailing)
    await log.do(AT_NOON)
    await tell(log, mailing)
    (mail,) = caught(mails)
    assert mail["Date"].datetime == NOON


async def test_the_second_one_that_fails_stands_for_the_first(log, strict) -> None:
    stream, fact = await failed(log, strict)
    again = await send_again(log, strict, stream, fact.notification_id)
    assert await shown(log) == [(again, "refused")]
    assert await alarms(log) == 1


async def test_a_letter_is_sent_again_as_it_was(log, mailing, mails) -> None:
    """Whatever happened to the application since."""
    stream = uuid4()
    await log.record(stream, submitted("en"), *RECEIVED[1:])
    await tell(log, mailing)
    await log.record(stream, h.claimed, h.rejected)
    await tell(log, mailing)
    await send_again(log, mailing, stream, (await log.ask(ROWS))[0]["notification_id"])
    first, _, third = caught(mails)
    assert first.get_content() == third.get_content()
    assert first["Subject"] == third["Subject"]
    assert [type(fact) for fact in await facts(mailing, stream)] == [e.NoticeSentAgain]


async def test_what_a_clerk_has_seen_to_alarms_nobody(log, strict, mailing) -> None:
    stream, fact = await failed(log, strict)
    await log.record(stream, replace(h.settled, notification_id=fact.notification_id))
    await tell(log, mailing)
    assert (await shown(log), await alarms(log)) == ([], 0)


async def test_what_was_noted_as_lost_and_went_through_after_all_needs_no_care(
    log, strict, mailing
) -> None:
    """Its sender died between the fact and the note, and the mail server has changed its mind."""
    stream, fact = await failed(log, strict)
    await log.do(UNNOTED, NOW_DUE)
    for _ in range(2):
        await tell(log, mailing)
    assert [row["state"] for row in await log.ask(ROWS)] == ["sent"]
    assert (await facts(mailing, stream))[-1].notification_id == fact.notification_id
    assert (await shown(log), await alarms(log)) == ([], 0)


@dataclass
class Busy:
    """An office whose store has too much to do to hear that something was settled."""

    office: Office

    async def carry_out(self, decider: Any, order: Order) -> Any:
        if isinstance(order.command, SettleNotice):
            raise StoreIsBusy
        return await self.office.carry_out(decider, order)


async def test_a_mail_that_was_accepted_is_not_sent_again_where_the_store_is_busy(
    log, strict, mailing, mails
) -> None:
    """Nor is it forgotten that it needs no care."""
    await failed(log, strict)
    await log.do(UNNOTED, NOW_DUE)
    busy: Any = Busy(mailing.office)
    for _ in range(2):
        await tell(log, replace(mailing, office=busy))
    assert [row["state"] for row in await log.ask(ROWS)] == ["sent"]
    assert list(deliveries(mails).values()) == [1]
    assert len(await shown(log)) == 1
    async with log.connection() as connection:
        await settle_missed(mailing, connection)
    await tell(log, mailing)
    assert (await shown(log), await alarms(log)) == ([], 0)


async def test_what_went_through_in_the_end_and_came_back_is_lost_again(
    log, strict, mailing
) -> None:
    stream, fact = await failed(log, strict)
    await log.do(UNNOTED, NOW_DUE)
    await tell(log, mailing)
    async with log.connection() as connection:
        await bounce(mailing, connection, fact.notification_id, "5.1.1")
    assert await shown(log) == [(fact.notification_id, "bounced")]
    again = await send_again(log, mailing, stream, fact.notification_id)
    assert (await shown(log), await alarms(log)) == ([], 0)
    async with log.connection() as connection:
        await bounce(mailing, connection, again, "5.1.1")
    assert await shown(log) == [(again, "bounced")]


async def test_what_came_back_is_not_taken_for_what_went_through(log, mailing) -> None:
    """Whoever noted it died between the fact and the note."""
    await log.record(uuid4(), *RECEIVED)
    await tell(log, mailing)
    (row,) = await log.ask(ROWS)
    async with log.connection() as connection:
        await bounce(mailing, connection, row["notification_id"], "5.1.1")
        await log.do(BOUNCE_UNNOTED)
        await shown(log)
        await settle_missed(mailing, connection)
    assert await shown(log) == [(row["notification_id"], "bounced")]


async def test_before_anything_is_shown_nothing_was_missed(log, mailing) -> None:
    await log.do("DROP TABLE IF EXISTS undelivered_v1")
    async with log.connection() as connection:
        await settle_missed(mailing, connection)


async def test_what_comes_back_is_a_fact_once(log, mailing) -> None:
    stream = uuid4()
    await log.record(stream, *RECEIVED)
    await tell(log, mailing)
    (row,) = await log.ask(ROWS)
    async with log.connection() as connection:
        assert await bounce(mailing, connection, row["notification_id"], "5.1.1") is not None
        assert await bounce(mailing, connection, row["notification_id"], "5.1.1") is None
        assert await bounce(mailing, connection, uuid4(), "5.1.1") is None
        assert not await arrive(connection, row["notification_id"])
    (fact,) = await facts(mailing, stream)
    assert (fact.cause, fact.detail) == ("bounced", "5.1.1")
    assert [row["state"] for row in await log.ask(ROWS)] == ["bounced"]
    assert (await shown(log), await alarms(log)) == ([(row["notification_id"], "bounced")], 1)


async def test_what_has_arrived_is_noted_once(log, mailing) -> None:
    await log.record(uuid4(), *RECEIVED)
    await tell(log, mailing)
    (row,) = await log.ask(ROWS)
    async with log.connection() as connection:
        assert await arrive(connection, row["notification_id"])
        assert not await arrive(connection, row["notification_id"])
    (row,) = await log.ask(ROWS)
    assert (row["state"], row["delivered_at"] >= row["sent_at"]) == ("delivered", True)


async def test_of_a_person_who_was_erased_nothing_waits_and_nothing_alarms(
    log, parts, strict
) -> None:
    stream, _ = await failed(log, strict)
    await log.record(stream, h.claimed, h.rejected)
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass
    await log.record(stream, h.erased)
    await parts.eraser.forget(stream)
    await tell(log, strict)
    rows = await log.ask(ROWS)
    assert [(row["state"], row["language"]) for row in rows] == [("failed", ""), ("dropped", "")]
    assert (await shown(log), await alarms(log)) == ([], 0)


async def test_what_the_log_refuses_to_take_holds_up_no_other(log, mailing) -> None:
    """A stream that does not begin as it should, as after a restored backup."""
    await log.record(uuid4(), *REFUSED)
    await log.record(uuid4(), *RECEIVED)
    async with log.connection() as connection:
        while await QUEUEING.step(mailing, connection):
            pass
    await log.do(OF_NOBODY)
    await tell(log, mailing)
    assert sorted(row["state"] for row in await log.ask(ROWS)) == ["queued", "sent"]


async def test_neither_a_rebuild_nor_a_replay_tells_anybody_again(log, strict, mailing, mails):
    stream, fact = await failed(log, strict)
    await send_again(log, mailing, stream, fact.notification_id)
    before = deliveries(mails)
    for projection in PROJECTIONS:
        await log.project(projection)
        await log.rebuild(projection)
    await log.do(BACK_TO_THE_START, "TRUNCATE inbox")
    await tell(log, mailing)
    assert deliveries(mails) == before
    assert len(await facts(mailing, stream)) == 3
    assert len(await log.ask(ROWS)) == 2
