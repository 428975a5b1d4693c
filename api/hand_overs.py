"""For back offices: what they are handed, by position or one by one, and that they have it."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, StringConstraints

from adapters.crash_points import CrashPoint, reach
from adapters.hand_over.acknowledging import BACK_OFFICE, acknowledge
from adapters.hand_over.calling import LONGEST_REFERENCE
from adapters.hand_over.data_set import Finished, HandOver, finished, written
from adapters.hand_over.errors import HandOverIsGone
from adapters.hand_over.noting import DELIVERED, DROPPED
from adapters.hand_over.settings import BackOffice
from adapters.postgres.tenants import Viewer, ask_as
from api.back_offices import BackOfficeOf
from api.bodies import LINE, Body
from api.desk import Desk, DeskOf
from api.envelope import trace_id
from api.proofs import A_DOWNLOAD
from api.refusals import NotFound

router = APIRouter(prefix="/api/v1/hand-overs", tags=["back offices"])
log = structlog.get_logger()

FIELDS = "hand_over_id, application_id, municipality, service, back_office, version, position"
OUTBOX = """SELECT hand_over_id, position, application_id, service, state FROM hand_overs
    WHERE back_office = %s AND position > %s AND state <> 'dropped'
        AND NOT (%s AND state = 'delivered')
    ORDER BY position LIMIT %s"""
ONE = f"""SELECT {FIELDS} FROM hand_overs
    WHERE back_office = %s AND hand_over_id = %s AND state <> 'dropped'"""  # noqa: S608 -- of constants


class HandOverView(BaseModel):
    """`state`: `delivered` once it was acknowledged; `failed`: it is not called any more, so fetch
    it.
    """

    hand_over_id: UUID
    position: int
    application_id: UUID
    service: str
    state: str


class Outbox(BaseModel):
    """`next`: give it as `after` the next time. Consistency: eventual, within a second."""

    hand_overs: list[HandOverView]
    next: int


class AcknowledgementBody(Body):
    """`reference`: the back office's own number for it, such as that of the patron."""

    reference: Annotated[str, StringConstraints(max_length=LONGEST_REFERENCE, pattern=LINE)] = ""


class Acknowledged(BaseModel):
    """`reference`: the one that stands, which is the first that was given."""

    hand_over_id: UUID
    reference: str


@router.get("")
async def outbox(
    asking: BackOfficeOf,
    desk: DeskOf,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    unacknowledged: bool = False,  # noqa: FBT001, FBT002 -- it is a query parameter
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Outbox:
    """List what there is for this back office after a position, the oldest first.

    `unacknowledged`: only what it has not said it has, which finds what was set aside for a while,
    too.
    """
    rows = await _ask(desk, asking, OUTBOX, (asking.name, after, unacknowledged, limit))
    desk.response.headers["Cache-Control"] = "no-store"
    return Outbox(
        hand_overs=[HandOverView(**row) for row in rows],
        next=rows[-1]["position"] if rows else after,
    )


@router.get("/{hand_over_id}", response_class=Response)
async def data_set(hand_over_id: UUID, asking: BackOfficeOf, desk: DeskOf) -> Response:
    """Fetch a finished data set as JSON, the same as is sent to those who are called."""
    found = await _finished(desk, asking, hand_over_id)
    log.info("hand_over_read", hand_over_id=str(hand_over_id), back_office=asking.name)
    return Response(
        written(found, desk.parts.settings.public_url),
        media_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


@router.get("/{hand_over_id}/proofs/{proof_id}", response_class=Response)
async def proof(hand_over_id: UUID, proof_id: UUID, asking: BackOfficeOf, desk: DeskOf) -> Response:
    """Fetch a proof of a data set; each time it is noted who was handed it."""
    found = await _finished(desk, asking, hand_over_id)
    uploaded = found.proof(proof_id)
    if uploaded is None:
        raise NotFound
    body = await desk.parts.proofs.vault.open(found.key, uploaded)
    where = (found.hand_over.application_id, proof_id, asking.municipality)
    await desk.parts.proofs.accesses.note_reader(
        *where, asking.name, BACK_OFFICE, trace_id(desk.request)
    )
    return Response(body, media_type=uploaded.media_type, headers=A_DOWNLOAD)


@router.post("/{hand_over_id}/acknowledgement")
async def acknowledge_it(
    hand_over_id: UUID, body: AcknowledgementBody, asking: BackOfficeOf, desk: DeskOf
) -> Acknowledged:
    """Say that it was taken, and under which number; saying it again changes nothing.

    It may be said before the call that brought it is answered.
    """
    hand_over = await _hand_over(desk, asking, hand_over_id)
    reference = await acknowledge(desk.parts.office, hand_over, body.reference, desk.now)
    reach(CrashPoint.ACKNOWLEDGEMENT_AFTER_EVENT, desk.parts.settings.crash_at)
    await _ask(desk, asking, f"{DELIVERED} RETURNING hand_over_id", (hand_over_id,))
    return Acknowledged(hand_over_id=hand_over_id, reference=reference)


async def _finished(desk: Desk, asking: BackOffice, hand_over_id: UUID) -> Finished:
    """Raise NotFound, for what is another's, and for what was erased or undone, alike."""
    try:
        return await finished(desk.parts.log, await _hand_over(desk, asking, hand_over_id))
    except HandOverIsGone:
        await _ask(desk, asking, f"{DROPPED} RETURNING hand_over_id", (hand_over_id,))
        raise NotFound from None


async def _hand_over(desk: Desk, asking: BackOffice, hand_over_id: UUID) -> HandOver:
    rows = await _ask(desk, asking, ONE, (asking.name, hand_over_id))
    if not rows:
        raise NotFound
    return HandOver(**rows[0])


async def _ask(
    desk: Desk, asking: BackOffice, statement: str, parameters: tuple[object, ...]
) -> list[dict[str, Any]]:
    return await ask_as(desk.parts.pool, Viewer(asking.municipality), statement, parameters)
