"""For the treasury: what it works off, page by page, and the ledger of each payment."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.postgres.tenants import ask_as
from api import cursors
from api.access import viewer
from api.desk import Clerk, DeskOf, PartsOf
from api.refusals import CursorMalformed, NotFound
from api.views import EventView, event_view
from api.waiting import After, wait_for
from domain.payment.decisions import PAYMENT
from projections.treasury import TREASURY

router = APIRouter(prefix="/api/v1/treasury", tags=["treasury"])
CURSOR_VALUES = 3
OPEN = """SELECT application_id, payment_id, kind, cents, currency, reason, reference, since
    FROM treasury_v2 WHERE open AND municipality = %(municipality)s
        AND (%(kind)s::text IS NULL OR kind = %(kind)s)
        AND (since, payment_id, kind) > (%(since)s::timestamptz, %(payment_id)s::uuid, %(last)s)
    ORDER BY since, payment_id, kind LIMIT %(limit)s"""
FROM_THE_START = ("-infinity", str(UUID(int=0)), "")


class Kind(StrEnum):
    REFUND = "refund"
    UNMATCHED = "unmatched"
    FEE_OWED = "fee-owed"
    UNCLEAR = "unclear"
    CLAIM = "claim"


class TreasuryQuery(BaseModel):
    kind: Kind | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: str | None = None
    after: After = None


class TreasuryRow(BaseModel):
    """`kind`: `refund` (an obligation), `unmatched` (money that fits no open fee), `fee-owed`
    (it was paid, and the money has gone again), `unclear` (the platform says that it was paid,
    and not readably how much; `cents` were asked for) or `claim` (it has gone twice: to be got back
    from the payer).
    """

    application_id: UUID
    payment_id: UUID
    kind: str
    cents: int
    currency: str
    reason: str
    reference: str
    since: datetime


class TreasuryList(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is shown."""

    position: int
    open: list[TreasuryRow]
    next_cursor: str | None


class LedgerView(BaseModel):
    """Consistency: strong. Cents; `balance` is what of it is with the municipality."""

    payment_id: UUID
    application_id: UUID
    status: str
    account: str
    asked: int
    received: int
    balance: int
    currency: str
    entries: list[EventView]


@router.get("")
async def treasury(
    query: Annotated[TreasuryQuery, Query()],
    clerk: Clerk,
    parts: PartsOf,
    request: Request,
    response: Response,
) -> TreasuryList:
    """List what is open in the own town, oldest first; the next page is in `Link` too."""
    position = await wait_for(parts.pool, TREASURY.name, query.after)
    question = _question(query, clerk.municipality or "")
    rows = await ask_as(parts.pool, viewer(clerk), OPEN, question)
    following = None
    if len(rows) == query.limit:
        last = rows[-1]
        following = cursors.write(last["since"].isoformat(), last["payment_id"], last["kind"])
        query_string = request.url.include_query_params(cursor=following).query
        response.headers["Link"] = f'<{request.url.path}?{query_string}>; rel="next"'
    return TreasuryList(
        position=position, open=[TreasuryRow(**row) for row in rows], next_cursor=following
    )


@router.get("/payments/{payment_id}")
async def ledger(payment_id: UUID, clerk: Clerk, desk: DeskOf) -> LedgerView:
    """Show the ledger of one payment: what was asked, came in, and went."""
    history = await desk.parts.log.history(payment_id)
    payment = PAYMENT.fold(recorded.event for recorded in history)
    if payment.application_id is None or payment.municipality != clerk.municipality:
        raise NotFound
    await desk.case(clerk, payment.application_id)
    return LedgerView(
        payment_id=payment_id,
        application_id=payment.application_id,
        status=payment.status,
        account=payment.account,
        asked=payment.cents,
        received=payment.received,
        balance=payment.balance,
        currency=payment.currency,
        entries=[event_view(recorded) for recorded in history],
    )


def _question(query: TreasuryQuery, municipality: str) -> dict[str, Any]:
    since, payment_id, last = _after(query.cursor)
    return {
        "municipality": municipality,
        "kind": query.kind,
        "since": since,
        "payment_id": payment_id,
        "last": last,
        "limit": query.limit,
    }


def _after(cursor: str | None) -> tuple[str, str, str]:
    if cursor is None:
        return FROM_THE_START
    since, payment_id, kind = cursors.read(cursor, CURSOR_VALUES)
    try:
        moment = datetime.fromisoformat(since or "")
        return moment.isoformat(), str(UUID(payment_id or "")), str(Kind(kind or ""))
    except ValueError:
        raise CursorMalformed from None
