"""What mail servers report about mails is noted, once, and believed as far as it is signed."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from adapters.bootstrap import Parts
from adapters.mail.bounce_mailbox import Arrived, BounceMailbox
from adapters.mail.reports import Action
from adapters.mail.settings import BounceSettings
from api.mail_gauges import add_mail_reports
from domain.application import events as e
from tests.adapters.test_mail_reports import block, report
from tests.domain.application import happened as h
from tests.mail_server import MailServer, mail_server
from tests.projections.log import Log
from tests.workers.lives_told import submitted
from workers import bounces
from workers.bounces import collect, tidy
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
    cleared: date = date.max

    async def new(self) -> list[Arrived]:
        return [
            Arrived(str(number), content)
            for number, content in enumerate(self.arrived)
            if content and str(number) not in self.left
        ]

    async def take_away(self, uid: str) -> None:
        self.arrived[int(uid)] = b""

    async def leave(self, uid: str) -> None:
        self.left.append(uid)

    async def clear(self, before: date) -> int:
        self.cleared = before
        return len(self.left)


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
        return await collect(parts, connection, box, parts.return_paths, quietly)


async def quietly() -> None:
    """Nobody watches this one."""


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
    assert await counted(log) == {"bounced": 1}


@pytest.mark.parametrize(
    ("action", "status", "note"),
    [
        (Action.DELIVERED, "2.0.0", ("delivered", "")),
        (Action.DELAYED, "4.2.2", ("sent", "DSN 4.2.2")),
        (Action.RELAYED, "2.0.0", ("sent", "")),
        (Action.EXPANDED, "2.0.0", ("sent", "")),
    ],
)
async def test_other_reports_are_noted_and_alarm_nobody(
    log, collecting, action, status, note
) -> None:
    stream, notice = await told(log, collecting)
    box = Box([about(collecting, notice, block(action, status))])
    await taken(log, collecting, box)
    assert box.arrived == [b""]
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


async def test_what_was_not_sent_to_a_return_path_is_not_read(log, collecting, monkeypatch) -> None:
    monkeypatch.setattr(bounces, "read_report", lambda _: pytest.fail("it was read"))
    assert collecting.return_paths
    path = collecting.return_paths.of(uuid4()).replace("-", "-b", 1)[:-16]
    others = ("postmaster@bounces.example", f"{path}@elsewhere.example")
    assert await taken(log, collecting, Box([report(block("failed"), to=to) for to in others])) == 2
    assert await counted(log) == {"unread": 2}


async def test_each_is_marked_as_soon_as_it_is_noted(log, collecting) -> None:
    _, notice = await told(log, collecting)
    content = about(collecting, notice, block("failed"))
    box, rounds = Box([content, content, b"what?"]), 0

    async def beat() -> None:
        nonlocal rounds
        assert [one == b"" for one in box.arrived[:2]].count(True) == min(rounds, 2)
        rounds += 1

    async with log.connection() as connection:
        await collect(collecting, connection, box, collecting.return_paths, beat)
    assert rounds == 3


async def test_what_was_left_is_counted_and_deleted_after_a_month(log, collecting) -> None:
    box = Box([b"hello"])
    await taken(log, collecting, box)
    for still_there in (["0"], []):
        box.left = still_there
        async with log.connection() as connection:
            await tidy(connection, box)
        assert await counted(log) == {"unread": 1, "kept": len(still_there)}
        shown = CollectorRegistry()
        await add_mail_reports(collecting, shown)
        assert shown.get_sample_value("amtsweg_mail_reports_kept") == len(still_there)
    month = datetime.now(UTC).date() - box.cleared
    assert timedelta(days=29) <= month <= timedelta(days=31)


async def test_a_report_about_a_notice_that_is_gone_changes_nothing(log, collecting) -> None:
    box = Box([about(collecting, uuid4(), block("failed"))])
    await taken(log, collecting, box)
    assert (box.arrived, await counted(log)) == ([b""], {})


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
    at_server = server.bounces()
    settings = parts.settings.model_copy(update={"bounces": at_server})
    real = replace(parts, settings=settings, mail=server.sender(sender=""))
    stream, notice = await told(log, real, to)
    await asyncio.to_thread(server.read, "reports", 1)
    assert await taken(log, real, BounceMailbox(at_server)) == 1
    assert await noted(log) == [note]
    assert await counted(log) == count
    assert [one.notification_id for one in await lost(real, stream)] == [notice] * (to == NOBODY)
    assert await taken(log, real, BounceMailbox(at_server)) == 0
