"""What a worker does for letters, by hand: queue all there is, then send all that is due."""

from adapters.bootstrap import Parts
from tests.projections.log import Log
from workers.notifying.queueing import QUEUEING
from workers.notifying.sending import send_next

NOTED = "SELECT template, state, error FROM notifications ORDER BY position, channel, template"


async def queue_all(log: Log, parts: Parts) -> None:
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass


async def send_all(log: Log, parts: Parts) -> None:
    async with log.connection() as connection:
        while await send_next(parts, connection):
            pass


async def noted(log: Log) -> list[tuple[str, str, str]]:
    return [(row["template"], row["state"], row["error"]) for row in await log.ask(NOTED)]
