"""Keeps a read model up to date, for ever."""

from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.projection import Projection
from workers.supervision import Runner, Tools


def projecting(projection: Projection) -> Runner:
    async def run(tools: Tools) -> None:
        projector = Projector(projection, tools.parts.mapper)
        async with await connect(tools.parts.url) as connection:
            while True:
                ticket = tools.wake.ticket()
                await tools.pulse.beat()
                step = await projector.step(connection)
                if not step.events:
                    await tools.wake.wait(ticket)

    return Runner(projection.name, run)
