"""What workers have made happen by commands: once for each reason, and for each that there was."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.loading import load
from adapters.ids import derived_id
from adapters.runner_names import HAND_OVER, PAYMENT_PROCESS
from domain.application import events as e
from domain.application.commands import LetDeadlinesPass
from domain.application.decisions import APPLICATION
from domain.application.state import Application, Status
from domain.errors import NothingIsDue
from domain.first_use.events import PortalFirstUsed
from domain.payment.events import PaymentSucceeded
from domain.working_days import WorkingCalendar
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from tests.storm.evidence import Aftermath
from tests.storm.runners import DAYS, payment_of, pays
from tests.torture.played import by_stream, states

PAID = (e.ApplicationPaid, e.UnmatchedMoneyReceived)
FINISHED = (e.ApplicationApproved, e.ApplicationAcknowledged)


def paid_once(after: Aftermath) -> Iterator[str]:
    """Who pays has paid, and each payment was told to its application once."""
    paid = [fact for fact in after.log if isinstance(fact.event, PaymentSucceeded)]
    wanted = Counter(
        payment_of(fact.stream)
        for fact in after.of(e.ApplicationSubmitted)
        if pays(fact.stream, fact.event)
    )
    yield from _odds("payment", wanted, Counter(fact.stream for fact in paid), "made")
    told = Counter(
        fact.event.payment_id
        for fact in after.of(*PAID)
        if fact.event.payment_id == payment_of(fact.stream)
    )
    yield from _odds("payment", wanted, told, "told to its application")
    because = {derived_id(PAYMENT_PROCESS, fact.event_id) for fact in paid}
    for fact in after.of(*PAID):
        if fact.actor.subject == PAYMENT_PROCESS and fact.command not in because:
            yield f"version {fact.version} of {fact.stream} has no payment behind it"


def first_used_once(after: Aftermath) -> Iterator[str]:
    """One fact for each account of each town, which does not say whose."""
    towns = {fact.event.municipality for fact in after.of(e.ApplicationSubmitted)}
    wanted = Counter(dict.fromkeys(towns, 1))
    found = Counter(fact.event.municipality for fact in after.of(PortalFirstUsed))
    yield from _odds("first use in", wanted, found, "recorded")


def handed_over_once(after: Aftermath) -> Iterator[str]:
    """A row and an acknowledgement for each decision, unless it was undone before it was taken."""
    decided = {derived_id(HAND_OVER, fact.event_id): fact for fact in after.of(*FINISHED)}
    rows = Counter(one.hand_over_id for one in after.handed)
    yield from _odds("hand-over", Counter(dict.fromkeys(decided, 1)), rows, "queued")
    reopened = {fact.stream: fact.version for fact in after.of(e.ApplicationReopened)}
    for one in after.undone & decided.keys():
        if reopened.get(decided[one].stream, 0) < decided[one].version:
            yield f"hand-over {one} was dropped though its decision stands"
    acknowledged = Counter(f.event.hand_over_id for f in after.of(e.ApplicationHandedOver))
    wanted = Counter(dict.fromkeys(decided.keys() - after.undone, 1))
    yield from _odds("hand-over", wanted, acknowledged, "acknowledged")


def taken_by_its_id(after: Aftermath) -> Iterator[str]:
    """The back office has each under the one id that it has for ever, and nothing else."""
    of = {one.hand_over_id: one for one in after.handed}
    for hand_over_id in of.keys() - after.undone - after.received.keys():
        yield f"hand-over {hand_over_id} was never received"
    for hand_over_id, (application_id, version) in after.received.items():
        one = of.get(hand_over_id)
        if one is None:
            yield f"webhook {hand_over_id} is no hand-over"
        elif (one.application_id, one.version) != (application_id, version):
            yield f"webhook {hand_over_id} tells of version {version} of {application_id}"


def days_passed_once(after: Aftermath) -> Iterator[str]:
    """Whoever was reminded is not reminded again of the same, and nothing ends twice."""
    played = states(after.log)
    for stream, facts in by_stream(after.applications).items():
        for before, fact in zip(played[stream], facts, strict=False):
            if _is_repeated(before, fact.event):
                yield f"version {fact.version} of {stream} repeats {fact.name}"


def _is_repeated(before: Application, event: Any) -> bool:
    match event:
        case e.ApplicantReminded() | e.DecisionDueSoon():
            return before.noticed
        case e.DecisionEscalated():
            return before.escalated
        case e.ApplicationExpired():
            return before.status is Status.EXPIRED
    return False


def no_day_missed(after: Aftermath) -> Iterator[str]:
    """Whichever day it is, nothing is due any more."""
    for stream, played in states(after.log).items():
        for days in DAYS:
            if due := _due(played[-1], days):
                yield f"{due} of {stream} is due on day {days} and did not happen"


def _due(state: Application, days: int) -> str:
    command = LetDeadlinesPass(now=NOW + timedelta(days=days), calendar=_calendar())
    try:
        happens = APPLICATION.decide(state, command)
    except NothingIsDue:
        return ""
    return type(happens[0]).__name__


@cache
def _calendar() -> WorkingCalendar:
    return working_calendar(load().municipality(GELSENKIRCHEN), NOW.date())


def _odds(what: str, wanted: Counter[Any], found: Counter[Any], how: str) -> Iterator[str]:
    for one in wanted - found:
        yield f"{what} {one} was not {how}"
    for one, more in (found - wanted).items():
        yield f"{what} {one} was {how} {more} times too often"
