"""The finished data set of an application, as it was decided: what a back office works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Loaded
from adapters.hand_over.errors import HandOverIsGone
from adapters.personal_data.sealing import DataKey
from adapters.proofs.errors import ProofWasDestroyed
from domain.application import events as e
from domain.application.answers import answers_of
from domain.application.applicants import applicant_now
from domain.application.decisions import APPLICATION
from domain.application.state import PROVEN, Application, ProofState
from domain.rules import Fulfilment

TYPES = {
    e.ApplicationApproved: "application.approved",
    e.ApplicationAcknowledged: "application.acknowledged",
}


class HandOver(NamedTuple):
    """A row of the queue. `version`: of the application, as it was decided."""

    hand_over_id: UUID
    application_id: UUID
    municipality: str
    service: str
    back_office: str
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class Finished:
    """An application up to its decision: what came later is no part of it, so it never changes.

    `now`: how it stands today, for what is not there any more.
    """

    hand_over: HandOver
    history: Sequence[e.ApplicationEvent]
    state: Application
    now: Application
    key: DataKey

    def proofs(self) -> list[e.ProofUploaded]:
        """Those that were found clean, and that no clerk turned down."""
        uploads = (event for event in self.history if isinstance(event, e.ProofUploaded))
        found = self.state.proofs
        return [one for one in uploads if found[one.proof_id].state in PROVEN]

    def proof(self, proof_id: UUID) -> e.ProofUploaded | None:
        """Raise ProofWasDestroyed where it has been kept for long enough."""
        found = next((one for one in self.proofs() if one.proof_id == proof_id), None)
        if found and self.now.proofs[proof_id].state is ProofState.DESTROYED:
            raise ProofWasDestroyed
        return found


async def finished(log: EventLog, hand_over: HandOver) -> Finished:
    """Raise HandOverIsGone."""
    loaded = await log.load(hand_over.application_id)
    now = APPLICATION.fold(loaded.events)
    undone = _undone(loaded, hand_over) and hand_over.hand_over_id not in now.handed_over
    if loaded.key is None or now.erased or undone:
        raise HandOverIsGone
    history = loaded.events[: hand_over.version]
    return Finished(hand_over, history, APPLICATION.fold(history), now, loaded.key)


async def is_acknowledged(log: EventLog, hand_over: HandOver) -> bool:
    """Raise HandOverIsGone where it was not, and never will be."""
    state = APPLICATION.fold(await log.events(hand_over.application_id))
    if hand_over.hand_over_id in state.handed_over:
        return True
    await finished(log, hand_over)
    return False


def _undone(loaded: Loaded, hand_over: HandOver) -> bool:
    """Opened again, it is decided anew, and that decision is handed over as another one."""
    later = loaded.events[hand_over.version :]
    return any(isinstance(event, e.ApplicationReopened) for event in later)


def written(finished: Finished, public_url: str) -> bytes:
    """As Standard Webhooks have it: what happened, when, and the data."""
    decided: Any = finished.history[-1]
    approved = isinstance(decided, e.ApplicationApproved)
    return msgspec.json.encode(
        {
            "type": TYPES[type(decided)],
            "timestamp": decided.approved_at if approved else decided.acknowledged_at,
            "data": _data(finished, public_url),
        }
    )


def _data(finished: Finished, public_url: str) -> dict[str, Any]:
    submitted: Any = finished.history[0]
    state, rules, hand_over = finished.state, finished.state.rules, finished.hand_over
    at = f"{public_url.rstrip('/')}/api/v1/hand-overs/{hand_over.hand_over_id}/proofs"
    online = state.fulfilment is Fulfilment.ONLINE_ONLY
    return {
        "hand_over_id": hand_over.hand_over_id,
        "application_id": hand_over.application_id,
        "application_version": hand_over.version,
        "municipality": state.municipality,
        "service": rules.service,
        "service_version": rules.version,
        "variant": submitted.variant,
        "pilot": submitted.pilot,
        "submitted_at": submitted.submitted_at,
        "filed_on": state.filed_on,
        "applicant": applicant_now(submitted, state),
        "answers": answers_of(finished.history),
        "fulfilment": state.fulfilment,
        "branch": state.branch,
        "card_number": state.card_number,
        "entitlements": rules.online_entitlements if online else rules.entitlements,
        "fee": _fee(state),
        "proofs": [_proof(one, at) for one in finished.proofs()],
    }


def _fee(state: Application) -> dict[str, Any]:
    """`paid` is None where nothing is, yet: some services are paid after their approval."""
    fee: dict[str, Any] = {"cents": state.rules.fee.cents, "paid": None}
    if state.paid is not None:
        paid = state.money[state.paid.payment_id]
        fee["paid"] = {
            "cents": paid.cents,
            "currency": paid.currency,
            "method": paid.method,
            "reference": paid.reference,
            "paid_at": paid.paid_at,
        }
    return fee


def _proof(uploaded: e.ProofUploaded, at: str) -> dict[str, Any]:
    """`sha256` is that of the file as it is fetched."""
    return {
        "proof_id": uploaded.proof_id,
        "kind": uploaded.kind,
        "media_type": uploaded.media_type,
        "sha256": uploaded.clean_sha256 or uploaded.sha256,
        "url": f"{at}/{uploaded.proof_id}",
    }
