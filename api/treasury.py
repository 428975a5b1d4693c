"""For the treasury: refunds that are due and money that fits no open fee."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from adapters.postgres.tenants import ask_as
from api.access import viewer
from api.desk import Clerk, PartsOf
from api.waiting import After, wait_for
from projections.treasury import TREASURY

router = APIRouter(prefix="/api/v1/treasury", tags=["clerks"])
OPEN = """SELECT application_id, payment_id, kind, cents, reason, reference, since
    FROM treasury_v1 WHERE open AND municipality = %s ORDER BY since, payment_id LIMIT 500"""


class TreasuryRow(BaseModel):
    """`kind`: `refund` (an obligation) or `unmatched` (money that fits no open fee)."""

    application_id: UUID
    payment_id: UUID
    kind: str
    cents: int
    reason: str
    reference: str
    since: datetime


class TreasuryList(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is shown."""

    position: int
    open: list[TreasuryRow]


@router.get("")
async def treasury(clerk: Clerk, parts: PartsOf, after: After = None) -> TreasuryList:
    """List what is open in the own town, oldest first (the first 500)."""
    position = await wait_for(parts.pool, TREASURY.name, after)
    rows = await ask_as(parts.pool, viewer(clerk), OPEN, (clerk.municipality,))
    return TreasuryList(position=position, open=[TreasuryRow(**row) for row in rows])
