"""A worker that has not heard yet what an operator chose a moment ago sends what others queued."""

from dataclasses import replace
from uuid import uuid4

from adapters.bootstrap import Parts
from adapters.catalogue.live import LiveCatalogue
from adapters.mail.catcher import caught
from tests.catalogue import with_town
from tests.domain.application.facts import GELSENKIRCHEN
from tests.projections.log import Log
from tests.workers.digesting import DIGEST, FRIDAY, NONE, RECEIVED, choosing, digests, of_office
from tests.workers.telling import queue_all, send_all
from workers.notifying.digest_sending import send_next
from workers.notifying.digests import begin_all

OFFICE = "bibliothek@stadt.gelsenkirchen.example"


class Behind(LiveCatalogue):
    """It knows all that was recorded before the events here are; what it lacks came after them."""

    def __init__(self, before: Parts, now: Parts) -> None:
        super().__init__(now.log)
        self.snapshot, self._in_the_log = before.catalogue, now.catalogue

    async def catch_up(self) -> None:
        self.snapshot = self._in_the_log

    async def known_up_to(self, position: int) -> None:
        pass


def behind(before: Parts, now: Parts) -> Parts:
    return replace(now, live_catalogue=Behind(before, now))


async def test_an_office_is_told_by_whoever_did_not_know_its_mailbox(
    log: Log, mailing: Parts, mails
) -> None:
    now = with_town(mailing, GELSENKIRCHEN, clerk_mail={}, mailbox=OFFICE, mailboxes={})
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, now)
    await send_all(log, behind(with_town(now, GELSENKIRCHEN, mailbox=None), now))
    assert await of_office(log) == [("sent", "")]
    assert len([mail for mail in caught(mails) if mail["To"] == OFFICE]) == 1


async def test_what_is_collected_is_not_let_go_of_by_who_knew_of_no_digest(
    log: Log, mailing: Parts
) -> None:
    now = choosing(mailing, DIGEST)
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, now)
    async with log.connection() as connection:
        await begin_all(behind(choosing(now, NONE), now), connection, FRIDAY)
    assert await of_office(log) == [("collected", "")]
    assert await digests(log) == [(FRIDAY.date(), "queued")]


async def test_a_digest_is_sent_by_who_knew_of_none(log: Log, mailing: Parts, mails) -> None:
    now = choosing(mailing, DIGEST)
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, now)
    async with log.connection() as connection:
        await begin_all(now, connection, FRIDAY)
        assert await send_next(behind(choosing(now, NONE), now), connection)
    assert await digests(log) == [(FRIDAY.date(), "sent")]
    assert len([mail for mail in caught(mails) if mail["To"] == OFFICE]) == 1
