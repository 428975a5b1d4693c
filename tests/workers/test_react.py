"""A reaction tries a few times, then sets one stream aside; what will pass it waits for."""

from socket import gaierror
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.event_store.errors import StoreUnavailable
from domain.application.events import ApplicationApproved, ApplicationClaimed, ApplicationPaid
from domain.payment.events import PaymentSucceeded
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.domain.application.facts import ADULT, GELSENKIRCHEN, NOW
from workers.payments import PROCESS, tell_application
from workers.react import EARLIER_IS_PARKED, TRIES, Reaction

RUNNER = "a reaction"
BACK_TO_THE_START = "UPDATE positions SET position = 0, applied = 0"
SPOIL = "UPDATE events SET state = 'spoilt' WHERE notification_id = 1"


class Handler:
    """Fails for one stream, so and so often."""

    def __init__(self, stream: UUID, error: Exception, times: int = 99) -> None:
        self.stream, self.error, self.times = stream, error, times
        self.calls: list[UUID] = []
        events = (ApplicationClaimed, ApplicationApproved)
        self.reaction = Reaction(RUNNER, dict.fromkeys(events, self.handle))

    async def handle(self, _parts, _connection, recorded) -> None:
        self.calls.append(recorded.stream_id)
        if recorded.stream_id == self.stream and self.calls.count(self.stream) <= self.times:
            raise self.error


@pytest.fixture
async def streams(log) -> tuple[UUID, UUID]:
    bad, good = uuid4(), uuid4()
    await log.record_all([(bad, h.claimed), (good, h.claimed), (bad, h.approved)])
    return bad, good


async def work_off(reaction: Reaction, parts, log) -> None:
    async with log.connection() as connection:
        while await reaction.step(parts, connection):
            pass


async def position(log) -> list[int]:
    return [
        row["position"]
        for row in await log.ask("SELECT * FROM positions WHERE runner = %s", RUNNER)
    ]


async def test_a_stream_that_cannot_be_handled_is_set_aside_and_others_flow_on(
    parts, log, streams
) -> None:
    bad, good = streams
    handler = Handler(bad, ValueError("Eva Muster"))
    await work_off(handler.reaction, parts, log)
    assert handler.calls == [bad] * TRIES + [good]
    parked = await log.ask("SELECT position, error FROM parked ORDER BY position")
    assert [tuple(row.values()) for row in parked] == [(1, "ValueError"), (3, EARLIER_IS_PARKED)]
    assert await position(log) == [3]


async def test_a_failure_that_is_over_when_it_tries_again_leaves_no_trace(
    parts, log, streams
) -> None:
    bad, good = streams
    handler = Handler(bad, ValueError(), times=TRIES - 1)
    await work_off(handler.reaction, parts, log)
    assert handler.calls == [bad] * TRIES + [good, bad]
    assert await log.parked() == []


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable(),
        OSError(),
        ConnectionResetError(),
        TimeoutError(),
        gaierror(),
        psycopg.OperationalError(),
    ],
)
async def test_what_will_pass_is_waited_for(parts, log, streams, error) -> None:
    handler = Handler(streams[0], error, times=1)
    with pytest.raises(type(error)):
        await work_off(handler.reaction, parts, log)
    assert (await log.parked(), await position(log)) == ([], [])
    await work_off(handler.reaction, parts, log)
    assert (await log.parked(), await position(log)) == ([], [3])


@pytest.mark.parametrize("error", [PermissionError(), IsADirectoryError(), FileNotFoundError()])
async def test_a_file_of_one_event_is_no_outage(parts, log, streams, error) -> None:
    await work_off(Handler(streams[0], error).reaction, parts, log)
    assert [stream for _, stream, _ in await log.parked()] == [streams[0]] * 2
    assert await position(log) == [3]


async def test_an_event_that_cannot_be_read_sets_its_stream_aside(parts, log, streams) -> None:
    bad, good = streams
    await log.do("SET session_replication_role = replica", SPOIL)
    handler = Handler(bad, ValueError())
    await work_off(handler.reaction, parts, log)
    assert handler.calls == [good]
    assert await log.parked() == [(RUNNER, bad, 1), (RUNNER, bad, 3)]


async def test_what_a_handler_wrote_before_it_failed_is_undone(parts, log, streams) -> None:
    async def write(_parts, connection, _recorded) -> None:
        await connection.execute("INSERT INTO heartbeats VALUES ('trace', now(), '')")
        raise ValueError

    await work_off(Reaction(RUNNER, {ApplicationClaimed: write}), parts, log)
    assert len(await log.parked()) == 2
    assert await log.ask("SELECT FROM heartbeats") == []


@pytest.fixture
async def case(log) -> UUID:
    """An application whose fee has arrived, and it does not know yet."""
    case = uuid4()
    await log.record(case, h.submitted(submit))
    await log.record(
        uuid4(),
        PaymentSucceeded(
            application_id=case,
            municipality=GELSENKIRCHEN,
            cents=ADULT.fee.cents,
            currency="EUR",
            method="PAYPAL",
            reference="K-1",
            paid_at=NOW,
        ),
    )
    return case


async def test_however_often_it_is_told_the_application_is_paid_once(parts, log, case) -> None:
    for _ in range(3):
        await work_off(PROCESS, parts, log)
        await log.do(BACK_TO_THE_START)
    events = await parts.log.events(case)
    assert [type(e) for e in events].count(ApplicationPaid) == 1


async def test_told_and_killed_before_it_was_noted_it_is_told_again_in_vain(
    parts, log, case
) -> None:
    (_, succeeded) = await parts.log.page(0)
    async with log.connection() as connection:
        await tell_application(parts, connection, succeeded)
    await work_off(PROCESS, parts, log)
    assert [type(e) for e in await parts.log.events(case)].count(ApplicationPaid) == 1
