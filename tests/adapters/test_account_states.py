"""What an account shows of an application, at every turn of its life."""

import pytest

from adapters.account_mailbox.mailbox import ApplicationState as S
from adapters.account_mailbox.states import state_of
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import Application
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import CORRECTION, DERIVATION, DUE, NOW, PARKING
from tests.workers.lives_told import online_only, pays_last, submitted

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


@pytest.mark.parametrize("end", past.ENDED_AS.values(), ids=map(str, past.ENDED_AS))
def test_however_it_ends_it_is_completed(end) -> None:
    assert state_of(APPLICATION.fold(end)) is S.COMPLETED
