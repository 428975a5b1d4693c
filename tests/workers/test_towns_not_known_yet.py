"""A worker whose catalogue is behind the log tells everybody all the same, or says it cannot."""

from dataclasses import replace
from uuid import uuid4

import pytest
from pydantic import SecretStr

from adapters.account_mailbox.settings import MailboxSettings
from adapters.bootstrap import Parts, open_parts
from adapters.catalogue.live import LiveCatalogue
from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.event_store.recorded import Recorded
from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.read_models.positions import begin
from adapters.settings import Settings
from domain.application.events import ApplicationSubmitted
from tests.domain.application import happened as h
from tests.keys import with_keys
from tests.projections.log import Log, silent
from tests.workers.lives_told import submitted
from tests.workers.telling import queue_all
from tests.workers.test_account_mailbox import ISSUER, submitted_by
from workers.account_states import STATES
from workers.notifying.queueing import QUEUEING
from workers.react import Connection, Reaction
from workers.seeding import seed
from workers.take_up import TakingUp

TOLD = "SELECT channel, state FROM notifications ORDER BY channel"
PARKED = "SELECT stream_id, error FROM parked"
SENT_BACK = "UPDATE parked SET requeued_at = clock_timestamp()"


@pytest.fixture
async def behind(tmp_path, database_url):
    """Parts that have read nothing of the catalogue, and follow it no further by themselves."""
    async with open_parts(with_keys(Settings(home=tmp_path, smtp_port=1)), database_url) as parts:
        yield replace(parts, live_catalogue=LiveCatalogue(parts.log))


async def told(log: Log) -> list[tuple[str, str]]:
    return [(row["channel"], row["state"]) for row in await log.ask(TOLD)]


async def test_what_the_catalogue_has_only_just_got_counts(log: Log, behind: Parts) -> None:
    await seed(log.url, read_files(BUILT_IN), silent)
    await log.record(uuid4(), submitted(), h.paid(), h.received)
    await queue_all(log, behind)
    assert await told(log) == [("email", "queued"), ("office", "queued")]


async def test_whoever_works_on_an_event_knows_what_was_recorded_before_it(
    log: Log, behind: Parts
) -> None:
    """As when a proof is looked into a moment after its town came."""
    known: list[str] = []

    async def look(parts: Parts, _: Connection, recorded: Recorded) -> None:
        known.append(parts.catalogue.municipality(recorded.event.municipality).name)

    curious = Reaction("curious", {ApplicationSubmitted: look})
    await seed(log.url, read_files(BUILT_IN), silent)
    await log.record(uuid4(), submitted(), h.paid(), h.received)
    async with log.connection() as connection:
        await begin(connection, "curious")
        while await curious.step(behind, connection):
            pass
    assert (known, await log.ask(PARKED)) == (["Gelsenkirchen"], [])


async def test_where_nobody_knows_the_town_nothing_is_lost(log: Log, behind: Parts) -> None:
    case = uuid4()
    await log.record(case, submitted(), h.paid(), h.received)
    await queue_all(log, behind)
    assert (await told(log), await log.ask(PARKED)) == (
        [],
        [{"stream_id": case, "error": "MunicipalityUnknown"}],
    )
    await seed(log.url, read_files(BUILT_IN), silent)
    await log.do(SENT_BACK)
    async with log.connection() as connection:
        await TakingUp(QUEUEING.name).reaction(behind, connection, QUEUEING)
    assert await told(log) == [("email", "queued"), ("office", "queued")]
    assert await log.ask(PARKED) == []


async def test_nor_is_an_account_shown_what_its_town_may_want_quiet(
    log: Log, behind: Parts
) -> None:
    mailbox = MailboxSettings(url="http://127.0.0.1:1/account", bearer=SecretStr("x"))
    issuer = IssuerSettings(issuer=ISSUER, roles=frozenset({Role.CITIZEN}), mailbox=mailbox)
    settings = behind.settings.model_copy(update={"issuers": (issuer,)})
    await log.record(uuid4(), submitted_by())
    async with log.connection() as connection:
        await STATES.step(replace(behind, settings=settings), connection)
    assert await told(log) == []
    assert [row["error"] for row in await log.ask(PARKED)] == ["MunicipalityUnknown"]
