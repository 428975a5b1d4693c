"""Arbitrary lives of an application: sensible next steps, mixed with whatever anybody may ask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.application import commands as c
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationEvent
from domain.application.state import Application
from domain.errors import Refused
from tests.domain.application import asked
from tests.domain.application.facts import (
    CLERK,
    COLLEAGUE,
    NOW,
    OTHER_CORRECTION,
    OTHER_PAYMENT,
    OTHER_PROOF,
)
from tests.domain.application.next_step import next_step

Chosen = Callable[[Application], c.ApplicationCommand]


@dataclass(frozen=True)
class Step:
    """One command: what was asked in which state, and what came of it."""

    command: c.ApplicationCommand
    before: Application
    events: tuple[ApplicationEvent, ...]
    after: Application


@dataclass(frozen=True)
class Life:
    steps: tuple[Step, ...]

    @property
    def history(self) -> list[ApplicationEvent]:
        return [event for step in self.steps for event in step.events]

    def __repr__(self) -> str:
        return "\n".join(
            f"{step.before.status} {step.command} -> {step.events}" for step in self.steps
        )


def _pays(payment_id: UUID, extra: int = 0) -> Chosen:
    def pays(application: Application) -> c.RecordPayment:
        cents = application.rules.fee.cents + extra
        return replace(asked.pay(), payment_id=payment_id, cents=cents)

    return pays


def _by_the_clerk_in_charge(command: c.RequestCorrection | c.RejectApplication) -> Chosen:
    return lambda application: replace(command, clerk=application.claimed_by or CLERK)


ABOUT_MONEY = (asked.refunded, asked.charged_back, asked.assign_here, asked.correct_money)


def _about_some_money(command: c.ApplicationCommand) -> Chosen:
    """Of what has arrived, the newest: it is the fee, or will not be."""

    def about(application: Application) -> c.ApplicationCommand:
        payment_id = next(reversed(application.money), OTHER_PAYMENT)
        return replace(command, payment_id=payment_id)

    return about


def _always(command: c.ApplicationCommand) -> Chosen:
    return lambda _: command


COMMANDS: list[c.ApplicationCommand] = [
    asked.submit,
    asked.upload,
    replace(asked.upload, proof_id=OTHER_PROOF, digest="b" * 32),
    replace(asked.upload, digest="c" * 32),
    asked.find_clean,
    asked.find_refused,
    replace(asked.find_clean, proof_id=OTHER_PROOF),
    asked.accept_proof,
    asked.refuse_proof,
    asked.take_fee,
    asked.refunded,
    asked.charged_back,
    asked.assign,
    asked.assign_here,
    asked.correct_money,
    asked.claim,
    replace(asked.claim, clerk=COLLEAGUE),
    asked.release,
    replace(asked.release, clerk=COLLEAGUE),
    asked.approve,
    replace(asked.approve, clerk=COLLEAGUE),
    asked.reject,
    asked.request_correction,
    replace(asked.request_correction, correction_id=OTHER_CORRECTION, clerk=COLLEAGUE),
    asked.answer(),
    replace(asked.answer(), correction_id=OTHER_CORRECTION),
    asked.cancel_correction(),
    asked.withdraw,
    asked.forward,
    asked.pass_on,
    asked.expire,
    asked.extend,
    asked.let_pass,
    asked.destroy_proofs,
    asked.reopen(),
    asked.mark_ready,
    asked.hand_out,
    asked.dispatch,
    asked.hand_over,
    asked.note_not_delivered,
    asked.send_again,
    asked.settle_notice,
    asked.correct_email,
]
A_DAY, NINE_DAYS = timedelta(days=1), timedelta(days=9)
CHOICES: list[Chosen | timedelta] = [
    *[_about_some_money(about) for about in ABOUT_MONEY] * 2,
    *[next_step] * 28,
    *[A_DAY] * 4,
    *[NINE_DAYS] * 2,
    *[_always(asked.let_pass)] * 4,
    *[_by_the_clerk_in_charge(asked.request_correction)] * 4,
    *[_by_the_clerk_in_charge(asked.reject)] * 2,
    _pays(OTHER_PAYMENT),
    _pays(asked.pay().payment_id),
    _pays(asked.pay().payment_id, extra=1),
    *map(_always, COMMANDS),
]


def live(submission: c.SubmitApplication, choices: Iterable[Chosen | timedelta]) -> Life:
    application, now, steps = APPLICATION.initial, NOW, list[Step]()
    for choice in [_always(submission), *choices]:
        if isinstance(choice, timedelta):
            now += choice
            continue
        steps.append(_step(application, at(choice(application), now)))
        application = steps[-1].after
    return Life(tuple(steps))


def at(command: c.ApplicationCommand, now: datetime) -> c.ApplicationCommand:
    return replace(command, now=now)


def _step(application: Application, command: c.ApplicationCommand) -> Step:
    try:
        events = APPLICATION.decide(application, command)
    except Refused:
        events = []
    after = application
    for event in events:
        after = APPLICATION.evolve(after, event)
    return Step(command, application, tuple(events), after)


choices = st.integers(0, len(CHOICES) - 1).map(CHOICES.__getitem__)
lives = st.builds(
    live, st.sampled_from(asked.SUBMISSIONS), st.lists(choices, min_size=5, max_size=40)
)
CAN_EXPIRE = [one for one in asked.SUBMISSIONS if one.rules.expiry.unpaid_days]
lives_that_can_expire = st.builds(
    live, st.sampled_from(CAN_EXPIRE), st.lists(choices, min_size=2, max_size=30)
)
# However far it has come, the money goes or turns out to be something else.
LIVES_WITH_LOST_MONEY = [
    live(submission, [*[next_step] * steps, A_DAY, _about_some_money(about)])
    for submission in CAN_EXPIRE
    for steps in range(9)
    for about in ABOUT_MONEY
]
