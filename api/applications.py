"""What an applicant does after submitting: see, answer, withdraw."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from adapters.identity.actor import Actor, Role
from adapters.personal_data.people import subject_digest
from adapters.postgres.tenants import Viewer, ask_as
from adapters.proofs.duplicates import duplicates_of
from adapters.read_models.same_source import same_source
from adapters.read_models.same_year import SameYear
from api.access import require_access
from api.answers import language_of, require_sound_changes
from api.bodies import AnswerBody, OptionalReasonBody
from api.derivations import derivation_for
from api.desk import Applicant, Citizen, Desk, DeskOf, Insider
from api.languages import speak
from api.readings import note_reading
from api.views import (
    NO_DUPLICATES,
    ApplicationView,
    CommandAnswer,
    Duplicates,
    application_view,
)
from api.waiting import After, wait_for
from api.without_staff import as_told_to
from domain.application.commands import AnswerCorrection, WithdrawApplication
from domain.application.decisions import APPLICATION
from domain.application.state import Application
from domain.working_days import legal_day
from projections.my_applications import MY_APPLICATIONS

router = APIRouter(prefix="/api/v1/applications", tags=["applicants"])

MINE = """SELECT application_id, m.municipality, service, variant, status, submitted_at,
    received_at, changed_at
    FROM data_keys JOIN my_applications_v1 m ON application_id = stream_id WHERE subject = %s
    ORDER BY submitted_at DESC, application_id LIMIT 200"""


class MyApplication(BaseModel):
    application_id: UUID
    municipality: str
    service: str
    variant: str
    status: str
    submitted_at: datetime
    received_at: datetime | None
    changed_at: datetime


class MyApplications(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is shown."""

    position: int
    applications: list[MyApplication]


@router.get("")
async def mine(citizen: Citizen, desk: DeskOf, after: After = None) -> MyApplications:
    """List one's own applications, newest first (the last 200)."""
    position = await wait_for(desk.parts.pool, MY_APPLICATIONS.name, after)
    own = subject_digest(desk.parts.keys, citizen.subject)
    rows = await ask_as(desk.parts.pool, Viewer(account=own), MINE, (own,))
    return MyApplications(position=position, applications=[MyApplication(**row) for row in rows])


@router.get("/{application_id}")
async def status(application_id: UUID, insider: Insider, desk: DeskOf) -> ApplicationView:
    """Read an application as it stands; the ETag is what decisions give as `If-Match`."""
    history = await desk.parts.log.history(application_id)
    state = APPLICATION.fold(recorded.event for recorded in history)
    require_access(insider, state)
    version = history[-1].version
    note_reading(desk, insider, application_id, state.municipality, "application", version)
    view = application_view(history, await _duplicates(desk, insider, state, application_id))
    view.derivation = derivation_for(desk.request, view.derivation)
    if insider.role is not Role.CITIZEN and history[0].event.source_digest:
        view.same_source = await same_source(desk.parts.pool, state.municipality, application_id)
    if insider.role is not Role.CITIZEN and state.rules.yearly:
        parts = desk.parts
        same_year = SameYear(parts.pool, parts.log, parts.keys, parts.catalogue)
        view.same_year = await same_year.of(application_id, [one.event for one in history])
    desk.response.headers["ETag"] = f'"{view.version}"'
    desk.response.headers["Cache-Control"] = "no-store"
    return as_told_to(insider, view)


async def _duplicates(
    desk: Desk, insider: Actor, state: Application, application_id: UUID
) -> Duplicates:
    """Nobody but the office learns of another's files."""
    if insider.role is Role.CITIZEN or not state.proofs:
        return NO_DUPLICATES
    return await duplicates_of(desk.parts.pool, state.municipality, application_id)


@router.post("/{application_id}/corrections/{correction_id}/answer")
async def answer_correction(
    application_id: UUID,
    correction_id: UUID,
    body: AnswerBody,
    applicant: Applicant,
    desk: DeskOf,
) -> CommandAnswer:
    """Answer a correction; the clock goes on. `changes` replaces answers of the form."""
    case = await desk.applicants_case(applicant, application_id)
    speak(desk.request, language_of(case.history))
    require_sound_changes(desk.parts.catalogue, case.history, body.changes, legal_day(desk.now))
    return await desk.carry_out(
        applicant,
        application_id,
        AnswerCorrection(
            correction_id=correction_id,
            message=body.message,
            changes=body.changes,
            now=desk.now,
            calendar=case.calendar,
        ),
    )


@router.post("/{application_id}/withdrawal")
async def withdraw(
    application_id: UUID,
    applicant: Applicant,
    desk: DeskOf,
    body: OptionalReasonBody | None = None,
) -> CommandAnswer:
    """Withdraw before the decision, with a reason or without a body; a fee paid is due back."""
    await desk.applicants_case(applicant, application_id)
    return await desk.carry_out(
        applicant,
        application_id,
        WithdrawApplication(reason=body.reason if body else "", now=desk.now),
    )
