"""Every history folds, even one that the rules would never make."""

from contextlib import suppress
from functools import reduce
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.errors import Refused
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import NOW, PAYMENT
from tests.domain.application.lives import COMMANDS

EVENTS = [
    *{type(event): event for life in past.BY_STATUS.values() for event in life}.values(),
    h.uploaded,
    h.found_clean,
    h.proof_refused,
    h.proof_accepted,
    h.proof_turned_down,
    h.proofs_destroyed,
    h.released,
    h.passed_on,
    h.handed_over,
    h.not_delivered,
    h.sent_again,
    h.settled,
    h.email_corrected,
    h.erased,
    past.answered,
    past.correction_cancelled,
    past.refund_cancelled,
    h.refund_done(),
    h.charged_back(),
    h.assigned,
    h.corrected,
    h.gone_twice,
    h.claim_settled,
    h.extended,
    h.recomputed,
    h.due_soon,
    h.escalated,
    h.reminded,
    e.UnmatchedMoneyReceived(
        payment_id=PAYMENT,
        municipality="",
        cents=1,
        currency="EUR",
        method="",
        reference="",
        reason="",
        paid_at=NOW,
    ),
    e.ApplicationReopened(reason="", reopened_by="", reopened_at=NOW, due_on=None, derivation=()),
]
histories = st.lists(st.sampled_from(EVENTS), max_size=12)


@settings(max_examples=200, deadline=None)
@given(histories)
def test_any_order_of_events_folds_and_answers_every_command(
    history: list[e.ApplicationEvent],
) -> None:
    application = APPLICATION.fold(history)
    for command in COMMANDS:
        with suppress(Refused):
            APPLICATION.fold([*history, *APPLICATION.decide(application, command)])


@settings(max_examples=200, deadline=None)
@given(histories)
def test_a_fold_in_one_draft_ends_as_the_same_steps_each_with_a_copy(
    history: list[e.ApplicationEvent],
) -> None:
    states = [APPLICATION.initial]
    for event in history:
        before = repr(states[-1])
        states.append(APPLICATION.evolve(states[-1], event))
        assert repr(states[-2]) == before
    folded = APPLICATION.fold(history)
    assert vars(folded) == vars(states[-1])
    assert reduce(APPLICATION.evolve, history, folded) == APPLICATION.fold([*history, *history])
    assert vars(folded) == vars(states[-1])


def test_every_event_there_is_is_tried() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(e.ApplicationEvent))
