"""A back office is handed what was decided, all of it and once, whatever the answer becomes."""

import asyncio
import json
from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.hand_over import calling
from adapters.hand_over.acknowledging import BACK_OFFICE
from adapters.hand_over.data_set import HandOver, finished, written
from adapters.ids import derived_id
from adapters.outgoing.retry_after import LONGEST
from adapters.proofs.errors import ProofWasDestroyed
from tests.back_office import receiving
from tests.domain.application import happened as h
from tests.domain.application.facts import PROOF
from tests.visitors import visited
from tests.workers.handed_over import (
    APPROVED,
    ROWS,
    UNPROVEN,
    facts,
    hand_over,
    knowing,
    stands,
)  # fmt: skip
from tests.workers.lives_told import EVAS_MAIL, submitted
from tests.workers.putting_off import put_off
from tests.workers.supervised import supervised, until
from workers.hand_over import PAUSES, QUEUEING, SENDER
from workers.react import reacting

NOW_DUE = "UPDATE hand_overs SET due_at = clock_timestamp()"
LAST_TRY = f"{NOW_DUE}, attempts = {len(PAUSES)}"
BACK_TO_THE_START = "UPDATE positions SET position = 0, applied = 0"


async def test_what_was_decided_is_handed_over_whole(log, handing, receiver) -> None:
    stream = uuid4()
    proven = (submitted(), h.uploaded, h.found_clean, *APPROVED[1:])
    await log.record(stream, *proven)
    await hand_over(log, handing)
    ((webhook_id, told),) = receiver.received.items()
    (row,) = await log.ask(ROWS)
    assert (webhook_id, told["type"]) == (str(row["hand_over_id"]), "application.approved")
    data = told["data"]
    assert data["application_id"] == str(stream)
    assert data["applicant"]["email"] == EVAS_MAIL
    assert data["answers"] == dict(submitted().answers)
    assert (data["fee"]["cents"], data["fee"]["paid"]["cents"]) == (2000, 2000)
    assert (data["fulfilment"], data["branch"]) == ("pickup", "buer")
    assert data["card_number"] == submitted().card_number
    (proof,) = data["proofs"]
    path = f"/api/v1/hand-overs/{webhook_id}/proofs/{PROOF}"
    assert proof["url"] == handing.settings.public_url + path
    assert (proof["media_type"], proof["sha256"]) == ("application/pdf", h.uploaded.sha256)
    (fact,) = await facts(handing, stream)
    assert (fact.reference, fact.back_office) == ("P-1", "library-system")
    assert await stands(log) == [("delivered", 1, "")]


async def test_the_number_that_it_got_cannot_be_found_by_trying(log, handing, receiver) -> None:
    """The number is sealed, and the id of the command that brought it is published."""
    stream = uuid4()
    await log.record(stream, *APPROVED)
    await hand_over(log, handing)
    (row,) = await log.ask(ROWS)
    *_, said = await handing.log.history(stream)
    assert said.event.reference == "P-1"
    assert said.metadata.command_id != derived_id(BACK_OFFICE, row["hand_over_id"], "P-1")
    assert said.metadata.command_id == derived_id(BACK_OFFICE, row["hand_over_id"], "True")


async def test_a_proof_that_a_clerk_turned_down_is_not_in_it(log, handing, receiver) -> None:
    doubtful = (submitted(), h.uploaded, h.found_clean, *UNPROVEN[1:], h.proof_turned_down)
    await log.record(uuid4(), *doubtful, h.approved)
    await hand_over(log, handing)
    (told,) = receiver.received.values()
    assert told["data"]["proofs"] == []


async def test_a_proof_that_was_destroyed_is_told_and_not_handed_out(
    log, handing, receiver
) -> None:
    stream = uuid4()
    await log.record(stream, submitted(), h.uploaded, h.found_clean, *APPROVED[1:])
    await hand_over(log, handing)
    await log.record(stream, h.proofs_destroyed)
    ((row,), (told,)) = await log.ask(ROWS), receiver.received.values()
    found = await finished(handing.log, HandOver(*(row[name] for name in HandOver._fields)))
    assert json.loads(written(found, handing.settings.public_url)) == told
    with pytest.raises(ProofWasDestroyed):
        found.proof(PROOF)
    assert found.proof(uuid4()) is None


async def test_who_begins_again_hands_nothing_over_twice(log, handing, receiver) -> None:
    stream = uuid4()
    await log.record(stream, *APPROVED)
    for _ in range(3):
        await hand_over(log, handing)
        await log.do(BACK_TO_THE_START)
    assert len(receiver.calls) == len(await facts(handing, stream)) == 1


async def test_what_was_taken_and_not_noted_comes_again_under_the_same_id(
    log, handing, receiver
) -> None:
    """The answer was lost on its way here; the number in it is the one that stands."""
    stream = uuid4()
    await log.record(stream, *APPROVED)
    await hand_over(log, handing)
    await log.do(f"{NOW_DUE}, state = 'queued'")
    await hand_over(log, handing)
    assert len(receiver.calls) == 2
    assert len(receiver.received) == 1
    assert [fact.reference for fact in await facts(handing, stream)] == ["P-1"]


async def test_the_service_of_another_back_office_or_town_is_not_its_business(
    log, parts, receiver
) -> None:
    await log.record(uuid4(), *APPROVED)
    elsewhere = receiver.entry(municipality="05562014"), receiver.entry(services=["parking"])
    for entry in elsewhere:
        await hand_over(log, knowing(parts, entry))
        await log.do(BACK_TO_THE_START)
    assert await log.ask(ROWS) == []


async def test_one_that_comes_to_fetch_is_not_called(log, parts, receiver) -> None:
    await log.record(uuid4(), *APPROVED)
    fetches = receiver.entry(url=None, secrets=[])
    async with supervised(knowing(parts, fetches), reacting(QUEUEING), SENDER):
        await until(lambda: log.ask(ROWS))
        await until(lambda: log.ask("SELECT FROM heartbeats WHERE detail LIKE 'no back office%%'"))
    assert await stands(log) == [("queued", 0, "")]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, {}, b""), "BackOfficeRefuses: HTTP 500"),
        ((410, {}, b""), "BackOfficeRefuses: HTTP 410"),
    ],
)
async def test_what_is_not_taken_is_sent_again_later(log, handing, receiver, answer, why) -> None:
    stream = uuid4()
    await log.record(stream, *APPROVED)
    receiver.answer = lambda: answer
    async with put_off(log, ROWS, PAUSES[0]):
        await hand_over(log, handing)
    assert await stands(log) == [("queued", 1, why)]
    assert await facts(handing, stream) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_where_a_redirect_leads_nothing_is_sent(log, handing, receiver, status) -> None:
    await log.record(uuid4(), *APPROVED)
    with receiving() as elsewhere:
        receiver.answer = lambda: (status, {"Location": elsewhere.url}, b"")
        await hand_over(log, handing)
    assert (len(receiver.calls), elsewhere.calls) == (1, [])
    assert await stands(log) == [("queued", 1, f"BackOfficeRefuses: HTTP {status}")]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("600", 600), (str(10**30), LONGEST), ("1", PAUSES[0]), ("soon", PAUSES[0])],
)
async def test_a_back_office_that_asks_for_time_is_given_it(
    log, handing, receiver, said, seconds
) -> None:
    await log.record(uuid4(), *APPROVED)
    receiver.answer = lambda: (503, {"Retry-After": said}, b"")
    async with put_off(log, ROWS, seconds):
        await hand_over(log, handing)


async def test_it_is_given_up_after_three_days_and_not_before(log, parts, receiver) -> None:
    gone = knowing(parts, receiver.entry(url="http://127.0.0.1:1/"))
    await log.record(uuid4(), *APPROVED)
    await hand_over(log, gone)
    await log.do(f"{NOW_DUE}, attempts = {len(PAUSES) - 1}")
    await hand_over(log, gone)
    assert [state for state, _, _ in await stands(log)] == ["queued"]
    await log.do(LAST_TRY)
    await hand_over(log, gone)
    why = "BackOfficeUnavailable: no connection"
    assert await stands(log) == [("failed", len(PAUSES) + 1, why)]
    assert sum(PAUSES) > 3 * 24 * 3600


async def test_a_name_that_leads_to_the_metadata_of_a_cloud_is_not_called(
    log, parts, receiver
) -> None:
    await log.record(uuid4(), *APPROVED)
    await hand_over(log, knowing(parts, receiver.entry(url="https://169.254.169.254/latest")))
    assert await stands(log) == [("queued", 1, "AddressNotAllowed: ")]


@pytest.mark.parametrize(
    "said", [b"", b"thanks", b"[]", b'{"reference": 7}', b'{"reference": "' + b"x" * 99_999 + b'"}']
)
async def test_an_answer_without_a_usable_number_is_an_answer(log, handing, receiver, said) -> None:
    stream = uuid4()
    await log.record(stream, *APPROVED)
    receiver.answer = lambda: (200, {}, said)
    await hand_over(log, handing)
    assert [fact.reference for fact in await facts(handing, stream)] == [""]
    assert await stands(log) == [("delivered", 1, "")]


async def test_who_says_nothing_is_not_waited_for(log, parts, receiver, monkeypatch) -> None:
    monkeypatch.setattr(calling, "CALL_SECONDS", 0.2)

    async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    await log.record(uuid4(), *APPROVED)
    async with visited(silence) as port:
        await hand_over(log, knowing(parts, receiver.entry(url=f"http://127.0.0.1:{port}/")))
    ((state, _, why),) = await stands(log)
    assert (state, why.partition(":")[0]) == ("queued", "BackOfficeUnavailable")


async def test_of_who_was_erased_nothing_is_handed_over(log, parts, receiver) -> None:
    ended = (*APPROVED, h.ready, h.picked_up)
    waiting, forgotten = uuid4(), uuid4()
    fetches = knowing(parts, receiver.entry(url=None, secrets=[]))
    await log.record_all([(s, event) for s in (waiting, forgotten) for event in ended])
    await hand_over(log, fetches)
    await log.record(waiting, h.erased)  # the process died before it came to the rest
    await parts.eraser.forget(forgotten)
    await hand_over(log, knowing(parts, receiver.entry()))
    assert [state for state, _, _ in await stands(log)] == ["dropped", "dropped"]
    assert receiver.calls == []


async def test_two_workers_call_once_each(log, handing, receiver) -> None:
    await log.record_all([(s, event) for s in [uuid4() for _ in range(8)] for event in APPROVED])
    await asyncio.gather(*(hand_over(log, handing) for _ in range(3)))
    assert sorted(receiver.calls) == sorted(receiver.received)
    assert len(receiver.calls) == 8


async def test_one_that_is_down_holds_up_no_other(log, parts, receiver) -> None:
    """Under supervision, as `work` runs them."""
    down = receiver.entry(name="down", municipality="05562014", url="http://127.0.0.1:1/")
    both = knowing(parts, down, receiver.entry())
    await log.record(uuid4(), replace(APPROVED[0], municipality="05562014"), *APPROVED[1:])
    await log.record(uuid4(), *APPROVED)
    async with supervised(both, reacting(QUEUEING), SENDER):
        await until(lambda: log.ask(f"SELECT FROM ({ROWS}) r WHERE state = 'delivered'"))
    assert [row["back_office"] for row in await log.ask(ROWS)] == ["down", "library-system"]
