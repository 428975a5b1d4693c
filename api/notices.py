"""What an applicant and the office were told about an application, and what became of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from adapters.identity.actor import Actor, Role
from adapters.personal_data.people import subject_digest
from adapters.postgres.tenants import Viewer, ask_as
from api.access import viewer
from api.bodies import Body, Email
from api.desk import Clerk, Desk, DeskOf, Insider
from api.views import CommandAnswer
from domain.application.commands import (
    CorrectEmail,
    NoticeState,
    SendNoticeAgain,
    SettleNotice,
)
from domain.application.events import Settled
from domain.errors import NoticeUnknown

router = APIRouter(prefix="/api/v1/applications/{application_id}/notices", tags=["clerks"])
address = APIRouter(prefix="/api/v1/applications/{application_id}", tags=["clerks"])
FIELDS = """notification_id, template, channel, language, state, attempts, queued_at, sent_at,
    delivered_at, failed_at, error AS cause, repeats, settled_at,
    CASE WHEN state = 'queued' AND attempts > 0 THEN due_at END AS next_attempt_at"""
ALL = f"""SELECT {FIELDS} FROM notifications WHERE application_id = %s
    ORDER BY queued_at, notification_id"""  # noqa: S608 -- of constants
OF_APPLICANT = f"""SELECT {FIELDS} FROM notifications
    WHERE application_id = %s AND channel <> 'office'
        AND NOT (state = 'dropped' AND error = 'nothing-to-say')
    ORDER BY queued_at, notification_id"""  # noqa: S608 -- of constants
ONE = """SELECT template, channel, state FROM notifications
    WHERE application_id = %s AND notification_id = %s"""


class NoticeView(BaseModel):
    """`template`: what it says, with its version. `channel`: email, account (the mailbox of the
    applicant's account), account-state (how it stands, shown there), or office (its own mailbox).

    `state`: queued, sending, collected (for a digest of the office), sent (whoever carries it has
    taken it), delivered (it is known to be there), bounced (it came back), failed (given up, or
    refused for good), dropped (nothing goes out; of those that had nothing to say applicants are
    not told). `cause` is a code, for the office only. `repeats`: the one that a clerk had sent
    again. `settled_at`: it was not delivered, and somebody has seen to it.
    """

    notification_id: UUID
    template: str
    channel: str
    language: str
    state: str
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None
    next_attempt_at: datetime | None
    cause: str
    repeats: UUID | None
    settled_at: datetime | None


class Notices(BaseModel):
    """The oldest first. Consistency: eventual, within a second; what they said is not kept."""

    notices: list[NoticeView]


class EmailBody(Body):
    email: Email


class SettlementBody(Body):
    """`told-otherwise`: by phone, by letter, at the counter; `needless`: nobody has to be told."""

    how: Literal["told-otherwise", "needless"]


@router.get("")
async def notices(application_id: UUID, insider: Insider, desk: DeskOf) -> Notices:
    """List what was told by which way, and what became of it; applicants see what was for them."""
    await desk.case(insider, application_id)
    of_citizen = insider.role is Role.CITIZEN
    rows = await _ask(desk, insider, OF_APPLICANT if of_citizen else ALL, (application_id,))
    desk.response.headers["Cache-Control"] = "no-store"
    return Notices(
        notices=[NoticeView(**row | {"cause": ""} if of_citizen else row) for row in rows]
    )


@router.post("/{notification_id}/repetition")
async def send_again(
    application_id: UUID, notification_id: UUID, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Send the same letter once more, by the same way; each attempt can be repeated once."""
    await desk.case(clerk, application_id)
    rows = await _ask(desk, clerk, ONE, (application_id, notification_id))
    if not rows:
        raise NoticeUnknown
    command = SendNoticeAgain(
        notification_id=notification_id,
        template=rows[0]["template"],
        channel=rows[0]["channel"],
        state=NoticeState(rows[0]["state"]),
        clerk=clerk.subject,
        now=desk.now,
    )
    return await desk.carry_out(clerk, application_id, command)


@router.post("/{notification_id}/settlement")
async def settle(
    application_id: UUID, notification_id: UUID, body: SettlementBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Note that nobody has to look after it: `how` is `told-otherwise` or `needless`."""
    command = SettleNotice(
        notification_id=notification_id, how=Settled(body.how), by=clerk.subject, now=desk.now
    )
    return await desk.carry_out(clerk, application_id, command)


@address.post("/email")
async def correct_email(
    application_id: UUID, body: EmailBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Letters go to this address from now on, also those that are sent again."""
    command = CorrectEmail(email=body.email, clerk=clerk.subject, now=desk.now)
    return await desk.carry_out(clerk, application_id, command)


async def _ask(
    desk: Desk, actor: Actor, question: str, parameters: tuple[object, ...]
) -> list[dict[str, Any]]:
    own = Viewer(account=subject_digest(desk.parts.keys, actor.subject))
    whose = own if actor.role is Role.CITIZEN else viewer(actor)
    return await ask_as(desk.parts.pool, whose, question, parameters)
