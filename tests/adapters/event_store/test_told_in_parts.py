"""Of many whose commit is done, half are told a moment later, so that they do not move in step."""

import asyncio

import psycopg

from adapters.event_store.batch import MANY
from adapters.event_store.errors import ConcurrentUpdate
from tests.adapters.event_store.proposals import append_at_once, following, proposal

COMMITS = "SELECT count(*) FROM events GROUP BY xmin ORDER BY min(notification_id)"


async def test_the_second_half_goes_on_while_the_first_is_committed(appender, database_url) -> None:
    async def append_twice() -> None:
        await appender.append(following(await appender.append(proposal())))

    await asyncio.gather(*(append_twice() for _ in range(MANY)))
    with psycopg.connect(database_url) as connection:
        commits = [count for (count,) in connection.execute(COMMITS)]
    assert commits == [MANY, MANY // 2, MANY // 2]


async def test_in_both_halves_each_is_told_its_own(appender, log) -> None:
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
    assert answers[-1].position == await log.head() == MANY
