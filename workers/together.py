"""Keeps all read models up to date in common rounds, as long as all is well.

Each has a runner of its own besides, which is at work where a round cannot take it along.
"""

import asyncio

from adapters.postgres.connecting import OPTIONS, connect
from adapters.read_models.parking import Connection
from adapters.read_models.projector import BATCH, Projector
from adapters.read_models.together import Together
from adapters.runner_names import READ_MODELS
from projections.catalogue import PROJECTIONS
from workers.supervision import Runner, Tools

ROUND_SECONDS = 10.0
# A table that somebody holds is left to its own runner. What a crash takes back is read from the
# log again, so no round waits for the disk. Each statement goes by index, and is planned once.
OF_ROUNDS = (
    f"{OPTIONS} -c lock_timeout=500ms -c synchronous_commit=off "
    "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan"
)
STATEMENTS = 500  # of all read models together, kept prepared


async def run(tools: Tools) -> None:
    """When a round fails, each works by itself until the next one succeeds."""
    mapper = tools.parts.mapper
    together = Together([Projector(projection, mapper) for projection in PROJECTIONS], mapper)
    try:
        async with await connect(tools.parts.url, options=OF_ROUNDS) as connection:
            connection.prepared_max = STATEMENTS
            await _rounds(tools, together, connection)
    finally:
        tools.wake.carry(frozenset())


async def _rounds(tools: Tools, together: Together, connection: Connection) -> None:
    while True:
        ticket = tools.wake.ticket()
        await tools.pulse.beat()
        async with asyncio.timeout(ROUND_SECONDS):
            done = await together.step(connection)
        tools.wake.carry(done.fit)
        if done.events < BATCH:
            await tools.wake.wait(ticket)


RUNNER = Runner(READ_MODELS, run)
