"""What a projector does to the database, beyond the rows it keeps."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from adapters.read_models.projector import Projector
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import CLERK
from tests.projections.log import MAPPER, Log

SCANS = "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 'worklist_v2'"


async def scans_after(log: Log, idx_scans: int) -> dict[str, Any]:
    """Wait for so many to be counted: the server counts a moment later."""
    async with asyncio.timeout(60):
        while True:
            (counted,) = await log.ask(SCANS)
            if counted["idx_scan"] >= idx_scans:
                return counted
            await asyncio.sleep(0.02)


async def test_rows_are_found_by_index_however_small_the_table_was(log: Log) -> None:
    stream = uuid4()
    await log.record(stream, *past.handed_over)
    await log.project(WORKLIST)
    before = await scans_after(log, 2)
    await log.do("VACUUM ANALYZE worklist_v2")
    await log.record(stream, *[h.claimed, h.released] * 10)
    await log.project(WORKLIST, (1,))
    assert (await scans_after(log, before["idx_scan"] + 20))["seq_scan"] == before["seq_scan"]


async def test_other_statements_of_the_connection_keep_their_plans(log: Log) -> None:
    await log.record(uuid4(), *past.unpaid)
    async with log.connection() as connection:
        await Projector(WORKLIST, MAPPER).step(connection)
        setting = await (await connection.execute("SHOW enable_seqscan")).fetchone()
    assert setting == ("on",)


@pytest.mark.parametrize("limit", [1, 500])
async def test_events_of_one_stream_are_applied_in_order(log: Log, limit: int) -> None:
    await log.record(uuid4(), *past.handed_over, *[h.claimed, h.released] * 10, h.claimed)
    await log.project(WORKLIST, (limit,))
    (row,) = await log.rows(WORKLIST)
    assert (row["claimed_by"], row["version"]) == (CLERK, 24)


async def test_a_batch_ends_where_it_is_told_to(log: Log) -> None:
    await log.record(uuid4(), *past.in_hands)
    async with log.connection() as connection:
        projector = Projector(WORKLIST, MAPPER)
        assert (await projector.step(connection, upto=3)).position == 3
        assert (await projector.step(connection, upto=3)).events == 0
        assert (await projector.step(connection, limit=1)).position == 4


async def test_a_projector_without_a_position_begins_at_the_start(log: Log) -> None:
    await log.do("DELETE FROM positions WHERE runner = 'worklist_v2'")
    await log.record(uuid4(), *past.in_hands)
    await log.project(WORKLIST)
    assert await log.position(WORKLIST) == (4, 4)
