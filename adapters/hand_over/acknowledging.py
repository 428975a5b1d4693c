"""Records that a back office has taken what it was handed, however often it says so."""

from datetime import datetime

from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.hand_over.data_set import HandOver
from adapters.ids import derived_id
from domain.application.commands import RecordHandOver
from domain.application.decisions import APPLICATION

BACK_OFFICE = "back-office"


async def acknowledge(office: Office, hand_over: HandOver, reference: str, now: datetime) -> str:
    """Return the reference that stands: the first that was given.

    The command's id is derived from what is said, so what is said again changes nothing; not from
    the number, which is the applicant's: ids are published.
    """
    command = RecordHandOver(
        hand_over_id=hand_over.hand_over_id,
        back_office=hand_over.back_office,
        reference=reference,
        now=now,
    )
    command_id = derived_id(BACK_OFFICE, hand_over.hand_over_id, bool(reference))
    actor = ActorStamp(hand_over.back_office, BACK_OFFICE, hand_over.municipality)
    metadata = Metadata(command_id, actor, command_id.hex)
    order = Order(hand_over.application_id, command, metadata)
    done = await office.carry_out(APPLICATION, order)
    return done.state.handed_over.get(hand_over.hand_over_id, "")
