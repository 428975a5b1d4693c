"""Letters go into the mailbox of the account as well, once; it shows how the application stands."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from adapters.account_mailbox.opening import open_mailboxes
from adapters.account_mailbox.refused import states_refused
from adapters.account_mailbox.settings import MailboxSettings
from adapters.bootstrap import Parts
from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.mail.catcher import caught, deliveries
from api.sandbox.account_mailbox import NOBODY, TURNS_AWAY, create_account_mailbox
from domain.application import events as e
from domain.municipality.clerk_mail import Audience
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.serving import serve
from tests.workers.lives_told import submitted
from tests.workers.test_office_mail import quiet
from workers.account_deliveries import ask_next
from workers.account_states import STATES
from workers.notifying.queueing import QUEUEING
from workers.notifying.sending import send_next

ISSUER, HANDLE = "https://id.example.org/realm", "7f3c1f0e-52a6-4b8d-9e0a-4c6d1b2a3f50"
BEARER = "between-us"
EVERY_WAY = ("account", "account-state", "email")
NOTES = "SELECT * FROM notifications ORDER BY position, channel"
NOW_DUE = "UPDATE notifications SET due_at = clock_timestamp()"
BACK_TO_THE_START = "UPDATE positions SET position = 0, applied = 0"
SPOIL_THE_FIRST = "UPDATE events SET state = 'spoilt' WHERE notification_id = 1"
OLD = "UPDATE notifications SET sent_at = clock_timestamp() - interval '15 days'"


@dataclass(frozen=True, slots=True)
class Accounts:
    parts: Parts
    http: httpx.AsyncClient

    async def letters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get("/account/letters")).json()
        return found

    async def states(self) -> list[str]:
        return [one["status"] for one in (await self.http.get("/account/states")).json()]

    async def feel(self, mood: str) -> None:
        await self.http.post("/account/mailbox.html", data={"mood": mood})


@pytest.fixture
async def accounts(mailing: Parts) -> AsyncIterator[Accounts]:
    """The same parts, and an identity provider whose accounts have a mailbox."""
    app = FastAPI()
    app.include_router(create_account_mailbox(mailing.settings.sandbox_home, BEARER))
    async with serve(app) as url, httpx.AsyncClient(base_url=url, timeout=60) as http:
        mailbox = MailboxSettings(url=f"{url}/account", bearer=SecretStr(BEARER))
        issuer = IssuerSettings(issuer=ISSUER, roles=frozenset({Role.CITIZEN}), mailbox=mailbox)
        settings = mailing.settings.model_copy(update={"issuers": (issuer,)})
        async with AsyncExitStack() as stack:
            mailboxes = await open_mailboxes(stack, settings.mailboxes)
            yield Accounts(replace(mailing, settings=settings, mailboxes=mailboxes), http)


def known_as(parts: Parts, provider: str) -> Parts:
    """The same mailboxes, of the accounts of another identity provider."""
    (issuer,) = parts.settings.issuers
    other = issuer.model_copy(update={"issuer": provider})
    settings = parts.settings.model_copy(update={"issuers": (other,)})
    return replace(parts, settings=settings, mailboxes={provider: parts.mailboxes[ISSUER]})


def submitted_by(
    handle: str = HANDLE, provider: str = ISSUER, **how: Any
) -> e.ApplicationSubmitted:
    mailbox = e.AccountMailbox(provider=provider, handle=handle)
    return replace(submitted(**how), mailbox=mailbox)


def received(**how: Any) -> tuple[Any, ...]:
    return (submitted_by(**how), h.paid(), h.received)


async def queue(log: Log, parts: Parts) -> None:
    async with log.connection() as connection:
        for reaction in (QUEUEING, STATES):
            while await reaction.step(parts, connection):
                pass


async def tell(log: Log, parts: Parts) -> None:
    await queue(log, parts)
    async with log.connection() as connection:
        while await send_next(parts, connection):
            pass


async def ask(log: Log, parts: Parts) -> None:
    await log.do(NOW_DUE)
    async with log.connection() as connection:
        while await ask_next(parts, connection):
            pass


async def noted(log: Log, *channels: str) -> list[tuple[str, str, str]]:
    rows = await log.ask(NOTES)
    return [
        (row["channel"], row["state"], row["error"])
        for row in rows
        if row["channel"] in (channels or ("account", "email"))
    ]


async def undelivered(parts: Parts, stream: UUID) -> list[e.NoticeNotDelivered]:
    events = await parts.log.events(stream)
    return [one for one in events if isinstance(one, e.NoticeNotDelivered)]


async def test_a_letter_goes_into_the_account_and_by_mail(log, accounts, mails) -> None:
    await log.record(uuid4(), *received())
    await tell(log, accounts.parts)
    assert await noted(log) == [("account", "sent", ""), ("email", "sent", "")]
    (letter,), (mail,) = await accounts.letters(), caught(mails)
    assert letter["content"].splitlines() == mail.get_content().splitlines()
    assert letter["title"] == mail["Subject"]
    assert letter["handle"] == HANDLE
    assert letter["reference"] not in mail["Message-ID"]


async def test_without_an_address_the_account_is_told_all_the_same(log, accounts, mails) -> None:
    await log.record(uuid4(), *received(email=None))
    await tell(log, accounts.parts)
    assert await noted(log) == [("account", "sent", ""), ("email", "dropped", "nobody-to-tell")]
    assert len(await accounts.letters()) == 1
    assert caught(mails) == []


async def test_who_has_no_mailbox_is_told_by_mail(log, accounts) -> None:
    await log.record(uuid4(), submitted(), h.paid(), h.received)
    await tell(log, accounts.parts)
    assert await noted(log, *EVERY_WAY) == [("email", "sent", "")]


async def test_what_nobody_could_carry_then_is_not_told_late(log, accounts) -> None:
    """Where the mailbox is, nobody says; when somebody says it again, others are told there."""
    stream, elsewhere = uuid4(), "https://elsewhere.example.org"
    await log.record(stream, *received(provider=elsewhere))
    await tell(log, accounts.parts)
    dropped = [(way, "dropped", "no-mailbox") for way in ("account", "account-state")]
    told = sorted([*dropped, ("account-state", "dropped", "no-mailbox"), ("email", "sent", "")])
    assert sorted(await noted(log, *EVERY_WAY)) == told
    again = known_as(accounts.parts, elsewhere)
    await log.do(BACK_TO_THE_START)
    await tell(log, again)
    assert sorted(await noted(log, *EVERY_WAY)) == told
    assert await accounts.letters() == []
    await log.record(stream, h.claimed, h.rejected)
    await tell(log, again)
    assert len(await accounts.letters()) == 1


async def test_what_was_queued_waits_until_somebody_says_where_the_mailbox_is(
    log, accounts
) -> None:
    await log.record(uuid4(), *received())
    await queue(log, accounts.parts)
    await tell(log, known_as(accounts.parts, "https://elsewhere.example.org"))
    waiting = {("account", "queued", "no-mailbox"), ("account-state", "queued", "no-mailbox")}
    assert waiting < set(await noted(log, *EVERY_WAY))
    await log.do(NOW_DUE)
    await tell(log, accounts.parts)
    assert await noted(log) == [("account", "sent", ""), ("email", "sent", "")]
    assert await accounts.states() == ["RECEIVED"]


async def test_what_is_on_its_way_is_asked_for_once_it_is_known_where(log, accounts) -> None:
    await log.record(uuid4(), *received())
    await tell(log, accounts.parts)
    await ask(log, known_as(accounts.parts, "https://elsewhere.example.org"))
    assert await noted(log, "account") == [("account", "sent", "")]
    await ask(log, accounts.parts)
    assert await noted(log, "account") == [("account", "delivered", "")]


async def test_a_quiet_pilot_stays_quiet_in_the_account(log, accounts) -> None:
    first, *others = received()
    await log.record(uuid4(), replace(first, pilot=True), *others)
    await tell(log, quiet(accounts.parts, Audience.APPLICANTS))
    told = set(await noted(log, *EVERY_WAY))
    assert told == {(way, "dropped", "pilot") for way in EVERY_WAY}
    await log.do(BACK_TO_THE_START)
    await tell(log, accounts.parts)
    assert set(await noted(log, *EVERY_WAY)) == told
    assert await accounts.states() == []


async def test_a_notifier_that_begins_again_tells_nothing_twice(log, accounts, mails) -> None:
    await log.record(uuid4(), *received(), h.claimed)
    for _ in range(3):
        await tell(log, accounts.parts)
        await log.do(BACK_TO_THE_START)
    (letter,) = await accounts.letters()
    assert letter["times"] == 1
    assert list(deliveries(mails).values()) == [1]


async def test_what_was_taken_and_not_noted_is_one_letter(log, accounts) -> None:
    await log.record(uuid4(), *received())
    await tell(log, accounts.parts)
    await log.do("UPDATE notifications SET state = 'queued'")
    await tell(log, accounts.parts)
    (letter,) = await accounts.letters()
    assert letter["times"] == 2
    assert await noted(log) == [("account", "sent", ""), ("email", "sent", "")]


async def test_a_mailbox_that_is_down_holds_up_no_mail_and_is_told_later(log, accounts) -> None:
    await log.record(uuid4(), *received())
    await accounts.feel("down")
    await tell(log, accounts.parts)
    assert await noted(log) == [("account", "queued", "HTTP 503 DOWN"), ("email", "sent", "")]
    await accounts.feel("well")
    await log.do(NOW_DUE)
    await tell(log, accounts.parts)
    assert await noted(log) == [("account", "sent", ""), ("email", "sent", "")]
    assert await accounts.states() == ["RECEIVED"]


async def test_an_account_that_is_not_there_any_more_is_seen_in_the_worklist(log, accounts) -> None:
    stream = uuid4()
    await log.record(stream, *received(handle=NOBODY))
    await tell(log, accounts.parts)
    assert await noted(log, "account") == [("account", "failed", "HTTP 404 MAILBOX_UNKNOWN")]
    (lost,) = await undelivered(accounts.parts, stream)
    assert (lost.channel, lost.cause) == ("account", e.NotDelivered.REFUSED)


async def test_whether_it_is_there_is_asked_for(log, accounts) -> None:
    await log.record(uuid4(), *received())
    await tell(log, accounts.parts)
    await ask(log, accounts.parts)
    assert await noted(log) == [("account", "delivered", ""), ("email", "sent", "")]


async def test_what_is_on_its_way_is_asked_for_again(log, accounts) -> None:
    await log.record(uuid4(), *received())
    await tell(log, accounts.parts)
    for mood in ("down", "well"):
        assert await noted(log, "account") == [("account", "sent", "")]
        await accounts.feel(mood)
        await ask(log, accounts.parts)
    assert await noted(log, "account") == [("account", "delivered", "")]


async def test_a_letter_that_cannot_be_looked_up_holds_up_no_other(log, accounts, capsys) -> None:
    for stream in (uuid4(), uuid4()):
        await log.record(stream, *received())
    await tell(log, accounts.parts)
    await log.do("SET session_replication_role = replica", SPOIL_THE_FIRST)
    for _ in range(2):
        await ask(log, accounts.parts)
    assert await noted(log, "account") == [("account", "sent", ""), ("account", "delivered", "")]
    assert "Muster" not in "".join(capsys.readouterr())


async def test_what_is_turned_away_later_has_failed(log, accounts) -> None:
    stream = uuid4()
    await log.record(stream, *received(handle=TURNS_AWAY))
    await tell(log, accounts.parts)
    for _ in range(2):
        await ask(log, accounts.parts)
    assert await noted(log, "account") == [("account", "failed", "rejected")]
    assert len(await undelivered(accounts.parts, stream)) == 1


async def test_who_does_not_tell_or_not_for_long_is_not_asked_again(log, accounts) -> None:
    await log.record(uuid4(), *received())
    await tell(log, accounts.parts)
    await accounts.feel("refusing")
    async with log.connection() as connection:
        await log.do(NOW_DUE)
        assert await ask_next(accounts.parts, connection)
        assert not await ask_next(accounts.parts, connection)
        await log.do(NOW_DUE)
        await log.do(OLD)
        assert not await ask_next(accounts.parts, connection)
    assert await noted(log, "account") == [("account", "sent", "")]


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ((), "RECEIVED"),
        ((h.claimed,), "PROCESSING"),
        ((h.claimed, h.correction_requested), "ACTION_REQUIRED"),
        ((h.claimed, h.rejected), "COMPLETED"),
        ((h.withdrawn,), "COMPLETED"),
    ],
)
async def test_the_account_shows_how_the_application_stands(log, accounts, more, state) -> None:
    stream, life = uuid4(), (*received(), *more)
    for event in life:
        await log.record(stream, event)
        await tell(log, accounts.parts)
    assert await accounts.states() == [state]


async def test_what_has_passed_meanwhile_is_not_shown_any_more(log, accounts) -> None:
    await log.record(uuid4(), *received(), h.claimed, h.rejected)
    await tell(log, accounts.parts)
    states = [state for _, state, _ in await noted(log, "account-state")]
    assert states == ["dropped", "dropped", "dropped", "sent"]
    assert await accounts.states() == ["COMPLETED"]


async def test_a_state_that_is_refused_bothers_nobody(log, accounts) -> None:
    stream = uuid4()
    await log.record(stream, submitted_by())
    await accounts.feel("refusing")
    await tell(log, accounts.parts)
    assert await noted(log, "account-state") == [("account-state", "dropped", "HTTP 422 REFUSING")]
    assert await undelivered(accounts.parts, stream) == []
    async with log.connection() as connection:
        assert await states_refused(connection) == {"HTTP 422 REFUSING": 1}


async def test_of_who_was_erased_nothing_goes_out(log, accounts) -> None:
    stream = uuid4()
    await log.record(stream, *received())
    await log.record(stream, h.withdrawn, h.erased)
    await accounts.parts.eraser.forget(stream)
    await tell(log, accounts.parts)
    assert await accounts.letters() == []
    assert await accounts.states() == []


async def test_of_who_was_erased_nothing_stays_in_the_sandbox(log, accounts) -> None:
    """What came is in a file of its own, as is what was caught of mails."""
    stream, other = uuid4(), uuid4()
    for one in (stream, other):
        await log.record(one, *received())
    await tell(log, accounts.parts)
    sent = {letter["reference"] for letter in await accounts.letters()}
    await log.record(stream, h.withdrawn, h.erased)
    removed = await accounts.parts.eraser.forget(stream)
    assert removed.mails == 1
    left = await accounts.letters()
    assert [letter["application"] for letter in left] == [str(other)]
    assert len(await accounts.states()) == 1
    (gone,) = sent - {letter["reference"] for letter in left}
    home = accounts.parts.settings.sandbox_home
    kept = b"".join(file.read_bytes() for file in home.glob("accounts.sqlite3*"))
    assert str(other).encode() in kept
    assert not [word for word in (gone, str(stream)) if word.encode() in kept]
    assert (await accounts.parts.eraser.forget(stream)).mails == 0
