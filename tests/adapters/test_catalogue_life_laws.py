"""A whole life goes on as it was filed, whatever becomes of the catalogue between its steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.catalogue.calendar import working_calendar
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import compose
from adapters.mail.notices import NOTICES
from api.answers import require_sound_changes
from api.refusals import FormHasProblems
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import ENDED
from domain.municipality.commands import SetClosingDays
from domain.municipality.municipality import ClosingRule, Municipality
from domain.working_days import BERLIN, legal_day
from tests.adapters.changing_catalogue import (
    BEGUN,
    Change,
    Log,
    any_change,
    carry_out,
    closing_days,
    moved_on,
)
from tests.adapters.event_store.proposals import metadata
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from workers.scenario.life import Life
from workers.scenario.next_step import next_step
from workers.scenario.submitting import submission
from workers.scenario.table import scenario
from workers.scenario.visits import Fate, Visit

SCENARIO = scenario("emscher-lippe-2021")
CASE, MAIL = UUID(int=1), UUID(int=2)
MORNING = datetime(2021, 6, 16, 9, tzinfo=BERLIN)
SERVICES = (
    "library-card",
    "birth-certificate",
    "dog-tax-registration",
    "resident-parking-permit",
    "social-ticket",
    "garden-water-meter",
    "childcare-fee-review",
)
FATES = (Fate.PLAIN, Fate.CORRECTED, Fate.REJECTED)
BY_CALENDAR = frozenset({"due_on", "derivation", "working_days_left"})
law = settings(max_examples=80, deadline=None)
Between = Sequence[Sequence[Change]]


@dataclass
class Lived:
    """`steps`: by which step each event came."""

    events: list[Any] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    @property
    def without_deadlines(self) -> list[Any]:
        return [_apart_from(BY_CALENDAR, event) for event in self.events]

    def only(self, kind: type) -> Any:
        (found,) = (event for event in self.events if isinstance(event, kind))
        return found


def _apart_from(names: frozenset[str], event: Any) -> tuple[Any, ...]:
    told = (getattr(event, each.name) for each in fields(event) if each.name not in names)
    return type(event), *told


@cache
def commands(service: str, fate: Fate) -> tuple[Any, ...]:
    """What is asked in such a life, in a catalogue that stays as it is."""
    offer = BEGUN.catalogue().offer(GELSENKIRCHEN, service)
    visit = Visit(1, GELSENKIRCHEN, e.Channel.ONLINE, MORNING, "account-1", service, fate)
    life = Life(visit, offer.town, CASE, Random(7), MORNING)  # noqa: S311 -- to play
    first = submission(SCENARIO, offer, life, 1)
    asked: list[Any] = [replace(first, applicant=replace(first.applicant, email="eva@example.org"))]
    life.state = _after(life.state, asked[0])
    while step := next_step(life):
        asked.append(step.command)
        life.state, life.now = _after(life.state, step.command), step.at
    return tuple(asked)


def _after(state: Any, command: Any) -> Any:
    for event in APPLICATION.decide(state, command):
        state = APPLICATION.evolve(state, event)
    return state


@cache
def undisturbed(service: str, fate: Fate) -> Lived:
    return lived(service, fate)


def lived(service: str, fate: Fate, between: Between = ()) -> Lived:
    """`between`: what happens to the catalogue after the first step, after the second, ..."""
    log, life, history = Log(BEGUN, BEGUN.position), Lived(), list[Recorded]()
    for step, command in enumerate(commands(service, fate)):
        for change in between[step - 1] if 0 < step <= len(between) else ():
            carry_out(log, service, change)
        catalogue = log.folded.catalogue()
        town = catalogue.municipality(GELSENKIRCHEN)
        state = APPLICATION.fold(life.events)
        for event in APPLICATION.decide(state, _asked(command, town)):
            life.events.append(event)
            life.steps.append(step)
            n = len(history) + 1
            history.append(Recorded(CASE, n, n, event, metadata(), NOW))
            if type(event) in NOTICES:
                letter = compose(MAIL, NOTICES[type(event)], history, catalogue)
                life.letters.append(str(letter))
        with pytest.raises(FormHasProblems):
            require_sound_changes(catalogue, life.events, {"nonsense": 1}, legal_day(command.now))
    return life


def _asked(command: Any, town: Municipality) -> Any:
    """With the closing days of that moment, where days are counted."""
    if not hasattr(command, "calendar"):
        return command
    return replace(command, calendar=working_calendar(town, command.now.date()))


@st.composite
def changed_lives(draw: st.DrawFn, *, closing: bool) -> tuple[str, Fate, list[list[Change]]]:
    service, fate = draw(st.sampled_from(SERVICES)), draw(st.sampled_from(FATES))
    change = any_change(service)
    some = st.lists(st.one_of(closing_days, change) if closing else change, max_size=4)
    steps = len(commands(service, fate)) - 1
    between = draw(st.lists(some, min_size=steps, max_size=steps))
    if steps and draw(st.booleans()):  # chance alone seldom gets as far
        between[draw(st.integers(0, steps - 1))][:0] = moved_on(service)
    return service, fate, between


@pytest.mark.parametrize("service", SERVICES)
def test_the_lives_are_whole(service: str) -> None:
    assert APPLICATION.fold(lived(service, Fate.PLAIN).events).status in ENDED


def test_the_lives_are_of_all_kinds() -> None:
    kinds = {type(event) for one in SERVICES for event in lived(one, Fate.PLAIN).events}
    kinds |= {type(event) for event in lived("library-card", Fate.CORRECTED).events}
    assert kinds >= {
        e.ProofUploaded, e.ApplicationPaid, e.ApplicationReceived, e.CorrectionAnswered,
        e.ApplicationApproved, e.ApplicationDispatched, e.ApplicationAcknowledged,
    }  # fmt: skip
    assert kinds & {e.ApplicationPickedUp, e.OnlineOnlyIssued}
    assert all(lived(one, Fate.PLAIN).letters for one in SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_town_does_move_on(service: str) -> None:
    log = Log(BEGUN, BEGUN.position)
    for change in moved_on(service):
        carry_out(log, service, change)
    assert log.folded.catalogue().at(GELSENKIRCHEN, service).version == 2


@law
@given(changed_lives(closing=False))
def test_nothing_changes_in_a_life_that_was_filed(
    changed: tuple[str, Fate, list[list[Change]]],
) -> None:
    service, fate, between = changed
    assert lived(service, fate, between) == undisturbed(service, fate)


@law
@given(changed_lives(closing=True))
def test_closing_days_move_deadlines_and_nothing_else(
    changed: tuple[str, Fate, list[list[Change]]],
) -> None:
    service, fate, between = changed
    assert (
        lived(service, fate, between).without_deadlines
        == undisturbed(service, fate).without_deadlines
    )


def received_at(life: Lived) -> int:
    return next(
        step for event, step in zip(life.events, life.steps, strict=True)
        if isinstance(event, e.ApplicationReceived)
    )  # fmt: skip


def test_a_day_closed_before_the_receipt_moves_the_deadline_and_one_closed_later_does_not() -> None:
    plain = lived("library-card", Fate.PLAIN)
    due, step = plain.only(e.ApplicationReceived).due_on, received_at(plain)
    rule = ClosingRule(name="Betriebsausflug", on=due)
    closed = [Change(SetClosingDays(rules=(rule,), now=NOW))]
    told_before, told_later = (
        lived("library-card", Fate.PLAIN, [*[()] * when, closed]) for when in (step - 1, step)
    )
    assert told_before.only(e.ApplicationReceived).due_on > due
    assert told_later == plain
