"""The treasury's list against our ledger: a list in, the differences out, however long both are."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from adapters.payments.differences import write_csv, write_json
from adapters.payments.queueing import Queue
from adapters.payments.second_opinion import asking
from api.desk import Clerk, DeskOf
from api.envelope import metadata
from api.own_office import OwnOffice
from api.waiting import After, wait_for
from projections.payment_ledger import PAYMENT_LEDGER
from projections.worklist import WORKLIST

router = APIRouter(prefix="/api/v1/treasury", tags=["treasury"])
IN_MEMORY = 1024 * 1024  # longer answers are kept in a file meanwhile
CHUNK = 64 * 1024
CSV, JSON = "text/csv", "application/json"
A_LIST = {
    "requestBody": {
        "required": True,
        "content": {CSV: {"schema": {"type": "string"}}},
    }
}


class ReconciliationQuery(BaseModel):
    """What was paid from `first` to `last` has to be in the list; by default, its own days.

    `queue`: what only the treasury has is shown in its queue from now on. A clerk of
    an office or a branch is told of differences of its own applications, and of those of none.
    """

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    ask_platform: bool = False
    queue: bool = True
    after: After = None


@router.post("/reconciliations", openapi_extra=A_LIST, response_class=StreamingResponse)
async def reconcile(
    query: Annotated[ReconciliationQuery, Query()],
    clerk: Clerk,
    desk: DeskOf,
    accept: Annotated[str, Header()] = "application/json",
) -> StreamingResponse:
    """Compare a treasury's list (CSV) with the ledger; `Accept: text/csv` for CSV as answer."""
    parts = desk.parts
    await wait_for(parts.pool, PAYMENT_LEDGER.name, query.after)
    await wait_for(parts.pool, WORKLIST.name, query.after)
    own = OwnOffice(parts.pool, clerk)
    wanted, write = (CSV, write_csv) if CSV in accept else (JSON, write_json)
    written = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- closed once it was sent
    try:
        with SpooledTemporaryFile(IN_MEMORY) as listed, SpooledTemporaryFile(IN_MEMORY) as found:
            async for chunk in desk.request.stream():  # as slowly as it likes: nothing is held
                listed.write(chunk)
            town = clerk.municipality or ""
            lines, put = await parts.comparisons.compare(
                listed, town, (query.first, query.last), found, queue=query.queue
            )
            by = metadata(parts.keys, desk.request, clerk, key_needed=False)
            ask = asking(parts.checkout, desk.now)
            told = parts.comparisons.differences(found, ask if query.ask_platform else None)
            place = Queue(parts.office, parts.pool, town, ask, by, desk.now)
            await write(own.of(told), written, lines, partial(own.queued, place, put))
    except BaseException:
        written.close()
        raise
    return StreamingResponse(_sent(written), media_type=wanted)


def _sent(written: IO[bytes]) -> Iterator[bytes]:
    with written:
        written.seek(0)
        while chunk := written.read(CHUNK):
            yield chunk
