"""Queues what an account is to show of its application, whenever that has changed."""

from collections.abc import Sequence

from adapters.account_mailbox.states import state_of
from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.runner_names import ACCOUNT_STATES
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.municipality.clerk_mail import Audience
from workers.notifying.by_account import stands_otherwise
from workers.notifying.deciding import QUEUED, is_quiet
from workers.notifying.notice import ACCOUNT_STATE
from workers.notifying.queueing import QUEUE
from workers.notifying.ways import has_mailbox
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
    e.ApplicationPickedUp,
    e.OnlineOnlyIssued,
    e.ApplicationDispatched,
    e.ApplicationAcknowledged,
    e.ApplicationRejected,
    e.ApplicationWithdrawn,
    e.ApplicationForwarded,
    e.ApplicationExpired,
    e.ApplicationReopened,
    e.MoneyChargedBack,
)


async def queue(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    """In its transaction, under a key derived from the event: read again, it queues nothing."""
    if not parts.settings.mailboxes:
        return
    history = await parts.log.history(recorded.stream_id, version=recorded.version)
    submitted: e.ApplicationSubmitted = history[0].event
    town = parts.catalogue.by_ags.get(submitted.municipality)
    is_open = has_mailbox(parts.settings, submitted)
    if not is_open or is_quiet(submitted, town, Audience.APPLICANTS):
        return
    if not stands_otherwise(history):
        return
    state = state_of(APPLICATION.fold(one.event for one in history))
    template = f"state/{state.lower()}"
    notification_id = derived_id(recorded.event_id, ACCOUNT_STATE, template)
    where = (recorded.stream_id, template, recorded.version, recorded.position)
    way = (submitted.municipality, ACCOUNT_STATE, "", "")
    row = (notification_id, *where, *way, QUEUED, "")
    await connection.execute(QUEUE, row)


STATES = Reaction(ACCOUNT_STATES, dict.fromkeys(TURNS, queue))
