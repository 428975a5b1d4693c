"""What an account shows of an application, at every turn of its life."""

from collections.abc import Sequence

import pytest
from hypothesis import given

from adapters.account_mailbox.mailbox import ApplicationState as S
from adapters.account_mailbox.states import state_of
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import Application
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import CORRECTION, DERIVATION, DUE, NOW, PARKING
from tests.domain.application.lives import Life, lives
from tests.workers.lives_told import online_only, pays_last, submitted
from workers.account_states import TURNS as TURNS_OF

answered = e.CorrectionAnswered(
    correction_id=CORRECTION,
    message="",
    changes={},
    answered_at=NOW,
    due_on=DUE,
    derivation=DERIVATION,
)
RECEIVED = (submitted(), h.paid(), h.received)
TURNS = [
    ((submitted(),), S.SUBMITTED),
    ((submitted(), h.paid()), S.SUBMITTED),
    (RECEIVED, S.RECEIVED),
    ((*RECEIVED, h.claimed), S.PROCESSING),
    ((*RECEIVED, h.claimed, h.correction_requested), S.ACTION_REQUIRED),
    ((*RECEIVED, h.claimed, h.correction_requested, answered), S.PROCESSING),
    ((*RECEIVED, h.claimed, h.approved), S.PROCESSING),
    ((*RECEIVED, h.claimed, h.approved, h.ready), S.ACTION_REQUIRED),
    (pays_last("de"), S.ACTION_REQUIRED),
    ((*pays_last("de"), h.paid(PARKING)), S.PROCESSING),
    ((online_only(), *RECEIVED[1:], h.claimed, h.approved, h.issued_online), S.COMPLETED),
]


def test_what_was_not_submitted_is_being_written() -> None:
    assert state_of(Application()) is S.INITIATED


@pytest.mark.parametrize(("life", "state"), TURNS, ids=range(len(TURNS)))
def test_an_account_shows_whose_turn_it_is(life, state) -> None:
    assert state_of(APPLICATION.fold(life)) is state


@given(lives)
def test_the_account_is_told_by_whatever_changes_what_it_shows(life: Life) -> None:
    assert untold(life.history) == []


def test_a_fee_that_went_back_after_all_is_the_applicants_turn() -> None:
    """Withdrawn, taken up again, and paid back all the same: the fee is due again."""
    withdrawn = (*past.handed_over, h.withdrawn, h.refund_due("withdrawn"))
    reopened = APPLICATION.decide(APPLICATION.fold(withdrawn), asked.reopen())
    life = (*withdrawn, *reopened, h.refund_done())
    states = [state_of(APPLICATION.fold(life[:number])) for number in (-1, len(life))]
    assert states == [S.RECEIVED, S.ACTION_REQUIRED]
    assert untold(life) == []


def untold(history: Sequence[object]) -> list[str]:
    """Which events have changed it and are none of those that are looked at."""
    states = [state_of(APPLICATION.fold(history[:n])) for n in range(len(history) + 1)]
    return [
        type(event).__name__
        for event, before, after in zip(history, states, states[1:], strict=False)
        if before is not after and type(event) not in TURNS_OF
    ]


@pytest.mark.parametrize("end", past.ENDED_AS.values(), ids=map(str, past.ENDED_AS))
def test_however_it_ends_it_is_completed(end) -> None:
    assert state_of(APPLICATION.fold(end)) is S.COMPLETED
