"""Readings wait a second together, survive a database that is away, and are bounded."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters import readings as module
from adapters.event_store.errors import StoreIsBusy
from adapters.event_store.log import EventLog
from adapters.postgres.connecting import pool
from adapters.readings import Reading, Readings
from tests.domain.application.facts import GELSENKIRCHEN
from tests.keys import MAPPER

CASE = UUID(int=77)
AWAY = "ALTER TABLE application_readings RENAME TO taken_away"
BACK = "ALTER TABLE taken_away RENAME TO application_readings"
COUNTED = "SELECT count(*) FROM application_readings"


def reading(version: int = 1) -> Reading:
    now = datetime.now(UTC)
    return Reading(CASE, GELSENKIRCHEN, "application", version, "clerk-1", "clerk", "t", now)


@pytest.fixture
async def readings(database_url: str) -> AsyncIterator[Readings]:
    async with pool(database_url, 2) as connections:
        log = EventLog(connections, MAPPER)
        async with Readings(log, connections) as readings:
            yield readings


def ask(url: str, statement: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


async def test_what_waits_is_written_together_and_once(readings: Readings) -> None:
    for version in range(1, 2501):
        readings.note(reading(version))
    await asyncio.gather(readings.flush(), readings.flush())
    noted = await readings.of(GELSENKIRCHEN, CASE)
    assert len(noted) == 1000
    assert noted[0]["version"] == 2500


async def test_readings_are_told_of_one_application_at_a_time(readings: Readings) -> None:
    readings.note(reading())
    assert await readings.of(GELSENKIRCHEN, uuid4()) == []


async def test_readings_wait_while_the_database_takes_none(
    readings: Readings, database_url: str
) -> None:
    ask(database_url, AWAY)
    readings.note(reading())
    with pytest.raises(psycopg.Error):
        await readings.flush()
    ask(database_url, BACK)
    for _ in range(600):
        if ask(database_url, COUNTED) == (1,):
            break
        await asyncio.sleep(0.1)
    assert ask(database_url, COUNTED) == (1,)


async def test_nobody_reads_unseen_where_too_many_readings_wait(
    readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    for _ in range(3):
        readings.note(reading())
    with pytest.raises(StoreIsBusy):
        readings.note(reading())
    await readings.flush()
    readings.note(reading())


async def test_what_waits_is_written_when_the_process_ends(database_url: str) -> None:
    async with pool(database_url, 2) as connections:
        log = EventLog(connections, MAPPER)
        async with Readings(log, connections) as readings:
            readings.note(reading())
    assert ask(database_url, COUNTED) == (1,)
