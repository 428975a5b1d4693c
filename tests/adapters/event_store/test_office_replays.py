"""The same command again gets the answer it got first, whatever has happened since."""

from dataclasses import replace
from uuid import uuid4

import msgspec
import pytest

from adapters.event_store.errors import CommandIdReused
from domain.application.decisions import APPLICATION
from domain.errors import NotSubmitted
from tests.adapters.event_store.orders import CASE, IN_HANDS, carry_out, order
from tests.domain.application import asked
from tests.domain.application.facts import CLERK


async def test_a_refused_command_is_not_remembered(office) -> None:
    claim = order(asked.claim)
    with pytest.raises(NotSubmitted):
        await office.carry_out(APPLICATION, claim)
    await carry_out(office, asked.submit_minor)
    assert (await office.carry_out(APPLICATION, claim)).state.claimed_by == CLERK


async def test_a_command_again_gets_its_first_answer_though_much_has_happened(office, log) -> None:
    await carry_out(office, asked.submit_minor)
    claim = order(asked.claim, seen_version=2)
    first = await office.carry_out(APPLICATION, claim)
    await carry_out(office, asked.approve, asked.mark_ready, asked.hand_out)
    again = await office.carry_out(APPLICATION, claim)
    assert again.state == first.state
    assert again.appended == msgspec.structs.replace(first.appended, replayed=True, hash=None)
    assert await log.head() == 6


async def test_a_command_that_changed_nothing_gets_its_first_answer_too(office) -> None:
    await carry_out(office, *IN_HANDS)
    claim_twice = order(asked.claim)
    first = await office.carry_out(APPLICATION, claim_twice)
    await carry_out(office, asked.release)
    again = await office.carry_out(APPLICATION, claim_twice)
    assert (again.state.claimed_by, again.appended.version) == (CLERK, 3)
    assert (first.appended.replayed, again.appended.replayed) == (False, True)


async def test_a_submission_again_answers_with_the_first_application(office, log) -> None:
    submission = order(asked.submit_minor)
    first = await office.carry_out(APPLICATION, submission)
    again = await office.carry_out(APPLICATION, replace(submission, stream_id=uuid4()))
    assert (again.appended.stream_id, again.state) == (CASE, first.state)
    assert await log.head() == 2


@pytest.mark.parametrize("second", [asked.submit_minor, asked.claim], ids=["refused", "accepted"])
async def test_a_command_id_serves_one_request_only(office, log, second) -> None:
    first = order(asked.submit_minor)
    await office.carry_out(APPLICATION, first)
    with pytest.raises(CommandIdReused):
        await office.carry_out(APPLICATION, replace(first, command=second, fingerprint=b"other"))
    assert await log.head() == 2
