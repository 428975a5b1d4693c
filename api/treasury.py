"""For the treasury: what it works off, page by page, and the ledger of each payment."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.identity.actor import Actor
from adapters.postgres.tenants import ask_as
from api import cursors
from api.access import viewer
from api.desk import Clerk, DeskOf, PartsOf
from api.paging import link_next
from api.refusals import CursorMalformed, NotFound
from api.views import EventView, event_view
from api.waiting import After, wait_for
from domain.payment.decisions import PAYMENT
from domain.payment.state import PaymentStatus
from projections.treasury import TREASURY
from projections.worklist import WORKLIST

router = APIRouter(prefix="/api/v1/treasury", tags=["treasury"])
CURSOR_VALUES = 3
# A clerk of an office or a branch works off what is of its applications, as in the worklist.
OPEN = """SELECT t.application_id, payment_id, kind, cents, currency, reason, reference, since,
        beside
    FROM treasury_v3 t LEFT JOIN worklist_v2 w
        ON w.application_id = coalesce(t.application_id, t.beside)
    WHERE open AND t.municipality = %(municipality)s
        AND (coalesce(t.application_id, t.beside) IS NULL OR w.application_id IS NOT NULL)
        AND (%(branch)s::text IS NULL OR branch = %(branch)s OR branch IS NULL)
        AND (%(office)s::text IS NULL OR office = %(office)s OR office IS NULL)
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
    GIVEN_UP = "given-up"
    FOUND = "found"


class TreasuryQuery(BaseModel):
    kind: Kind | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: str | None = None
    after: After = None


class TreasuryRow(BaseModel):
    """`kind`: `refund` (an obligation), `unmatched` (money that fits no open fee), `fee-owed`
    (it was paid, and the money has gone again), `unclear` (the platform says that it was paid,
    and not readably how much; `cents` were asked for), `given-up` (it said nothing for 30 days),
    `claim` (it has gone twice: to be got back from the payer) or `found` (only the treasury has it;
    of no application yet, `beside`: one whose payment has the same reference).
    """

    application_id: UUID | None
    payment_id: UUID
    kind: str
    cents: int
    currency: str
    reason: str
    reference: str
    since: datetime
    beside: UUID | None


class TreasuryList(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is shown."""

    position: int
    open: list[TreasuryRow]
    next_cursor: str | None


class LedgerView(BaseModel):
    """Consistency: strong. Cents; `balance` is what of it is with the municipality."""

    payment_id: UUID
    application_id: UUID | None
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
    """List what is open, oldest first, of the own office; the next page is in `Link` too."""
    await wait_for(parts.pool, WORKLIST.name, query.after)
    position = await wait_for(parts.pool, TREASURY.name, query.after)
    question = _question(query, clerk)
    rows = await ask_as(parts.pool, viewer(clerk), OPEN, question)
    following = None
    if len(rows) == query.limit:
        last = rows[-1]
        following = cursors.write(last["since"].isoformat(), last["payment_id"], last["kind"])
        link_next(request, response, following)
    return TreasuryList(
        position=position, open=[TreasuryRow(**row) for row in rows], next_cursor=following
    )


@router.get("/payments/{payment_id}")
async def ledger(payment_id: UUID, clerk: Clerk, desk: DeskOf) -> LedgerView:
    """Show the ledger of one payment: what was asked, came in, and went."""
    history = await desk.parts.log.history(payment_id)
    payment = PAYMENT.fold(recorded.event for recorded in history)
    near = payment.application_id or payment.beside
    if payment.status is PaymentStatus.UNKNOWN or payment.municipality != clerk.municipality:
        raise NotFound
    if near is not None:
        await desk.case(clerk, near)
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


def _question(query: TreasuryQuery, clerk: Actor) -> dict[str, Any]:
    since, payment_id, last = _after(query.cursor)
    return {
        "municipality": clerk.municipality or "",
        "branch": clerk.branch,
        "office": clerk.office,
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
