"""Carrying commands out: rules decide on what is stored, and every command has one answer."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.office import Done, Office, StaleVersion
from adapters.postgres.connecting import pool
from domain.application.commands import ApplicationCommand
from domain.application.decisions import APPLICATION
from domain.application.state import Application, Status
from domain.errors import AlreadySubmitted, ClaimedByAnother, NotSubmitted, Refused
from tests.adapters.event_store.orders import CASE, IN_HANDS, at_once, carry_out, order
from tests.domain.application import asked
from tests.domain.application.facts import CLERK, COLLEAGUE
from tests.domain.application.test_transitions import COMMANDS
from tests.keys import MAPPER


class NotYours(Exception):
    pass


async def test_a_command_is_decided_on_the_stored_history(office, log) -> None:
    done = await carry_out(office, *IN_HANDS)
    assert (done.state.status, done.state.claimed_by) == (Status.RECEIVED, CLERK)
    assert (done.appended.version, done.appended.position) == (3, 3)
    assert APPLICATION.fold(await log.events(CASE)) == done.state


async def test_a_refusal_appends_nothing(office, log) -> None:
    with pytest.raises(NotSubmitted):
        await carry_out(office, asked.approve)
    await carry_out(office, asked.submit_minor)
    with pytest.raises(AlreadySubmitted):
        await carry_out(office, asked.submit_minor)
    assert [len(await log.events(CASE)), await log.head()] == [2, 2]


async def test_who_saw_an_older_version_reads_again(office, log) -> None:
    await carry_out(office, *IN_HANDS)
    with pytest.raises(StaleVersion):
        await office.carry_out(APPLICATION, order(asked.approve, seen_version=2))
    done = await office.carry_out(APPLICATION, order(asked.approve, seen_version=3))
    assert (done.state.status, await log.head()) == (Status.APPROVED, 4)


async def test_the_guard_lets_only_those_through_who_may(office, log) -> None:
    def only_before_the_claim(state: Application) -> None:
        if state.claimed_by:
            raise NotYours

    await carry_out(office, asked.submit_minor)
    claim = order(asked.claim, guard=only_before_the_claim)
    await office.carry_out(APPLICATION, claim)
    with pytest.raises(NotYours):
        await office.carry_out(APPLICATION, order(asked.approve, guard=only_before_the_claim))
    with pytest.raises(NotYours):
        await office.carry_out(APPLICATION, claim)
    assert await log.head() == 3


async def test_of_two_clerks_who_claim_at_once_one_has_it(office, log) -> None:
    await carry_out(office, asked.submit_minor)
    both = [order(replace(asked.claim, clerk=clerk)) for clerk in (CLERK, COLLEAGUE)]
    answers = await at_once(office, *both)
    assert {type(a) for a in answers} == {Done, ClaimedByAnother}
    assert await log.head() == 3


async def test_of_decisions_made_at_once_exactly_one_stands(office, log) -> None:
    await carry_out(office, *IN_HANDS)
    decisions = [asked.approve, asked.reject, asked.withdraw, asked.forward] * 5
    answers = await at_once(office, *(order(decision) for decision in decisions))
    assert sorted(isinstance(a, Refused) for a in answers) == [False] + [True] * 19
    assert await log.head() == 4


async def test_of_decisions_on_what_was_seen_all_but_one_are_stale(office, log) -> None:
    await carry_out(office, *IN_HANDS)
    decisions = [order(d, seen_version=3) for d in (asked.approve, asked.reject)]
    answers = await at_once(office, *decisions)
    assert {type(a) for a in answers} == {Done, StaleVersion}
    assert await log.head() == 4


@given(commands=st.lists(st.sampled_from(sorted(COMMANDS)), max_size=12))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_stored_history_folds_to_the_state_that_was_lived(database_url, commands) -> None:
    stored, lived = asyncio.run(_live(database_url, [asked.submit, *map(COMMANDS.get, commands)]))
    assert stored == lived


async def _live(url: str, commands: list[ApplicationCommand]) -> tuple[Application, Application]:
    case, lived = uuid4(), APPLICATION.initial
    async with pool(url, 1) as connections, Appender(url, MAPPER) as appender:
        office = Office(EventLog(connections, MAPPER), appender)
        for command in commands:
            with suppress(Refused):
                lived = (await office.carry_out(APPLICATION, order(command, case))).state
        return APPLICATION.fold(await office.log.events(case)), lived
