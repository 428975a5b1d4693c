"""Records that an account used a portal: once for ever, and readable for nobody.

The stream's id is a keyed digest of account and municipality. So the same account is found again,
no two municipalities can compare theirs, and erasing a person changes no count.
"""

from dataclasses import dataclass
from uuid import UUID

from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import derived_id
from adapters.personal_data.key_ring import KeyEncryption
from adapters.runner_names import FIRST_USE as RUNNER
from domain.first_use.first_use import FIRST_USE, RecordFirstUse

# Whoever it was must not be told by the envelope either.
NOBODY = ActorStamp(RUNNER, "system")


@dataclass(frozen=True, slots=True)
class FirstUses:
    office: Office
    keys: KeyEncryption

    async def record(
        self,
        subject: bytes,
        use: RecordFirstUse,
        correlation_id: str,
        causation_id: UUID | None = None,
    ) -> bool:
        """Return whether it was the first. `subject`: as `subject_digest` makes it."""
        stream_id = first_use_id(self.keys, subject, use.municipality)
        command_id = derived_id(RUNNER, stream_id)
        if await self.office.log.is_known(command_id):
            return False
        metadata = Metadata(command_id, NOBODY, correlation_id, causation_id)
        order = Order(stream_id, use, metadata, begins=True)
        return not (await self.office.carry_out(FIRST_USE, order)).appended.replayed


def first_use_id(keys: KeyEncryption, subject: bytes, municipality: str) -> UUID:
    text = f"first-use\x1f{municipality}\x1f{subject.hex()}"
    return UUID(bytes=keys.digest(text, 16))
