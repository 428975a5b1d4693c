"""A server that became a standby is left: whoever takes writes by now gets what was asked."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection, OperationalError
from structlog.testing import capture_logs

from adapters.event_store.appender import Appender
from adapters.postgres.connecting import connect
from tests.adapters.event_store.proposals import proposal, until
from tests.keys import MAPPER


@pytest.fixture
async def admin(database_url) -> AsyncIterator[AsyncConnection]:
    async with await connect(database_url) as connection:
        yield connection


async def let_new_connections_write(admin: AsyncConnection, word: str) -> None:
    change = f"ALTER DATABASE %I SET default_transaction_read_only = {word}"
    name = "current_database()"
    await admin.execute(f"DO $$ BEGIN EXECUTE format('{change}', {name}); END $$")


async def test_what_a_standby_refuses_goes_to_who_takes_its_place(admin, database_url, log) -> None:
    """Its connection stays as it is: only a new one leads elsewhere."""
    await let_new_connections_write(admin, "on")
    with capture_logs() as lines:
        async with Appender(database_url, MAPPER) as appender:
            asked = asyncio.create_task(appender.append(proposal()))
            await until(lambda: asyncio.sleep(0, lines))
            await let_new_connections_write(admin, "off")
            assert (await asked).position == 1
    assert {line["error"] for line in lines} == {"ReadOnlySqlTransaction"}
    assert await log.head() == 1


async def test_of_several_servers_the_one_that_takes_writes_is_spoken_to(
    admin, database_url, log
) -> None:
    """As docs/operations.md writes the address; nobody listens on port 1."""
    login, _, where = database_url.rpartition("@")
    several = f"{login}@127.0.0.1:1,{where}?target_session_attrs=read-write"
    async with Appender(several, MAPPER) as appender:
        assert (await appender.append(proposal())).position == 1
    await let_new_connections_write(admin, "on")
    with pytest.raises(OperationalError, match="read-only"):
        await connect(several)
