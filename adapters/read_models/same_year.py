"""Other applications in which the same person did the same duty of the same year."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import structlog

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueRefused
from adapters.event_store.log import EventLog, Pool
from adapters.personal_data.key_ring import KeyEncryption, KeyVersionMissing, WrongKeyRing
from adapters.personal_data.people import BETWEEN_WORDS, name_digest
from adapters.personal_data.sealing import SealBroken
from adapters.postgres.tenants import Viewer, ask_as
from domain.application.events import ApplicationEvent, ApplicationSubmitted
from domain.application.yearly import Duty, duty_of

log = structlog.get_logger()

# Names are found by how they begin; who it really is, the applications themselves tell.
NAMESAKES = """SELECT application_id
    FROM my_applications_v1 JOIN data_keys ON stream_id = application_id
    WHERE my_applications_v1.municipality = %s AND service = %s AND variant = %s
        AND names @> ARRAY[%s::bigint] AND application_id <> %s
    ORDER BY submitted_at DESC, application_id LIMIT 100"""


class SameYear:
    def __init__(self, pool: Pool, events: EventLog, keys: KeyEncryption, seen: Catalogue) -> None:
        self._pool = pool
        self._events = events
        self._keys = keys
        self._catalogue = seen

    async def of(self, application_id: UUID, history: Sequence[ApplicationEvent]) -> list[UUID]:
        """Return them, the newest first; as far as the read model has come."""
        submitted, duty = history[0], self._duty(history)
        if duty is None or not isinstance(submitted, ApplicationSubmitted):
            return []
        town = submitted.municipality
        # One word of the name: how the words are parted differs from form to form.
        word = max(BETWEEN_WORDS.split(duty.applicant.family_name), key=len)
        named = name_digest(self._keys, town, word)
        asked = (town, submitted.service, duty.variant, named, application_id)
        rows = await ask_as(self._pool, Viewer(town), NAMESAKES, asked)
        found = [row["application_id"] for row in rows]
        return [one for one in found if await self._repeats(duty, one)]

    async def _repeats(self, duty: Duty, other_id: UUID) -> bool:
        try:
            other = self._duty(await self._events.events(other_id))
        except (SealBroken, WrongKeyRing, KeyVersionMissing, msgspec.DecodeError) as error:
            # One that was damaged keeps nobody from reading another.
            log.warning("duty_not_read", application_id=str(other_id), error=type(error).__name__)
            return False
        return other is not None and duty.repeats(other)

    def _duty(self, history: Sequence[ApplicationEvent]) -> Duty | None:
        submitted = history[0] if history else None
        if not isinstance(submitted, ApplicationSubmitted) or not submitted.rules.yearly:
            return None
        return duty_of(history, self._year_named_by(submitted))

    def _year_named_by(self, submitted: ApplicationSubmitted) -> str | None:
        try:
            return self._catalogue.definition(submitted.service, submitted.rules.version).yearly_by
        except CatalogueRefused:
            return None  # a service that is not in this catalogue
