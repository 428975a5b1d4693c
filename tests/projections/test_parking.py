"""A poison event sets its stream aside; the others flow on, and a rebuild brings it back."""

import hashlib
from dataclasses import replace
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege, LockNotAvailable, UndefinedTable

from adapters.read_models.projector import Projector
from domain.application.events import ApplicationClaimed
from projections.worklist import WORKLIST
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import CLERK
from tests.projections.log import MAPPER, Log

POISON = UUID("ffffffff-0000-0000-0000-000000000000")
GOOD, LATE = UUID(int=101), UUID(int=102)
FAULTY = replace(
    WORKLIST,
    on={
        **WORKLIST.on,
        ApplicationClaimed: """
            UPDATE worklist_v2 SET claimed_by = %(claimed_by)s, version = %(version)s
                / CASE WHEN %(stream_id)s::text LIKE 'ffffffff-%%' THEN 0 ELSE 1 END
            WHERE application_id = %(stream_id)s
        """,
    },
)
UNKNOWN_CONTENT = """INSERT INTO events
    (originator_id, originator_version, topic, state, notification_id) VALUES (%s, 1, %s, %s, 1)"""
STRANGER = """CREATE ROLE stranger; GRANT ALL ON positions, events, parked TO stranger;
    SET LOCAL ROLE stranger"""
text_no_index_can_hold = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(256))


async def mixed_up(log: Log) -> None:
    """Positions 4 and 5 belong to the poisoned stream."""
    poisoned, good = past.handed_over, past.in_hands
    await log.record(POISON, *poisoned)
    await log.record(POISON, h.claimed, h.approved)
    await log.record(GOOD, *good)


@pytest.mark.parametrize("limits", [(500,), (1,), (4, 3)])
async def test_a_poison_event_parks_its_stream_alone(log: Log, limits: tuple[int, ...]) -> None:
    await mixed_up(log)
    await log.project(FAULTY, limits)
    good, poisoned = await log.rows(WORKLIST)
    assert (good["application_id"], good["claimed_by"], good["version"]) == (GOOD, CLERK, 4)
    assert (poisoned["status"], poisoned["version"]) == ("received", 3)


@pytest.mark.parametrize("limits", [(500,), (1,), (4, 3)])
async def test_what_follows_a_poison_event_is_parked_with_it_and_in_order(
    log: Log, limits: tuple[int, ...]
) -> None:
    await mixed_up(log)
    await log.project(FAULTY, limits)
    assert await log.parked() == [("worklist_v2", POISON, 4), ("worklist_v2", POISON, 5)]


async def test_parked_events_name_the_kind_of_error_only(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    errors = [row["error"] for row in await log.ask("SELECT error FROM parked ORDER BY position")]
    assert errors == ["DivisionByZero", "an earlier event of this stream is parked"]


async def test_what_comes_later_to_a_parked_stream_is_parked_and_others_flow_on(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    await log.record(POISON, h.ready)
    await log.record(LATE, *past.unpaid)
    await log.project(FAULTY)
    assert [position for _, _, position in await log.parked()] == [4, 5, 10]
    assert len(await log.rows(WORKLIST)) == 3


async def test_parked_events_are_counted_as_read(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    assert await log.position(WORKLIST) == (9, 9)


async def test_after_the_fix_a_rebuild_brings_the_stream_back(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    assert (await log.rebuild(WORKLIST)).differing == 2  # the row as it was, and as it should be
    _, healed = await log.rows(WORKLIST)
    assert (healed["status"], healed["version"]) == ("approved", 5)
    assert await log.parked() == []


async def test_a_stream_brought_back_flows_on(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    await log.rebuild(WORKLIST)
    await log.record(POISON, h.ready)
    assert (await log.shown(WORKLIST))[1]["status"] == "ready-for-pickup"


async def test_a_rebuild_without_the_fix_leaves_the_stream_parked(log: Log) -> None:
    await mixed_up(log)
    await log.project(FAULTY)
    assert (await log.rebuild(FAULTY)).differing == 0
    assert await log.parked() == [("worklist_v2", POISON, 4), ("worklist_v2", POISON, 5)]


async def test_a_character_that_postgres_does_not_take_parks_its_stream(log: Log) -> None:
    await log.record(POISON, replace(h.submitted(asked.submit), branch="b\0"))
    await log.record(GOOD, *past.unpaid)
    assert [row["application_id"] for row in await log.shown(WORKLIST)] == [GOOD]
    assert await log.parked() == [("worklist_v2", POISON, 1)]


async def test_a_value_too_long_for_an_index_parks_its_stream(log: Log) -> None:
    submitted = h.submitted(asked.submit)
    await log.record(POISON, replace(submitted, branch=text_no_index_can_hold), *past.in_hands[1:])
    await log.record(GOOD, *past.in_hands)
    assert [row["waiting"] for row in await log.shown(WORKLIST)] == [True, False]
    assert [position for _, _, position in await log.parked()] == [3, 4]


async def test_an_event_that_cannot_be_read_parks_its_stream(log: Log) -> None:
    async with log.connection() as connection:
        content = (POISON, "ApplicationSubmitted", b'{"data": {}}')
        await connection.execute(UNKNOWN_CONTENT, content)
    await log.record(GOOD, *past.unpaid)
    assert [row["application_id"] for row in await log.shown(WORKLIST)] == [GOOD]
    assert await log.parked() == [("worklist_v2", POISON, 1)]


async def test_an_event_of_no_concern_is_not_even_read(log: Log) -> None:
    async with log.connection() as connection:
        await connection.execute(UNKNOWN_CONTENT, (POISON, "FromTheFuture", b"{}"))
    assert await log.shown(WORKLIST) == []
    assert await log.parked() == []


async def test_a_missing_table_is_no_event_s_fault(log: Log) -> None:
    await mixed_up(log)
    await log.do("DROP TABLE worklist_v2")
    with pytest.raises(UndefinedTable):
        await log.project(WORKLIST)
    assert await log.parked() == []
    assert await log.position(WORKLIST) == (0, 0)


async def test_a_locked_table_is_no_event_s_fault(log: Log) -> None:
    await mixed_up(log)
    async with log.connection() as other, log.connection() as connection, other.transaction():
        await other.execute("LOCK TABLE worklist_v2")
        await connection.execute("SET lock_timeout = '50ms'")
        with pytest.raises(LockNotAvailable):
            await Projector(WORKLIST, MAPPER).step(connection)
    assert await log.parked() == []


async def test_a_table_closed_to_the_product_is_no_event_s_fault(log: Log) -> None:
    await mixed_up(log)
    async with log.connection() as connection, connection.transaction(force_rollback=True):
        await connection.execute(STRANGER)
        with pytest.raises(InsufficientPrivilege):
            await Projector(WORKLIST, MAPPER).step(connection)
    assert await log.parked() == []
