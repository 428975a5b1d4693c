"""An append is stored wholly or not at all, in one order, once for each command."""

from itertools import chain
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from adapters.event_store.appender import Appender
from adapters.event_store.errors import CommandIdReused, ConcurrentUpdate
from adapters.event_store.recorded import Appended
from tests.adapters.event_store.proposals import (
    ONE,
    THREE,
    TWO,
    append_at_once,
    following,
    proposal,
)
from tests.keys import MAPPER

STREAM, COMMAND = uuid4(), uuid4()


async def test_what_was_appended_is_loaded_back(appender, log) -> None:
    asked = proposal(events=THREE)
    appended = await appender.append(asked)
    assert (appended.stream_id, appended.version, appended.position) == (asked.stream_id, 3, 3)
    assert await log.events(asked.stream_id) == list(THREE)


async def test_an_unknown_stream_is_empty(log) -> None:
    assert (await log.events(uuid4()), await log.head()) == ([], 0)


async def test_the_envelope_is_loaded_back_too(appender, log) -> None:
    asked = proposal(events=TWO)
    await appender.append(asked)
    first, second = await log.history(asked.stream_id)
    assert (first.version, second.version, second.metadata) == (1, 2, asked.metadata)
    assert first.event_id != second.event_id
    assert first.recorded_at <= second.recorded_at


async def test_versions_count_on_from_append_to_append(appender, log) -> None:
    before = await appender.append(proposal(STREAM, 0, THREE))
    await appender.append(following(before, TWO))
    assert [e.version for e in await log.history(STREAM)] == [1, 2, 3, 4, 5]


async def test_positions_have_no_gap_and_follow_the_commits(appender, log) -> None:
    many = [proposal(events=(ONE, TWO, THREE)[n % 3]) for n in range(700)]
    answers = await append_at_once(appender, many)
    ends = [a.position for a in answers]
    pages = [page async for page in log.read()]
    assert [e.position for e in chain(*pages)] == list(range(1, max(ends) + 1))
    assert ends == sorted(ends)
    assert await log.head() == max(ends)


async def test_the_events_of_one_append_lie_together(appender, log) -> None:
    many = [proposal(events=THREE) for _ in range(50)]
    await append_at_once(appender, many)
    streams = [e.stream_id for e in await log.page(0)]
    assert streams == [one.stream_id for one in many for _ in THREE]


async def test_a_stale_version_is_a_conflict_and_nothing_is_stored(appender, log) -> None:
    await appender.append(proposal(STREAM))
    for stale in (0, 2, -1):
        with pytest.raises(ConcurrentUpdate):
            await appender.append(proposal(STREAM, stale, THREE))
    assert await log.events(STREAM) == list(ONE)


async def test_an_append_that_does_not_continue_the_chain_is_a_conflict(appender, log) -> None:
    before = await appender.append(proposal(STREAM))
    with pytest.raises(ConcurrentUpdate):
        await appender.append(replace(following(before), previous=bytes(32)))
    assert await log.events(STREAM) == list(ONE)


async def test_a_conflict_touches_no_other_append_of_its_batch(appender, log) -> None:
    batch = [proposal(), proposal(expected_version=7, events=THREE), proposal(events=TWO)]
    before, conflict, after = await append_at_once(appender, batch)
    assert isinstance(conflict, ConcurrentUpdate)
    assert (before.position, after.position) == (1, 3)
    assert await log.head() == 3


async def test_beside_refused_ones_each_is_told_the_hash_it_goes_on_from(appender, log) -> None:
    stale = proposal(expected_version=7, events=THREE), proposal(expected_version=5, events=TWO)
    good = [proposal(events=events) for events in (TWO, (), THREE)]
    answers = await append_at_once(appender, [stale[0], good[0], good[1], stale[1], good[2]])
    for answer in (answers[1], answers[2], answers[4]):
        await appender.append(following(answer))
    assert [await log.head(), *map(type, (answers[0], answers[3]))] == [8, *[ConcurrentUpdate] * 2]


async def test_of_two_appends_to_one_version_one_stands(appender, log) -> None:
    answers = await append_at_once(appender, [proposal(STREAM), proposal(STREAM)])
    assert [type(a) for a in answers] == [Appended, ConcurrentUpdate]
    assert await log.events(STREAM) == list(ONE)


async def test_a_refused_command_may_come_again_under_its_id(appender, log) -> None:
    before = await appender.append(proposal(STREAM))
    with pytest.raises(ConcurrentUpdate):
        await appender.append(proposal(STREAM, 0, TWO, COMMAND))
    again = await appender.append(following(before, TWO, COMMAND))
    assert (again.version, again.replayed) == (3, False)


@pytest.mark.parametrize("events", [(), TWO], ids=["without-events", "with-events"])
async def test_the_same_command_again_gets_its_first_answer(appender, log, events) -> None:
    before = await appender.append(proposal(STREAM))
    first = await appender.append(following(before, events, COMMAND))
    await appender.append(following(first, THREE))
    again = await appender.append(following(before, events, COMMAND))
    assert again == Appended(STREAM, first.version, first.position, replayed=True)
    assert len(await log.events(STREAM)) == 1 + len(events) + 3


async def test_the_same_command_for_a_new_stream_names_the_first_stream(appender, log) -> None:
    first = await appender.append(proposal(command_id=COMMAND))
    again = await appender.append(proposal(uuid4(), command_id=COMMAND))
    assert (again.stream_id, again.replayed, await log.head()) == (first.stream_id, True, 1)


@pytest.mark.parametrize("stream", [STREAM, None], ids=["one-stream", "a-stream-each"])
async def test_a_double_click_is_one_effect(appender, log, stream: UUID | None) -> None:
    clicks = [proposal(stream, command_id=COMMAND) for _ in range(20)]
    answers = await append_at_once(appender, clicks)
    assert [a.replayed for a in answers] == [False] + [True] * 19
    assert {(a.stream_id, a.version, a.position) for a in answers} == {(clicks[0].stream_id, 1, 1)}
    assert await log.head() == 1


async def test_a_command_is_remembered_over_a_restart(database_url) -> None:
    async with Appender(database_url, MAPPER) as before:
        first = await before.append(proposal(STREAM, command_id=COMMAND))
    async with Appender(database_url, MAPPER) as after:
        again = await after.append(proposal(STREAM, command_id=COMMAND))
    assert again == Appended(STREAM, first.version, first.position, replayed=True)


async def test_a_command_id_serves_one_request_only(appender, log) -> None:
    await appender.append(proposal(STREAM, command_id=COMMAND))
    other = proposal(STREAM, 1, command_id=COMMAND, fingerprint=b"another")
    with pytest.raises(CommandIdReused):
        await appender.append(other)
    assert await log.head() == 1


async def test_two_requests_under_one_id_at_once_are_one_effect(appender, log) -> None:
    both = [proposal(command_id=COMMAND, fingerprint=f) for f in (b"one", b"another")]
    answers = await append_at_once(appender, both)
    assert [type(a) for a in answers] == [Appended, CommandIdReused]
    assert await log.head() == 1
