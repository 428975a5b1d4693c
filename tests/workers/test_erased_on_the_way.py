"""Who is erased while something is on its way to them is forgotten by what caught it, too."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest

from adapters.account_mailbox.mailbox import AccountMailbox, AccountMessage, Delivery, StateMessage
from adapters.bootstrap import Parts
from adapters.mail.catcher import caught
from adapters.mail.smtp import SmtpSender
from adapters.personal_data.leftovers import Caught
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.workers.test_account_mailbox import ISSUER, accounts, queue, received
from tests.workers.test_notify import NOW_DUE, RECEIVED, noted
from workers.notifying.sending import send_next

__all__ = ["accounts"]  # a fixture

NOTES_OF = "SELECT notification_id::text AS id, state FROM notifications WHERE application_id ="
Meanwhile = Callable[[], Awaitable[None]]


class Died(Exception):
    """A worker that got no further."""


async def nothing() -> None:
    """What happens meanwhile."""


async def dying() -> None:
    raise Died


@dataclass(frozen=True)
class Slow(SmtpSender):
    """The same, with something that happens just before a mail is sent, and just after."""

    before: Meanwhile = nothing
    after: Meanwhile = nothing

    async def send(self, message: EmailMessage) -> None:
        await self.before()
        await super().send(message)
        await self.after()


@dataclass(frozen=True)
class SlowMailbox:
    mailbox: AccountMailbox
    before: Meanwhile

    async def send(self, message: AccountMessage) -> None:
        await self.before()
        await self.mailbox.send(message)

    async def show(self, state: StateMessage) -> None:
        await self.before()
        await self.mailbox.show(state)

    async def delivery_of(self, reference: UUID) -> Delivery:
        return await self.mailbox.delivery_of(reference)


def forgetting(log: Log, parts: Parts, stream: UUID) -> Meanwhile:
    """Erase the person, and remove whatever there is, at once."""

    async def forget() -> None:
        if not (await log.ask("SELECT FROM events WHERE topic = 'ApplicantErased'")):
            await log.record(stream, h.withdrawn, h.erased)
        await parts.eraser.forget(stream)

    return forget


def slow(parts: Parts, **meanwhile: Meanwhile) -> Parts:
    same = {field.name: getattr(parts.mail, field.name) for field in fields(parts.mail)}
    return replace(parts, mail=Slow(**same, **meanwhile))


async def send(log: Log, parts: Parts, *channels: str) -> None:
    async with log.connection() as connection:
        while await send_next(parts, connection, channels):
            pass


@pytest.fixture
def catching(mailing: Parts, mails) -> Parts:
    """The same parts, whose eraser knows what has caught their mails."""
    letters = mailing.eraser.caught.letters
    return replace(mailing, eraser=replace(mailing.eraser, caught=Caught(mails, letters)))


async def test_a_mail_that_was_on_its_way_is_not_kept(log, catching, mails) -> None:
    stream, other = uuid4(), uuid4()
    for one in (stream, other):
        await log.record(one, *RECEIVED)
    await queue(log, catching)
    await send(log, slow(catching, before=forgetting(log, catching, stream)), "email")
    assert [state for state, _, _ in await noted(log)] == ["sent", "sent"]
    (kept,) = caught(mails)
    (sent,) = await log.ask(f"{NOTES_OF} '{other}' AND channel = 'email'")
    assert sent["id"] in kept["Message-ID"]


async def test_whoever_goes_on_for_a_sender_that_died_looks_as_well(log, catching, mails) -> None:
    stream = uuid4()
    await log.record(stream, *RECEIVED)
    await queue(log, catching)
    forget = forgetting(log, catching, stream)
    await send(log, slow(catching, before=forget, after=dying), "email")
    assert len(caught(mails)) == 1
    await log.do(NOW_DUE)
    await send(log, catching, "email")
    assert [state for state, _, _ in await noted(log)] == ["dropped"]
    assert caught(mails) == []


@pytest.mark.parametrize("way", ["account", "account-state"])
async def test_nor_does_the_mailbox_of_the_sandbox_keep_it(log, accounts, way) -> None:
    stream = uuid4()
    await log.record(stream, *received())
    await queue(log, accounts.parts)
    mailbox = SlowMailbox(accounts.parts.mailboxes[ISSUER], forgetting(log, accounts.parts, stream))
    await send(log, replace(accounts.parts, mailboxes={ISSUER: mailbox}), way)
    states = await log.ask(f"{NOTES_OF} '{stream}' AND channel = '{way}'")
    assert "sent" in {row["state"] for row in states}
    assert await accounts.letters() == []
    assert await accounts.states() == []
