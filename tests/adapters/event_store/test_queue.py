"""Whoever waits for the same stream keeps nobody else waiting, and the process not busy."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import pytest

from adapters.event_store.appender import Appender
from adapters.event_store.batch import Waiting
from adapters.event_store.queue import Queue
from tests.adapters.event_store.proposals import append_at_once, held_up, proposal, until

MANY = 1_000


class Caller(asyncio.Future[object]):
    """Counts how often one looks whether they are still there."""

    looks = 0

    def done(self) -> bool:
        self.looks += 1
        return super().done()


def waiting(stream_id: UUID | None = None, command_id: UUID | None = None) -> Waiting:
    return Waiting(proposal(stream_id, command_id=command_id), [], None, Caller())


def emptied(queue: Queue, most: int = 500) -> list[list[Waiting]]:
    batches = []
    while queue:
        batches.append(queue.next_batch(most).waiting)
    return batches


@pytest.mark.parametrize("same", ["stream", "command"])
async def test_of_many_for_one_each_is_looked_at_a_few_times(same) -> None:
    queue, only = Queue(), uuid4()
    those = [waiting(**{f"{same}_id": only}) for _ in range(MANY)]
    for one in those:
        queue.add(one)
    assert emptied(queue) == [[one] for one in those]
    assert max(one.answer.looks for one in those) < 10


async def test_others_go_past_them() -> None:
    queue, only = Queue(), uuid4()
    same, others = [waiting(only) for _ in range(3)], [waiting() for _ in range(4)]
    for one in (*same, *others):
        queue.add(one)
    assert emptied(queue, most=3) == [
        [same[0], *others[:2]],
        [same[1], *others[2:]],
        [same[2]],
    ]


async def test_all_are_in_one_batch_in_which_nothing_occurs_twice() -> None:
    queue = Queue()
    streams, commands = [uuid4() for _ in range(7)], [uuid4() for _ in range(11)]
    those = [waiting(streams[n % 7], commands[n * n % 11]) for n in range(300)]
    for one in those:
        queue.add(one)
    assert len(queue) == len(list(queue)) == 300
    batches = emptied(queue)
    assert Counter(id(one) for batch in batches for one in batch) == Counter(map(id, those))
    for batch in batches:
        assert len({one.proposal.stream_id for one in batch}) == len(batch)
        assert len({one.proposal.metadata.command_id for one in batch}) == len(batch)


async def test_who_has_gone_is_not_waited_for() -> None:
    queue, only = Queue(), uuid4()
    those = [waiting(only) for _ in range(5)]
    for one in those:
        queue.add(one)
    assert queue.next_batch(500).waiting == [those[0]]
    those[1].answer.cancel()
    those[3].answer.cancel()
    assert emptied(queue) == [[those[2]], [those[4]]]


async def test_closing_tells_also_those_who_wait_for_one_another(database_url, log) -> None:
    stream = uuid4()
    async with held_up(database_url):
        async with Appender(database_url, log.mapper) as appender:
            answers = append_at_once(appender, [proposal(stream) for _ in range(5)])
            await until(lambda: asyncio.sleep(0, len(appender._waiting) == 4))
        assert len([one for one in await answers if isinstance(one, Exception)]) == 5
