"""What mail servers report about mails is noted, once, and believed as far as it is signed."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from adapters.bootstrap import Parts
from adapters.mail.bounce_mailbox import Arrived, BounceMailbox
from adapters.mail.reports import Action
from adapters.mail.settings import BounceSettings
from domain.application import events as e
from tests.adapters.test_mail_reports import block, report
from tests.domain.application import happened as h
from tests.mail_server import MailServer, mail_server
from tests.projections.log import Log
from tests.workers.lives_told import submitted
from workers.bounces import collect
from workers.notifying.queueing import QUEUEING
from workers.notifying.sending import send_next

ADA, NOBODY, FULL = "ada@town.example", "nobody@town.example", "full@town.example"
NOTES = "SELECT * FROM notifications WHERE channel = 'email'"
COUNTS = "SELECT kind, count FROM mail_reports ORDER BY kind"
COLLECTED = BounceSettings(
    domain="bounces.example", host="localhost", username="b", password=SecretStr("x")
)


@dataclass
class Box:
    """A mailbox in memory; the real one is in the tests of the mail server, and at the end."""

    arrived: list[bytes] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    async def new(self) -> list[Arrived]:
        return [
            Arrived(str(number), content)
            for number, content in enumerate(self.arrived)
            if content and str(number) not in self.left
        ]

    async def take_away(self, uids: Iterable[str]) -> None:
        for uid in uids:
            self.arrived[int(uid)] = b""

    async def leave(self, uids: Iterable[str]) -> None:
        self.left += uids


@pytest.fixture
def collecting(mailing: Parts) -> Parts:
    return replace(mailing, settings=mailing.settings.model_copy(update={"bounces": COLLECTED}))


async def told(log: Log, parts: Parts, email: str = ADA) -> tuple[UUID, UUID]:
    """Return which application it was, and which notice was sent about it."""
    stream = uuid4()
    await log.record(stream, submitted(email=email), h.paid(), h.received)
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass
        while await send_next(parts, connection):
            pass
    row = (await log.ask(f"{NOTES} ORDER BY position"))[-1]
    assert row["state"] == "sent"
    return stream, row["notification_id"]


async def taken(log: Log, parts: Parts, box: Any) -> int:
    assert parts.return_paths
    async with log.connection() as connection:
        return await collect(parts, connection, box, parts.return_paths)


async def noted(log: Log) -> list[tuple[str, str]]:
    return [(row["state"], row["error"]) for row in await log.ask(NOTES)]


async def counted(log: Log) -> dict[str, int]:
    return {row["kind"]: row["count"] for row in await log.ask(COUNTS)}


async def lost(parts: Parts, stream: UUID) -> list[e.NoticeNotDelivered]:
    events = await parts.log.events(stream)
    return [one for one in events if isinstance(one, e.NoticeNotDelivered)]


def about(parts: Parts, notice: UUID, *blocks: str) -> bytes:
    assert parts.return_paths
    return report(*blocks, to=parts.return_paths.of(notice))


async def test_a_mail_that_comes_back_is_a_fact_and_told_once(log, collecting) -> None:
    stream, notice = await told(log, collecting)
    content = about(collecting, notice, block("failed"))
    for _ in range(3):
        assert await taken(log, collecting, Box([content, content])) == 2
    assert await noted(log) == [("bounced", "DSN 5.1.1")]
    (fact,) = await lost(collecting, stream)
    assert (fact.notification_id, fact.cause) == (notice, e.NotDelivered.BOUNCED)
    assert fact.detail == "DSN 5.1.1"


@pytest.mark.parametrize(
    ("action", "status", "note"),
    [
        (Action.DELIVERED, "2.0.0", ("delivered", "")),
        (Action.DELAYED, "4.2.2", ("sent", "DSN 4.2.2")),
        (Action.RELAYED, "2.0.0", ("sent", "")),
    ],
)
async def test_other_reports_are_noted_and_alarm_nobody(
    log, collecting, action, status, note
) -> None:
    stream, notice = await told(log, collecting)
    await taken(log, collecting, Box([about(collecting, notice, block(action, status))]))
    assert await noted(log) == [note]
    assert await lost(collecting, stream) == []


async def test_whoever_delivered_it_may_still_find_that_it_comes_back(log, collecting) -> None:
    _, notice = await told(log, collecting)
    for action in ("delivered", "failed", "delivered", "delayed"):
        await taken(log, collecting, Box([about(collecting, notice, block(action))]))
    assert await noted(log) == [("bounced", "DSN 5.1.1")]


async def test_a_made_up_report_is_ignored_and_counted(log, collecting) -> None:
    stream, notice = await told(log, collecting)
    true = about(collecting, notice, block("failed"))
    at = true.index(b"@bounces") - 1
    forged = true[:at] + (b"b" if true[at : at + 1] == b"a" else b"a") + true[at + 1 :]
    box = Box([forged])
    await taken(log, collecting, box)
    assert await noted(log) == [("sent", "")]
    assert await lost(collecting, stream) == []
    assert await counted(log) == {"forged": 1}
    assert box.arrived == [b""]


async def test_what_nobody_understands_is_left_for_a_person(log, collecting) -> None:
    _, notice = await told(log, collecting)
    away = about(collecting, notice)
    box = Box([away, b"\xff", b"To: postmaster@bounces.example\r\n\r\nhello"])
    assert await taken(log, collecting, box) == 3
    assert await taken(log, collecting, box) == 0
    assert await noted(log) == [("sent", "")]
    assert await counted(log) == {"unread": 3}
    assert all(box.arrived)


async def test_a_report_about_a_notice_that_is_gone_changes_nothing(log, collecting) -> None:
    box = Box([about(collecting, uuid4(), block("failed"))])
    await taken(log, collecting, box)
    assert box.arrived == [b""]


async def test_a_report_about_who_was_erased_alarms_nobody(log, collecting) -> None:
    stream, notice = await told(log, collecting)
    await log.record(stream, h.withdrawn, h.erased)
    await collecting.eraser.forget(stream)
    await taken(log, collecting, Box([about(collecting, notice, block("failed"))]))
    assert await lost(collecting, stream) == []


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize(
    ("to", "note", "count"),
    [
        (NOBODY, ("bounced", "DSN 5.0.0"), {"bounced": 1}),
        (ADA, ("delivered", ""), {"delivered": 1}),
        (FULL, ("sent", "DSN 4.0.0"), {"delayed": 1}),
    ],
)
async def test_a_real_mail_server_reports_and_is_heard(log, parts, server, to, note, count) -> None:
    bounces = server.bounces()
    settings = parts.settings.model_copy(update={"bounces": bounces})
    real = replace(parts, settings=settings, mail=server.sender(sender=""))
    stream, notice = await told(log, real, to)
    await asyncio.to_thread(server.read, "reports", 1)
    assert await taken(log, real, BounceMailbox(bounces)) == 1
    assert await noted(log) == [note]
    assert await counted(log) == count
    assert [one.notification_id for one in await lost(real, stream)] == [notice] * (to == NOBODY)
    assert await taken(log, real, BounceMailbox(bounces)) == 0
