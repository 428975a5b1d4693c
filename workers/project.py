"""Keeps a read model up to date, for ever; it rests while common rounds take it along."""

from functools import partial

from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.projection import Projection
from workers.supervision import Runner, Tools
from workers.take_up import TakingUp


def projecting(projection: Projection) -> Runner:
    async def run(tools: Tools) -> None:
        projector, bell = (
            Projector(projection, tools.parts.mapper),
            tools.wake.bell(projection.name),
        )
        taking_up = TakingUp(projection.name)
        async with await connect(tools.parts.url) as connection:
            apply = partial(projector.apply_parked, connection)
            while True:
                ticket = bell.ticket()
                await tools.pulse.beat()
                if not bell.is_carried:
                    await taking_up.look(connection, apply)
                    if (await projector.step(connection)).events:
                        continue
                await bell.wait(ticket)

    return Runner(projection.name, run)
