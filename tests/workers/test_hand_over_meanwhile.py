"""What happens to an application while it is handed over, and is not to be lost for it."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from adapters.bootstrap import Parts
from adapters.hand_over.acknowledging import acknowledge
from adapters.hand_over.data_set import HandOver, finished
from adapters.hand_over.errors import HandOverIsGone
from api.app import create_app
from domain.application.events import ApplicationReopened
from tests.back_office import TOKEN, taken
from tests.domain.application import happened as h
from tests.domain.application.facts import NOW
from tests.projections.log import Log
from tests.serving import serve
from tests.workers.handed_over import APPROVED, ROWS, facts, hand_over, knowing, stands
from tests.workers.supervised import WITHIN_SECONDS
from workers import hand_over as sending
from workers.hand_over import PAUSES, QUEUEING

LAST_TRY = "UPDATE hand_overs SET due_at = clock_timestamp(), attempts = 9"
NOW_DUE = "UPDATE hand_overs SET due_at = clock_timestamp()"
REOPENED = ApplicationReopened(
    reason="A wrong tariff", reopened_by="clerk-anna", reopened_at=NOW, due_on=None, derivation=()
)
REFUSED = (500, {}, b"")
SPOIL = """UPDATE events SET state = 'spoilt' WHERE notification_id = 1"""


class PowerCut(Exception):
    """The sender is no more."""


async def the_one(log: Log) -> HandOver:
    (row,) = await log.ask(ROWS)
    return HandOver(*(row[name] for name in HandOver._fields))


async def queued(log: Log, parts: Parts) -> None:
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass


@pytest.mark.parametrize("answer", [REFUSED, taken()])
async def test_who_acknowledges_before_it_answers_has_it(
    log, handing, receiver, database_url, answer
) -> None:
    """Within its handler it stores the application, says so, and only then answers; or fails to."""
    stream, said = uuid4(), []
    await log.record(stream, *APPROVED)
    await queued(log, handing)
    await log.do(LAST_TRY)
    async with serve(create_app(handing.settings, database_url)) as api:

        def acknowledged() -> tuple[int, dict[str, str], bytes]:
            address = f"{api}/api/v1/hand-overs/{receiver.calls[-1]}/acknowledgement"
            by = {"Authorization": f"Bearer {TOKEN}"}
            told = httpx.post(address, json={"reference": "L-7"}, headers=by, timeout=60)
            said.append((told.status_code, told.json().get("reference")))
            return answer

        receiver.answer = acknowledged
        await hand_over(log, handing)
    assert said == [(200, "L-7")]
    assert await stands(log) == [("delivered", len(PAUSES) + 1, "")]
    assert [fact.reference for fact in await facts(handing, stream)] == ["L-7"]


async def test_what_is_acknowledged_just_when_it_is_given_up_is_delivered(
    log, handing, receiver, monkeypatch
) -> None:
    """After the sender has looked at the log, and before it has let go of the row."""
    await log.record(uuid4(), *APPROVED)
    await queued(log, handing)
    await log.do(LAST_TRY)
    look, looked = sending._settled, []

    async def late(parts: Parts, one: HandOver) -> object:
        found = await look(parts, one)
        if not looked:
            await acknowledge(parts.office, one, "L-8", datetime.now(UTC))
        looked.append(found)
        return found

    monkeypatch.setattr(sending, "_settled", late)
    receiver.answer = lambda: REFUSED
    await hand_over(log, handing)
    assert looked == [None, (sending.DELIVERED,)]
    assert await stands(log) == [("delivered", len(PAUSES) + 1, "")]


async def test_a_sender_that_dies_as_it_gives_up_leaves_nothing_failed_that_was_acknowledged(
    log, handing, receiver, monkeypatch
) -> None:
    """After it has let go of the row, and before it looks whether it was acknowledged meanwhile."""
    await log.record(uuid4(), *APPROVED)
    await queued(log, handing)
    await log.do(LAST_TRY)
    look, looks = sending._settled, []

    async def die(parts: Parts, one: HandOver) -> object:
        looks.append(one)
        if len(looks) == 2:
            raise PowerCut
        found = await look(parts, one)
        if len(looks) == 1:
            await acknowledge(parts.office, one, "L-8", datetime.now(UTC))
        return found

    monkeypatch.setattr(sending, "_settled", die)
    receiver.answer = lambda: REFUSED
    with pytest.raises(PowerCut):
        await hand_over(log, handing)
    await log.do(NOW_DUE)
    await hand_over(log, handing)
    assert [state for state, _, _ in await stands(log)] == ["delivered"]


async def test_a_person_is_erased_while_a_back_office_is_called(log, handing, receiver) -> None:
    stream, loop = uuid4(), asyncio.get_running_loop()
    await log.record(stream, *APPROVED, h.ready, h.picked_up)

    async def erase() -> None:
        await log.record(stream, h.erased)
        await handing.eraser.forget(stream)

    def meanwhile() -> tuple[int, dict[str, str], bytes]:
        asyncio.run_coroutine_threadsafe(erase(), loop).result(WITHIN_SECONDS)
        return REFUSED

    receiver.answer = meanwhile
    await hand_over(log, handing)
    ((state, _, error),) = await stands(log)
    assert (state, error, len(receiver.calls)) == ("dropped", "", 1)


async def test_a_decision_that_was_undone_in_time_is_not_handed_over(
    log, handing, receiver
) -> None:
    stream = uuid4()
    await log.record(stream, *APPROVED)
    await queued(log, handing)
    await log.record(stream, REOPENED, h.claimed, h.approved)
    await hand_over(log, handing)
    assert [state for state, _, _ in await stands(log)] == ["dropped", "delivered"]
    (told,) = receiver.received.values()
    assert told["data"]["application_version"] == len(APPROVED) + 3


async def test_what_was_undone_is_not_there_to_fetch_and_listed_no_more(
    log, parts, receiver, database_url
) -> None:
    fetching, stream = knowing(parts, receiver.entry(url=None, secrets=[])), uuid4()
    await log.record(stream, *APPROVED)
    await queued(log, fetching)
    await log.record(stream, REOPENED)
    async with (
        serve(create_app(fetching.settings, database_url)) as api,
        httpx.AsyncClient(
            base_url=f"{api}/api/v1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
        ) as http,
    ):
        (one,) = (await http.get("/hand-overs")).json()["hand_overs"]
        assert (await http.get(f"/hand-overs/{one['hand_over_id']}")).status_code == 404
        assert (await http.get("/hand-overs")).json()["hand_overs"] == []


async def test_what_was_taken_before_it_was_undone_stays_to_be_looked_at(
    log, handing, receiver
) -> None:
    stream = uuid4()
    await log.record(stream, *APPROVED)
    await hand_over(log, handing)
    one = await the_one(log)
    await log.record(stream, REOPENED)
    assert (await finished(handing.log, one)).hand_over == one
    with pytest.raises(HandOverIsGone):
        await finished(handing.log, one._replace(hand_over_id=uuid4()))


async def test_one_that_cannot_be_read_holds_up_no_other(log, handing, receiver) -> None:
    await log.record_all([(stream, e) for stream in (uuid4(), uuid4()) for e in APPROVED])
    await queued(log, handing)
    await log.do(f"SET session_replication_role = replica; {SPOIL}")
    await hand_over(log, handing)
    assert await stands(log) == [("queued", 1, "DecodeError"), ("delivered", 1, "")]
