"""For auditors: which member of staff read an application, and when; and how it is noted."""

from datetime import datetime
from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import BaseModel

from adapters.identity.actor import Actor, Role
from adapters.readings import Reading
from api.desk import Auditor, Desk, DeskOf
from api.envelope import trace_id

router = APIRouter(prefix="/api/v1/applications/{application_id}/readings", tags=["auditors"])
log = structlog.get_logger()
LOGGED_AS = {"application": "application_read", "history": "history_read"}


class ReadingView(BaseModel):
    """`view`: `application` or `history`, as it stood at `version`."""

    view: str
    version: int
    reader: str
    role: str
    read_at: datetime


class ReadingList(BaseModel):
    """Consistency: at most a second behind other processes; the last thousand, newest first."""

    readings: list[ReadingView]


@router.get("")
async def readings(application_id: UUID, auditor: Auditor, desk: DeskOf) -> ReadingList:
    """List which member of staff read an application, and how it stood; never the applicant."""
    case = await desk.case(auditor, application_id)
    desk.response.headers["Cache-Control"] = "no-store"
    noted = await desk.parts.readings.of(case.state.municipality, application_id)
    return ReadingList(readings=[ReadingView.model_validate(one) for one in noted])


def note_reading(
    desk: Desk, reader: Actor, application_id: UUID, municipality: str, view: str, version: int
) -> None:
    """Note it before it is shown. Applicants read their own as they please."""
    if reader.role is Role.CITIZEN:
        return
    log.info(
        LOGGED_AS[view],
        application_id=str(application_id),
        reader=reader.subject,
        role=reader.role,
    )
    desk.parts.readings.note(
        Reading(
            application_id,
            municipality,
            view,
            version,
            reader.subject,
            str(reader.role),
            trace_id(desk.request),
            desk.now,
        )
    )
