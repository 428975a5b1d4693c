"""What a clerk does with an application: one short operation a command."""

from uuid import UUID

from fastapi import APIRouter

from api.bodies import ExtensionBody, MessageBody, ReadyBody, ReasonBody
from api.desk import Clerk, DeskOf
from api.envelope import idempotency_key, own_id
from api.views import CommandAnswer
from domain.application import commands as c

router = APIRouter(prefix="/api/v1/applications/{application_id}", tags=["clerks"])


@router.post("/claim")
async def claim(application_id: UUID, clerk: Clerk, desk: DeskOf) -> CommandAnswer:
    """Take an application in hand; to claim it again changes nothing."""
    return await desk.carry_out(
        clerk, application_id, c.ClaimApplication(clerk=clerk.subject, now=desk.now)
    )


@router.post("/release")
async def release(application_id: UUID, clerk: Clerk, desk: DeskOf) -> CommandAnswer:
    """Give it back to the worklist."""
    return await desk.carry_out(
        clerk, application_id, c.ReleaseApplication(clerk=clerk.subject, now=desk.now)
    )


@router.post("/corrections")
async def request_correction(
    application_id: UUID, body: MessageBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Ask the applicant for a correction; the clock stands still. Needs `If-Match`."""
    case = await desk.case(clerk, application_id)
    key = idempotency_key(desk.request, needed=False)
    # A retry names the same correction, so that it is recognised.
    own = own_id(desk.parts.keys, application_id, clerk.subject, key)
    return await desk.carry_out(
        clerk,
        application_id,
        c.RequestCorrection(
            correction_id=own,
            message=body.message,
            clerk=clerk.subject,
            now=desk.now,
            calendar=case.calendar,
        ),
        if_match=True,
    )


@router.post("/corrections/{correction_id}/cancellation")
async def cancel_correction(
    application_id: UUID, correction_id: UUID, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Do without the answer; the clock goes on. Needs `If-Match`."""
    case = await desk.case(clerk, application_id)
    return await desk.carry_out(
        clerk,
        application_id,
        c.CancelCorrection(
            correction_id=correction_id, clerk=clerk.subject, now=desk.now, calendar=case.calendar
        ),
        if_match=True,
    )


@router.post("/approval")
async def approve(application_id: UUID, clerk: Clerk, desk: DeskOf) -> CommandAnswer:
    """Approve; an online-only card is issued at once. Needs `If-Match`."""
    return await desk.carry_out(
        clerk,
        application_id,
        c.ApproveApplication(clerk=clerk.subject, now=desk.now),
        if_match=True,
    )


@router.post("/rejection")
async def reject(
    application_id: UUID, body: ReasonBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Reject with a reason; a fee that was paid is due back. Needs `If-Match`."""
    return await desk.carry_out(
        clerk,
        application_id,
        c.RejectApplication(reason=body.reason, clerk=clerk.subject, now=desk.now),
        if_match=True,
    )


@router.post("/extension")
async def extend(
    application_id: UUID, body: ExtensionBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Give the office more days, with a reason. Needs `If-Match`."""
    case = await desk.case(clerk, application_id)
    return await desk.carry_out(
        clerk,
        application_id,
        c.ExtendDeadline(
            days=body.days,
            reason=body.reason,
            clerk=clerk.subject,
            now=desk.now,
            calendar=case.calendar,
        ),
        if_match=True,
    )


@router.post("/ready-for-pickup")
async def ready_for_pickup(
    application_id: UUID, clerk: Clerk, desk: DeskOf, body: ReadyBody | None = None
) -> CommandAnswer:
    """The card lies ready at the branch that was chosen; a body is welcome. Needs `If-Match`."""
    number = body.card_number if body else None
    return await desk.carry_out(
        clerk,
        application_id,
        c.MarkReadyForPickup(clerk=clerk.subject, card_number=number, now=desk.now),
        if_match=True,
    )


@router.post("/pickup")
async def hand_out(application_id: UUID, clerk: Clerk, desk: DeskOf) -> CommandAnswer:
    """The applicant has collected it. Needs `If-Match`."""
    return await desk.carry_out(
        clerk,
        application_id,
        c.HandOut(clerk=clerk.subject, now=desk.now),
        if_match=True,
    )


@router.post("/dispatch")
async def dispatch(application_id: UUID, clerk: Clerk, desk: DeskOf) -> CommandAnswer:
    """The document is in the post. Needs `If-Match`."""
    return await desk.carry_out(
        clerk,
        application_id,
        c.DispatchResult(clerk=clerk.subject, now=desk.now),
        if_match=True,
    )


@router.post("/reopening")
async def reopen(
    application_id: UUID, body: ReasonBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Reopen what has ended, with a reason; nothing that happened is edited. Needs `If-Match`."""
    case = await desk.case(clerk, application_id)
    return await desk.carry_out(
        clerk,
        application_id,
        c.ReopenApplication(
            reason=body.reason, clerk=clerk.subject, now=desk.now, calendar=case.calendar
        ),
        if_match=True,
    )
