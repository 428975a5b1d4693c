"""Keeps a read model up to date, for ever."""

from functools import partial

from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.projection import Projection
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp


def projecting(projection: Projection) -> Runner:
    async def run(tools: Tools) -> None:
        projector = Projector(projection, tools.parts.mapper)
        taking_up = TakingUp(projection.name)
        async with await connect(tools.parts.url) as connection:
            apply = partial(projector.apply_parked, connection)
            while True:
                ticket = tools.wake.ticket()
                await tools.pulse.beat()
                await taking_up.look(connection, apply)
                step = await projector.step(connection)
                if not step.events:
                    await tools.wake.wait(ticket)

    return Runner(projection.name, run)
