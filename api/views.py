"""What is shown of an application: plain data, the same for the first answer and for a replay."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel

from adapters.event_store.office import Done
from adapters.event_store.recorded import Recorded
from adapters.proofs.duplicates import Duplicate
from domain.application import events as e
from domain.application.answers import answers_of
from domain.application.applicants import applicant_now
from domain.application.deadlines import SETS_THE_DAY
from domain.application.decisions import APPLICATION
from domain.application.state import Application

Duplicates = Mapping[UUID, Sequence[Duplicate]]
NO_DUPLICATES: Duplicates = {}
OF_AN_UPLOAD = (
    "proof_id", "kind", "sha256", "clean_sha256", "media_type", "clean_size", "uploaded_at",
)  # fmt: skip


class FeeItemView(BaseModel):
    """So many pieces at so many euro cents each; `name` is that of the price."""

    name: str
    quantity: int
    cents_each: int


class PricedView(BaseModel):
    """Euro cents, and the line of the tariff. `items`: where several pieces were asked for."""

    cents: int
    tariff: str
    items: list[FeeItemView]


class FeeView(PricedView):
    """`due`: it can be paid now."""

    paid: bool
    due: bool


class CommandAnswer(BaseModel):
    """`position`: ask an eventual view to wait for it with `after`."""

    application_id: UUID
    version: int
    position: int
    status: str
    missing_proofs: list[str]
    fee: FeeView
    office: str | None
    open_correction: UUID | None
    due_on: date | None
    claimed_by: str | None


class DuplicateView(BaseModel):
    application_id: UUID
    kind: str


class ProofView(BaseModel):
    """`sha256` of what was sent, `clean_sha256` of what is handed out; `reason` of a refusal.

    `duplicates` is for clerks and auditors: where in their municipality the same file was used
    before or since, in another application or as another kind. Consistency of it: eventual.
    """

    proof_id: UUID
    kind: str
    state: str
    sha256: str
    clean_sha256: str
    media_type: str
    clean_size: int
    uploaded_at: datetime
    checked_by: str
    reason: str
    duplicates: list[DuplicateView]


class CorrectionView(BaseModel):
    correction_id: UUID
    message: str
    requested_at: datetime
    state: str


class DeadlineStepView(BaseModel):
    """`number`: the n-th working day, or 0 where the day does not count, and why.

    In German, as it was recorded; what is said of weekends, holidays and receipt in English for
    whoever prefers it (`Accept-Language`).
    """

    day: date
    number: int
    why_not: str


class ApplicationView(CommandAnswer):
    """Consistency: strong; read from the events themselves. `erased`: it tells what, not who.

    `announced_fee`: what a notice will demand later. `filed_on`: the legal day; where it came from
    another municipality (`forwarded_from`), that on which the first one received it.
    `goes_on_as`: what it is there, once it was forwarded.

    `same_source` is for clerks and auditors: other applications of the municipality that the same
    portal handed over under the same number, for other accounts. `same_year`, for them as well: in
    which the same person did the same yearly duty of the same year. Consistency of both: eventual.
    """

    municipality: str
    service: str
    service_version: int
    variant: str
    channel: str
    pilot: bool
    applicant: dict[str, Any] | None
    erased: bool
    answers: dict[str, Any]
    announced_fee: PricedView | None
    fulfilment: str
    branch: str | None
    card_number: str | None
    entitlements: list[str]
    proofs: list[ProofView]
    corrections: list[CorrectionView]
    submitted_at: datetime
    received_at: datetime | None
    filed_on: date
    forwarded_from: str | None
    goes_on_as: UUID | None
    derivation: list[DeadlineStepView]
    same_source: list[UUID] = []
    same_year: list[UUID] = []


class EventView(BaseModel):
    """One line of a history. `actor` is a pseudonym and a role."""

    version: int
    position: int
    name: str
    recorded_at: datetime
    actor: str
    role: str
    data: dict[str, Any]


def command_answer(done: Done[Application]) -> CommandAnswer:
    at = done.appended
    return CommandAnswer(**_standing(at.stream_id, at.version, at.position, done.state))


def _standing(stream_id: UUID, version: int, position: int, state: Application) -> dict[str, Any]:
    return {
        "application_id": stream_id,
        "version": version,
        "position": position,
        "status": state.status,
        "missing_proofs": list(state.missing_proofs),
        "fee": FeeView(
            **msgspec.to_builtins(state.rules.fee),
            paid=state.paid is not None,
            due=state.fee_due,
        ),
        "office": state.office,
        "open_correction": state.open_correction,
        "due_on": state.due_on if state.clock_runs else None,
        "claimed_by": state.claimed_by,
    }


def application_view(
    history: Sequence[Recorded], duplicates: Duplicates = NO_DUPLICATES
) -> ApplicationView:
    """Show an application as its history, up to where it is given, tells."""
    state = APPLICATION.fold(recorded.event for recorded in history)
    last, submitted = history[-1], history[0].event
    return ApplicationView(
        **_standing(last.stream_id, last.version, last.position, state),
        **_submission(submitted, state),
        answers=answers_of(recorded.event for recorded in history),
        branch=state.branch,
        card_number=state.card_number,
        entitlements=_entitlements(history),
        proofs=_proofs(history, state, duplicates),
        corrections=_corrections(history, state),
        received_at=_received_at(history),
        goes_on_as=_goes_on_as(history),
        derivation=_derivation(history),
    )


def _submission(submitted: e.ApplicationSubmitted, state: Application) -> dict[str, Any]:
    return {
        "municipality": submitted.municipality,
        "service": submitted.service,
        "service_version": submitted.rules.version,
        "variant": submitted.variant,
        "channel": submitted.channel,
        "pilot": submitted.pilot,
        "applicant": msgspec.to_builtins(applicant_now(submitted, state)),
        "erased": submitted.applicant is None,
        "announced_fee": msgspec.to_builtins(submitted.rules.announced),
        "fulfilment": submitted.fulfilment,
        "submitted_at": submitted.submitted_at,
        "filed_on": submitted.first_received_on or submitted.legal_day,
        "forwarded_from": submitted.forwarded_from,
    }


def _entitlements(history: Sequence[Recorded]) -> list[str]:
    """Return what the card in hand opens: nothing once the case was taken up again."""
    found: tuple[str, ...] = ()
    for event in (recorded.event for recorded in history):
        if isinstance(event, e.ApplicationReadyForPickup | e.OnlineOnlyIssued):
            found = event.entitlements
        elif isinstance(event, e.ApplicationReopened):
            found = ()
    return list(found)


def _received_at(history: Sequence[Recorded]) -> datetime | None:
    received = (r.event for r in history if isinstance(r.event, e.ApplicationReceived))
    return next((event.received_at for event in received), None)


def _derivation(history: Sequence[Recorded]) -> list[DeadlineStepView]:
    steps = [r.event.derivation for r in history if isinstance(r.event, SETS_THE_DAY)]
    return [DeadlineStepView(**msgspec.to_builtins(step)) for step in (steps[-1] if steps else ())]


def _proofs(
    history: Sequence[Recorded], state: Application, duplicates: Duplicates
) -> list[ProofView]:
    proofs: dict[UUID, ProofView] = {}
    for event in (recorded.event for recorded in history):
        match event:
            case e.ProofUploaded():
                proofs[event.proof_id] = ProofView(
                    **{name: getattr(event, name) for name in OF_AN_UPLOAD},
                    state=state.proofs[event.proof_id].state,
                    checked_by="",
                    reason="",
                    duplicates=[
                        DuplicateView(application_id=one.application_id, kind=one.kind)
                        for one in duplicates.get(event.proof_id, ())
                    ],
                )
            case e.ProofFoundClean():
                proofs[event.proof_id].checked_by = event.checked_by
            case e.ProofRefused():
                proofs[event.proof_id].checked_by = event.checked_by
                proofs[event.proof_id].reason = event.reason
            case e.ProofAcceptedByClerk():
                proofs[event.proof_id].reason = ""
            case e.ProofRefusedByClerk():
                proofs[event.proof_id].reason = event.reason
            case _:
                pass
    return list(proofs.values())


def _goes_on_as(history: Sequence[Recorded]) -> UUID | None:
    forwarded = (one.event for one in history if isinstance(one.event, e.ApplicationForwarded))
    return next((event.goes_on_as for event in forwarded), None)


def _corrections(history: Sequence[Recorded], state: Application) -> list[CorrectionView]:
    corrections: dict[UUID, CorrectionView] = {}
    for event in (recorded.event for recorded in history):
        if isinstance(event, e.CorrectionRequested):
            corrections[event.correction_id] = CorrectionView(
                correction_id=event.correction_id,
                message=event.message,
                requested_at=event.requested_at,
                state="open",
            )
        elif isinstance(event, e.CorrectionAnswered):
            corrections[event.correction_id].state = "answered"
        elif isinstance(event, e.CorrectionCancelled):
            corrections[event.correction_id].state = "cancelled"
    for correction in corrections.values():
        if correction.state == "open" and correction.correction_id != state.open_correction:
            correction.state = "closed"
    return list(corrections.values())


def event_view(recorded: Recorded) -> EventView:
    return EventView(
        version=recorded.version,
        position=recorded.position,
        name=type(recorded.event).__name__,
        recorded_at=recorded.recorded_at,
        actor=recorded.metadata.actor.subject,
        role=recorded.metadata.actor.role,
        data=msgspec.to_builtins(recorded.event),
    )
