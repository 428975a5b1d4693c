"""For auditors: who was handed which proof, and when."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.desk import Auditor, DeskOf

router = APIRouter(prefix="/api/v1/applications/{application_id}/accesses", tags=["auditors"])


class AccessView(BaseModel):
    """`reader` is empty where applicants read their own."""

    proof_id: UUID
    reader: str
    role: str
    accessed_at: datetime


class AccessList(BaseModel):
    """Consistency: strong; the first thousand, the oldest first."""

    accesses: list[AccessView]


@router.get("")
async def accesses(application_id: UUID, auditor: Auditor, desk: DeskOf) -> AccessList:
    """List the downloads of an application's proofs; each was noted before it was handed out."""
    case = await desk.case(auditor, application_id)
    desk.response.headers["Cache-Control"] = "no-store"
    noted = await desk.parts.proofs.accesses.of(case.state.municipality, application_id)
    return AccessList(accesses=[AccessView(**one._asdict()) for one in noted])
