from dataclasses import replace

import pytest

from domain.application.commands import ApplicationCommand
from domain.application.decisions import APPLICATION
from domain.application.state import Status
from domain.errors import (
    AlreadyDecided,
    AlreadyEnded,
    ClaimedByAnother,
    CorrectionIsOpen,
    NotClaimed,
    NotReceivedYet,
    ReasonMissing,
)
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import COLLEAGUE
from tests.given import Given

given = Given(APPLICATION)
CLERK_WORK = [asked.approve, asked.reject, asked.forward, asked.pass_on, asked.request_correction]
DECISIONS = [asked.approve, asked.reject]


def by_colleague(command: ApplicationCommand) -> ApplicationCommand:
    return replace(command, clerk=COLLEAGUE)  # type: ignore[arg-type]


def test_a_clerk_claims_a_complete_application() -> None:
    given(*past.handed_over).when(asked.claim).then(h.claimed)


def test_claiming_twice_changes_nothing() -> None:
    given(*past.in_hands).when(asked.claim).then_nothing_happens()


def test_a_claimed_application_is_not_claimed_by_another() -> None:
    given(*past.in_hands).when(by_colleague(asked.claim)).then_refused(ClaimedByAnother)


def test_a_released_application_may_be_claimed_by_another() -> None:
    given(*past.in_hands, h.released).when(by_colleague(asked.claim)).then(
        replace(h.claimed, claimed_by=COLLEAGUE)
    )


def test_a_clerk_releases_what_the_clerk_has_claimed() -> None:
    given(*past.in_hands).when(asked.release).then(h.released)
    given(*past.in_hands).when(by_colleague(asked.release)).then_refused(ClaimedByAnother)


def test_releasing_what_nobody_has_claimed_changes_nothing() -> None:
    given(*past.handed_over).when(asked.release).then_nothing_happens()


@pytest.mark.parametrize("work", CLERK_WORK)
def test_a_clerk_claims_before_working(work: ApplicationCommand) -> None:
    given(*past.handed_over).when(work).then_refused(NotClaimed)


@pytest.mark.parametrize("work", CLERK_WORK)
def test_nobody_works_on_what_another_has_claimed(work: ApplicationCommand) -> None:
    given(*past.in_hands).when(by_colleague(work)).then_refused(ClaimedByAnother)


def test_an_application_in_hands_is_approved() -> None:
    given(*past.in_hands).when(asked.approve).then(h.approved)


def test_a_document_order_is_approved_and_waits_for_dispatch() -> None:
    given(*past.certificate_approved[:-1]).when(asked.approve).then(h.approved)


def test_what_is_not_complete_is_not_approved_even_if_it_was_handed_over() -> None:
    history = (h.submitted(asked.submit_reduced), h.received, h.claimed)
    given(*history).when(asked.approve).then_refused(NotReceivedYet)


@pytest.mark.parametrize("decision", DECISIONS)
def test_an_open_correction_blocks_the_decision(decision: ApplicationCommand) -> None:
    given(*past.in_correction).when(decision).then_refused(CorrectionIsOpen)


@pytest.mark.parametrize("decision", DECISIONS)
def test_an_approved_application_is_not_decided_again(decision: ApplicationCommand) -> None:
    given(*past.to_be_collected).when(decision).then_refused(AlreadyDecided)
    given(*past.ready).when(decision).then_refused(AlreadyDecided)


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("status", past.ENDED_AS)
def test_an_ended_application_is_not_decided(decision: ApplicationCommand, status: Status) -> None:
    given(*past.ENDED_AS[status]).when(decision).then_refused(AlreadyEnded)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (past.in_hands, replace(asked.reject, reason=" ")),
        (past.in_hands, replace(asked.forward, reason="")),
        (past.in_hands, replace(asked.request_correction, message="\n")),
        (past.in_correction, replace(asked.expire, reason="")),
        (past.ENDED_AS[Status.REJECTED], replace(asked.reopen(), reason="")),
    ],
    ids=["reject", "forward", "correct", "expire", "reopen"],
)
def test_what_hurts_needs_a_reason(history: past.History, command: ApplicationCommand) -> None:
    given(*history).when(command).then_refused(ReasonMissing)
