"""Handing over in tests: all there is at once, and what became of it."""

from dataclasses import replace
from uuid import UUID

from adapters.bootstrap import Parts
from adapters.hand_over.calling import Call, client_for
from adapters.hand_over.settings import BackOffice
from domain.application.events import ApplicationHandedOver
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.workers.lives_told import submitted
from workers.hand_over import QUEUEING, send_next

UNPROVEN = (submitted(), h.paid(), h.received, h.claimed)
APPROVED = (*UNPROVEN, h.approved)
ROWS = "SELECT * FROM hand_overs ORDER BY position"


def knowing(parts: Parts, *entries) -> Parts:
    named = {"back_offices": tuple(map(BackOffice.model_validate, entries))}
    return replace(parts, settings=parts.settings.model_copy(update=named))


async def hand_over(log: Log, parts: Parts) -> None:
    """Queue what there is, and send all that is due."""
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass
        for back_office in (one for one in parts.settings.back_offices if one.url):
            async with client_for(back_office) as http:
                while await send_next(parts, connection, Call(back_office, http)):
                    pass


async def stands(log: Log) -> list[tuple[str, int, str]]:
    return [(row["state"], row["attempts"], row["error"]) for row in await log.ask(ROWS)]


async def facts(parts: Parts, stream: UUID) -> list[ApplicationHandedOver]:
    events = await parts.log.events(stream)
    return [event for event in events if isinstance(event, ApplicationHandedOver)]
