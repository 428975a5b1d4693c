"""What a clerk of an office or a branch sees of a comparison: as much as in the treasury's list."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from adapters.event_store.log import Pool
from adapters.identity.actor import Actor
from adapters.payments.difference import Difference
from adapters.payments.finding import Unexplained
from adapters.payments.queueing import Queue, Queued
from adapters.postgres.tenants import ask_as
from api.access import viewer

AT_A_TIME = 200
OWN = """SELECT application_id FROM worklist_v2
    WHERE municipality = %(municipality)s AND application_id = ANY(%(among)s)
        AND (%(branch)s::text IS NULL OR branch = %(branch)s OR branch IS NULL)
        AND (%(office)s::text IS NULL OR office = %(office)s OR office IS NULL)"""


@dataclass(frozen=True, slots=True)
class OwnOffice:
    pool: Pool
    clerk: Actor

    async def of(self, differences: AsyncIterator[Difference]) -> AsyncIterator[Difference]:
        """Pass on what is of no application, or of one that this clerk may touch."""
        batch: list[Difference] = []
        async for one in differences:
            batch.append(one)
            if len(batch) == AT_A_TIME:
                for seen in await self.among(batch):
                    yield seen
                batch = []
        for seen in await self.among(batch):
            yield seen

    async def queued(self, queue: Queue, found: Sequence[Unexplained]) -> Queued:
        """What is found is recorded whosever it is; what could not be is told as the rest is."""
        queued = await queue.put(found)
        return replace(queued, unanswered=await self.among(queued.unanswered))

    async def among(self, differences: Sequence[Difference]) -> Sequence[Difference]:
        applications = [one.application_id for one in differences if one.application_id]
        if not applications or (self.clerk.office is None and self.clerk.branch is None):
            return differences
        question = {
            "municipality": self.clerk.municipality or "",
            "among": applications,
            "branch": self.clerk.branch,
            "office": self.clerk.office,
        }
        rows = await ask_as(self.pool, viewer(self.clerk), OWN, question)
        own = {row["application_id"] for row in rows} | {None}
        return [one for one in differences if one.application_id in own]
