"""Keeps a read model up to date, for ever; it rests while common rounds take it along."""

from functools import partial

from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.projection import Projection
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp
from workers.wake import PATIENCE_SECONDS, Bell, in_turn


def projecting(projection: Projection) -> Runner:
    async def run(tools: Tools) -> None:
        bell = tools.wake.bell(projection.name)
        while True:
            ticket = bell.ticket()
            await tools.pulse.beat()
            if bell.is_carried:
                await bell.wait(ticket, in_turn(PATIENCE_SECONDS))
            else:
                await _by_itself(tools, projection, bell)

    return Runner(projection.name, run)


async def _by_itself(tools: Tools, projection: Projection, bell: Bell) -> None:
    """Until it is taken along: while it rests, it needs no connection."""
    projector, taking_up = Projector(projection, tools.parts.mapper), TakingUp(projection.name)
    async with await connect(tools.parts.url) as connection:
        apply = partial(projector.apply_parked, connection)
        while not bell.is_carried:
            ticket = bell.ticket()
            await tools.pulse.beat()
            await taking_up.look(connection, apply)
            if not (await projector.step(connection)).events:
                await bell.wait(ticket)
