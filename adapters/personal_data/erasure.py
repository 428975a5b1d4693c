"""Erases a person: the fact first, then whatever still holds what is personal, as often as asked.

What an application keeps in the log is sealed: destroying its key is what forgets it there, in
every read model, in every export and in every backup.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from adapters.event_store.log import EventLog, Pool
from adapters.event_store.office import Office, Order
from adapters.payments.attempts import is_awaited, made
from adapters.personal_data.damage import Damage, Opened, kept_of, keyless
from adapters.personal_data.erasure_terms import Asked, Fate, Outcome, Removed
from adapters.personal_data.fee_records import fee_record_id
from adapters.personal_data.key_ring import KeyEncryption
from adapters.personal_data.leftovers import Caught, drop_unsent, remove_files
from adapters.personal_data.people import subject_digest
from adapters.proofs.files import ProofFiles
from domain.application import events as e
from domain.application.commands import EraseApplicant
from domain.application.decisions import APPLICATION
from domain.decider import Decider
from domain.errors import MoneyIsAwaited, MoneyIsOwed, NotEndedYet, RetentionLasts
from domain.fee_record.events import FeeRecordKept
from domain.fee_record.record import FEE_RECORD, EraseFeeRecord, FeeRecord, last_day
from domain.working_days import legal_day

FIND = """SELECT stream_id FROM data_keys
    JOIN events ON (originator_id, originator_version) = (stream_id, 1)
    WHERE destroyed_at IS NULL AND topic = ANY(%b) AND (subject = %b OR stream_id = %b)
        AND (%b::text IS NULL OR municipality = %b) ORDER BY made_at, stream_id"""
# What has no row any more is known by its id alone, and nothing says of which town it is.
KEYLESS = """SELECT originator_id FROM events
    WHERE (originator_id, originator_version) = (%b, 1) AND topic = ANY(%b) AND %b::text IS NULL
        AND NOT EXISTS (SELECT FROM data_keys WHERE stream_id = originator_id)"""
KEPT = """SELECT stream_id FROM data_keys
    JOIN events ON (originator_id, originator_version) = (stream_id, 1)
    WHERE destroyed_at IS NULL AND topic = ANY(%b) ORDER BY stream_id"""
GONE = """SELECT stream_id FROM data_keys
    JOIN events ON (originator_id, originator_version) = (stream_id, 1)
    WHERE destroyed_at IS NOT NULL AND topic = ANY(%b) AND stream_id = %b
        AND (%b::text IS NULL OR municipality = %b)"""
DESTROY = "SELECT destroy_key(%b)"
MAILS = "SELECT notification_id FROM notifications WHERE application_id = %b"
FOUND = "SELECT payment_id FROM treasury_v3 WHERE open AND kind = 'found' AND beside = %b"
APPLICATION_BEGINS, FEE_RECORD_BEGINS = e.ApplicationSubmitted.__name__, FeeRecordKept.__name__
NOTHING = UUID(int=0)
REFUSED: Mapping[type[Exception], Fate] = {
    NotEndedYet: Fate.OPEN,
    MoneyIsOwed: Fate.OWED,
    MoneyIsAwaited: Fate.PAYING,
}


Accounts = Callable[[str, int], date | None]


@dataclass(frozen=True, slots=True)
class Eraser:
    """Decides without keys, so that a damaged one stops it nowhere.

    `caught`: what a sandbox keeps, if there is one. `accounts`: when the council of a municipality
    adopted the accounts of a year, if it has.
    """

    office: Office
    pool: Pool
    keys: KeyEncryption
    files: ProofFiles
    caught: Caught
    accounts: Accounts

    @property
    def log(self) -> EventLog:
        return self.office.log

    @property
    def keyless(self) -> Office:
        return keyless(self.office, self.pool)

    async def erase(self, asked: Asked) -> list[Outcome]:
        """Erase what can be erased of a person; empty where nothing personal is known of them."""
        outcomes = await self._erased_before(asked)
        found = await self._find(APPLICATION_BEGINS, asked, _as_id(asked.subject))
        outcomes += [await self._application(asked, stream_id) for stream_id in found]
        kept = await self._find(FEE_RECORD_BEGINS, asked, fee_record_id(_as_id(asked.subject)))
        return [*outcomes, *[await self.erase_fee_record(asked, stream_id) for stream_id in kept]]

    async def erase_due_fee_records(self, asked: Asked) -> list[Outcome]:
        """Look at every record there is, and erase the payers whose time is over."""
        rows = await self.log.rows(KEPT, (self._stored(FEE_RECORD_BEGINS),))
        return [await self.erase_fee_record(asked, stream_id) for (stream_id,) in rows]

    async def forget(self, stream_id: UUID) -> Removed:
        """Do what follows from the fact that a person was erased; as often as it takes.

        The key first: from then on no mail can be written, and no name be shown.
        """
        await self.log.rows(DESTROY, (stream_id,))
        await drop_unsent(self.log, stream_id)
        files = await remove_files(self.files, stream_id)
        sent = {str(mail) for (mail,) in await self.log.rows(MAILS, (stream_id,))}
        return Removed(files, await asyncio.to_thread(self.caught.remove, stream_id, sent))

    async def _erased_before(self, asked: Asked) -> list[Outcome]:
        """An application is still known by its id; an account is not, once its keys are gone."""
        named, town = _as_id(asked.subject), asked.municipality
        parameters = (self._stored(APPLICATION_BEGINS), named, town, town)
        return [
            Outcome(stream_id, Fate.ERASED, removed=await self.forget(stream_id), before=True)
            for (stream_id,) in await self.log.rows(GONE, parameters)
        ]

    def _stored(self, name: str) -> list[str]:
        return sorted(self.log.mapper.stored_names([name]))

    async def _find(self, begins_with: str, asked: Asked, own_id: UUID) -> list[UUID]:
        digest, town = subject_digest(self.keys, asked.subject), asked.municipality
        names = self._stored(begins_with)
        found = await self.log.rows(FIND, (names, digest, own_id, town, town))
        keyless = await self.log.rows(KEYLESS, (own_id, names, town))
        return [stream_id for (stream_id,) in (*found, *keyless)]

    async def _application(self, asked: Asked, stream_id: UUID) -> Outcome:
        # In this order: what is settled in between is known to the application, or is awaited.
        payments = await made(self.log, stream_id)
        history = await self.keyless.log.events(stream_id)
        state = APPLICATION.fold(history)
        command = EraseApplicant(
            ground=asked.ground,
            by=asked.metadata.actor.subject,
            now=asked.now,
            money_awaited=is_awaited(payments, state),
            money_found=bool(await self.log.rows(FOUND, (stream_id,))),
        )
        try:
            APPLICATION.decide(state, command)
        except tuple(REFUSED) as refusal:
            return Outcome(stream_id, REFUSED[type(refusal)], status=state.status)
        # Before the name is gone, and at most once, whatever comes in between.
        kept = await kept_of(stream_id, Opened(self.log, self.keys), history, asked.now)
        if kept.damage is Damage.PAYER and asked.ground is e.ErasureGround.RETENTION:
            return Outcome(stream_id, Fate.DAMAGED)
        if kept.record:
            await self._carry_out(FEE_RECORD, fee_record_id(stream_id), kept.record, asked)
        try:
            await self._carry_out(APPLICATION, stream_id, command, asked)
        except tuple(REFUSED) as refusal:  # taken up again, or paid, at this very moment
            return Outcome(stream_id, REFUSED[type(refusal)])
        removed = await self.forget(stream_id)
        return Outcome(stream_id, Fate.ERASED, removed=removed, damage=kept.damage)

    async def erase_fee_record(self, asked: Asked, stream_id: UUID) -> Outcome:
        """Erase a payer whose name has been kept for as long as the law demands."""
        record = FEE_RECORD.fold(await self.keyless.log.events(stream_id))
        adopted_on = self._adopted_on(record)
        command = EraseFeeRecord(
            by=asked.metadata.actor.subject,
            today=legal_day(asked.now),
            now=asked.now,
            accounts_adopted_on=adopted_on,
        )
        try:
            await self._carry_out(FEE_RECORD, stream_id, command, asked)
        except RetentionLasts:
            until = last_day(record, adopted_on) or record.keep_until
            return Outcome(stream_id, Fate.KEPT, until)
        return Outcome(stream_id, Fate.ERASED, removed=await self.forget(stream_id))

    def kept_until(self, record: FeeRecord) -> date | None:
        """Return the last day; None while nobody knows."""
        return last_day(record, self._adopted_on(record))

    def _adopted_on(self, record: FeeRecord) -> date | None:
        return self.accounts(record.municipality, record.paid_in) if record.paid_in else None

    async def _carry_out(
        self, decider: Decider[Any, Any, Any], stream_id: UUID, command: Any, asked: Asked
    ) -> None:
        metadata = asked.metadata_for(stream_id, type(command))
        await self.keyless.carry_out(decider, Order(stream_id, command, metadata))


def _as_id(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError:
        return NOTHING
