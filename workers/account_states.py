"""Queues what an account is to show of its application, whenever that has changed."""

from collections.abc import Sequence

from adapters.account_mailbox.states import state_of
from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.runner_names import ACCOUNT_STATES
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import ENDS_AS
from domain.municipality.clerk_mail import Audience
from workers.notifying.by_account import stands_otherwise
from workers.notifying.deciding import DROPPED, PILOT, QUEUED, is_quiet
from workers.notifying.notice import ACCOUNT_STATE
from workers.notifying.queueing import QUEUE
from workers.notifying.ways import closed, has_mailbox
from workers.react import Connection, Reaction

# Those by which it may be somebody else's turn, or over.
TURNS: Sequence[type] = (
    e.ApplicationSubmitted,
    e.ApplicationReceived,
    e.ApplicationClaimed,
    e.ApplicationReleased,
    e.ApplicationPassedToOffice,
    e.ApplicationPaid,
    e.ProofRefused,
    e.ProofFoundClean,
    e.ProofUploaded,
    e.CorrectionRequested,
    e.CorrectionAnswered,
    e.CorrectionCancelled,
    e.ApplicationApproved,
    e.ApplicationReadyForPickup,
    *ENDS_AS,
    e.ApplicationReopened,
    e.MoneyChargedBack,
    e.RefundDone,  # of a case taken up again: its fee is due once more
)


async def queue(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    """In its transaction, under a key derived from the event: read again, it queues nothing.

    Where no account has a mailbox nothing is looked up: a state that is told late is none that is
    wrong, as only how it stands today is ever shown.
    """
    if not parts.settings.mailboxes:
        return
    history = await parts.log.history(recorded.stream_id, version=recorded.version)
    submitted: e.ApplicationSubmitted = history[0].event
    if not has_mailbox(submitted):
        return
    if not stands_otherwise(history):
        return
    state = state_of(APPLICATION.fold(one.event for one in history))
    template = f"state/{state.lower()}"
    notification_id = derived_id(recorded.event_id, ACCOUNT_STATE, template)
    where = (recorded.stream_id, template, recorded.version, recorded.position)
    way = (submitted.municipality, ACCOUNT_STATE, "", "")
    cause = _quiet_because(parts, submitted)
    row = (notification_id, *where, *way, DROPPED if cause else QUEUED, cause)
    await connection.execute(QUEUE, row)


def _quiet_because(parts: Parts, submitted: e.ApplicationSubmitted) -> str:
    """Raise MunicipalityUnknown: who is not known may want to be quiet."""
    town = parts.catalogue.municipality(submitted.municipality)
    if is_quiet(submitted, town, Audience.APPLICANTS):
        return PILOT
    return closed(parts.settings, submitted, ACCOUNT_STATE)


STATES = Reaction(ACCOUNT_STATES, dict.fromkeys(TURNS, queue))
