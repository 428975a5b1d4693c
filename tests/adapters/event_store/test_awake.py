"""A short answer is stayed awake for, a late one is not waited out; and nobody loses their turn."""

import asyncio

import pytest

from adapters.event_store import awake
from adapters.event_store.awake import LATE, MOST_TRUST, REST, SOON_SECONDS, Awake

Answer = asyncio.Future[None]


class Clock:
    """Stands still unless it is told to go on by so much with each look at it."""

    def __init__(self) -> None:
        self.step = 0.0
        self.looked = 0
        self._now = 0.0

    def __call__(self) -> float:
        self.looked += 1
        self._now += self.step
        return self._now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(awake, "perf_counter", clock)
    return clock


def unanswered() -> Answer:
    return asyncio.get_running_loop().create_future()


async def stays_awake(waking: Awake, clock: Clock, answer: Answer) -> bool:
    before = clock.looked
    await waking.for_a_while(answer)
    return clock.looked > before


async def test_others_have_their_turns_until_the_answer_is_there(clock) -> None:
    answer, turns = unanswered(), list[int]()

    async def others() -> None:
        for turn in range(50):
            turns.append(turn)
            await asyncio.sleep(0)
        answer.set_result(None)

    working = asyncio.create_task(others())
    await Awake().for_a_while(answer)
    assert answer.done()
    assert len(turns) == 50
    await working


async def test_an_answer_that_is_late_is_not_waited_out(clock) -> None:
    clock.step = SOON_SECONDS
    answer = unanswered()
    await asyncio.wait_for(Awake().for_a_while(answer), 60)
    assert not answer.done()


async def test_where_answers_are_late_most_of_them_are_slept_for(clock) -> None:
    waking, never = Awake(), unanswered()
    clock.step = SOON_SECONDS
    awake_at = [n for n in range(2 * REST) if await stays_awake(waking, clock, never)]
    trusted = MOST_TRUST // LATE
    assert awake_at[:trusted] == list(range(trusted))
    assert len(awake_at) <= trusted + 2


async def test_once_answers_come_soon_again_they_are_stayed_awake_for(clock) -> None:
    waking, soon = Awake(), unanswered()
    clock.step = SOON_SECONDS
    while await stays_awake(waking, clock, unanswered()):
        pass
    soon.set_result(None)
    clock.step = 0
    told = [await stays_awake(waking, clock, soon) for _ in range(2 * REST)]
    assert told[-REST // 2 :] == [True] * (REST // 2)


async def test_now_and_then_a_late_one_changes_nothing(clock) -> None:
    waking, soon = Awake(), unanswered()
    soon.set_result(None)
    for _ in range(20):
        clock.step = SOON_SECONDS
        assert await stays_awake(waking, clock, unanswered())
        clock.step = 0
        for _ in range(2 * LATE):
            assert await stays_awake(waking, clock, soon)


async def test_an_answer_that_came_while_the_processor_was_elsewhere_was_late(clock) -> None:
    waking, there = Awake(), unanswered()
    there.set_result(None)
    clock.step = 2 * SOON_SECONDS
    told = [await stays_awake(waking, clock, there) for _ in range(REST)]
    assert told.count(True) < REST // 10
