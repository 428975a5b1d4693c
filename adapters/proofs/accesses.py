"""Notes who was handed which proof, before they are handed it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from adapters.event_store.log import EventLog, Pool
from adapters.identity.actor import Actor, Role
from adapters.ids import new_id
from adapters.postgres.tenants import Viewer, ask_as

NOTE = """INSERT INTO proof_accesses
    (access_id, application_id, proof_id, municipality, reader, role, trace_id)
    VALUES (%b, %b, %b, %b, %b, %b, %b) ON CONFLICT DO NOTHING RETURNING access_id"""
OF_ONE = """SELECT proof_id, reader, role, accessed_at FROM proof_accesses
    WHERE application_id = %s ORDER BY accessed_at, access_id LIMIT 1000"""


class Access(NamedTuple):
    """`reader` is empty where applicants read their own."""

    proof_id: UUID
    reader: str
    role: str
    accessed_at: datetime


@dataclass(frozen=True, slots=True)
class Accesses:
    """`pool`: for questions, which are asked for one town."""

    log: EventLog
    pool: Pool

    async def note(
        self, application_id: UUID, proof_id: UUID, municipality: str, reader: Actor, trace_id: str
    ) -> None:
        named = "" if reader.role is Role.CITIZEN else reader.subject
        where = (application_id, proof_id, municipality)
        await self.note_reader(*where, named, str(reader.role), trace_id)

    async def note_reader(
        self,
        application_id: UUID,
        proof_id: UUID,
        municipality: str,
        reader: str,
        role: str,
        trace_id: str,
    ) -> None:
        where = (new_id(), application_id, proof_id, municipality)
        await self.log.rows(NOTE, (*where, reader, role, trace_id))

    async def of(self, municipality: str, application_id: UUID) -> list[Access]:
        rows = await ask_as(self.pool, Viewer(municipality), OF_ONE, (application_id,))
        return [Access(**row) for row in rows]
