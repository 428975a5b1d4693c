"""Many who append at once are two batches that take turns: one is committed, one is on its way."""

import asyncio

import psycopg
import pytest

from adapters.event_store.appender import UNDER_WAY, WORTH_ONE, Appender
from adapters.event_store.errors import ConcurrentUpdate
from tests.adapters.event_store.proposals import (
    append_at_once,
    blocked_appends,
    following,
    held_up,
    proposal,
    until,
)
from tests.adapters.event_store.wire import Loss
from tests.keys import MAPPER

MANY = UNDER_WAY * WORTH_ONE
COMMITS = "SELECT count(*) FROM events GROUP BY xmin ORDER BY min(notification_id)"


def commits(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [count for (count,) in connection.execute(COMMITS)]


@pytest.mark.parametrize(
    ("producers", "expected"),
    [
        pytest.param(MANY, [MANY // 2] * 4, id="many take turns"),
        pytest.param(MANY - 1, [MANY - 1] * 2, id="few are not worth two commits"),
    ],
)
async def test_how_many_go_together(appender, database_url, producers, expected) -> None:
    async def append_twice() -> None:
        await appender.append(following(await appender.append(proposal())))

    await asyncio.gather(*(append_twice() for _ in range(producers)))
    assert commits(database_url) == expected


async def test_a_second_batch_is_sent_before_the_first_is_committed(appender, database_url) -> None:
    """Else whoever comes after it would go along with it."""
    async with held_up(database_url):
        first = append_at_once(appender, [proposal() for _ in range(WORTH_ONE)])
        await until(lambda: blocked_appends(database_url))
        second = append_at_once(appender, [proposal() for _ in range(WORTH_ONE)])
        for _ in range(10):  # turns of the event loop: it is taken and sent
            await asyncio.sleep(0)
        third = append_at_once(appender, [proposal()])
        await asyncio.sleep(0)
    await asyncio.gather(first, second, third)
    assert commits(database_url) == [WORTH_ONE, WORTH_ONE, 1]


async def test_in_both_batches_each_is_told_its_own(appender, log) -> None:
    stale = {1, MANY - 2}
    asked = [proposal(expected_version=7 if n in stale else 0) for n in range(MANY)]
    answers = await append_at_once(appender, asked)
    assert {n for n, a in enumerate(answers) if isinstance(a, ConcurrentUpdate)} == stale
    appended = [a for n, a in enumerate(answers) if n not in stale]
    assert [a.stream_id for a in appended] == [p.stream_id for p in asked if not p.expected_version]
    assert [a.position for a in appended] == list(range(1, MANY - len(stale) + 1))


async def test_who_gives_up_before_they_are_told_keeps_nobody_waiting(appender, log) -> None:
    async def append_and_stop_another() -> None:
        await appender.append(proposal())
        tasks[-2].cancel()

    first = asyncio.create_task(append_and_stop_another())
    tasks = [first, *(asyncio.create_task(appender.append(proposal())) for _ in range(MANY - 1))]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[-2], asyncio.CancelledError)
    assert answers[-1].position == await log.head()


@pytest.mark.parametrize("loss", Loss, ids=lambda loss: loss.name)
async def test_both_are_sent_again_where_the_connection_breaks_off(wire, log, loss) -> None:
    async with Appender(wire.url, MAPPER) as appender:
        await appender.append(proposal())
        wire.lose_next(loss)
        answers = await append_at_once(appender, [proposal() for _ in range(MANY)])
    assert sorted(a.position for a in answers) == list(range(2, MANY + 2))
    assert await log.head() == MANY + 1
