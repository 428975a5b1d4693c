"""What may be asked of an application: a name in the journal, and the command behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from domain.application.commands import ApplicationCommand
from domain.application.decisions import APPLICATION
from domain.application.state import Application, Status
from domain.errors import Refused
from domain.rules import Fulfilment
from tests.domain.application import asked as a
from tests.domain.application import happened as h
from tests.domain.application.facts import (
    ADULT,
    EVA,
    EXPIRING,
    GELSENKIRCHEN,
    METER_READING,
    REDUCED,
)
from tests.torture.journal import Asked

# Applicants who are told by mail what happens, in a town with a catalogue.
TOLD = replace(
    a.submit,
    applicant=replace(EVA, email="eva.muster@example.org"),
    branch="buer",
    rules=replace(ADULT, branches=("buer",)),
)
METER = replace(a.submit_meter_reading, rules=replace(METER_READING, service="garden-water-meter"))
SUBMISSIONS: Mapping[str, ApplicationCommand] = {
    "submit": a.submit,
    "submit-reduced": a.submit_reduced,
    "submit-minor": a.submit_minor,
    "submit-online-only": a.submit_online_only,
    "submit-meter-reading": METER,
    "submit-told": TOLD,
    "submit-told-meter-reading": replace(METER, applicant=TOLD.applicant),
    "submit-told-expiring": replace(TOLD, rules=replace(EXPIRING, branches=("buer",))),
    "submit-told-online": replace(TOLD, fulfilment=Fulfilment.ONLINE_ONLY, branch=None),
}
OTHERS: Mapping[str, ApplicationCommand] = {
    "upload": a.upload,
    "find-clean": a.find_clean,
    "find-refused": a.find_refused,
    "pay": a.pay(),
    "pay-reduced": a.pay(REDUCED),
    "take-fee": a.take_fee,
    "claim": a.claim,
    "release": a.release,
    "request-correction": a.request_correction,
    "answer-correction": a.answer(),
    "cancel-correction": a.cancel_correction(),
    "approve": a.approve,
    "reject": a.reject,
    "withdraw": a.withdraw,
    "forward": a.forward,
    "expire": a.expire,
    "reopen": a.reopen(),
    "mark-ready": a.mark_ready,
    "hand-out": a.hand_out,
}
COMMANDS = {**SUBMISSIONS, **OTHERS}
BY_CITIZENS = {*SUBMISSIONS, "upload", "answer-correction", "withdraw"}
# Appended as they are: the eventsourcing library knows no rules.
FACTS: Mapping[str, Sequence[Any]] = {
    "one-fact": (h.claimed,),
    "two-facts": (h.claimed, h.released),
    "three-facts": (h.claimed, h.released, h.claimed),
}
LAWFUL = 0.9


def command_of(asked: Asked) -> ApplicationCommand:
    return _by(asked.by, COMMANDS[asked.kind])


def metadata_of(asked: Asked) -> Metadata:
    role = "citizen" if asked.kind in BY_CITIZENS else "clerk"
    return Metadata(asked.id, ActorStamp(asked.by, role, GELSENKIRCHEN), str(asked.id))


def fingerprint_of(asked: Asked) -> bytes:
    return sha256(f"{asked.kind} {asked.stream} {asked.by}".encode()).digest()


def order_of(asked: Asked) -> Order:
    return Order(
        asked.stream,
        command_of(asked),
        metadata_of(asked),
        fingerprint_of(asked),
        begins=asked.kind in SUBMISSIONS,
        seen_version=asked.seen,
    )


def decided(state: Application, asked: Asked) -> Sequence[Any] | str:
    """What this command makes happen, or the name of the refusal."""
    if asked.kind in FACTS:
        return FACTS[asked.kind]
    try:
        return APPLICATION.decide(state, command_of(asked))
    except Refused as refused:
        return type(refused).__name__


def chosen_kind(dice: Random, state: Application, clerk: str) -> str:
    """Mostly what the rules allow in this state, and now and then what they refuse."""
    if state.status is Status.NOT_SUBMITTED:
        return dice.choice(list(SUBMISSIONS))
    kind = dice.choice(list(OTHERS))
    if dice.random() > LAWFUL:
        return kind
    allowed = [name for name in OTHERS if _changes(state, name, clerk)]
    return dice.choice(allowed) if allowed else kind


def _by(clerk: str, command: Any) -> ApplicationCommand:
    named: ApplicationCommand = (
        replace(command, clerk=clerk) if hasattr(command, "clerk") else command
    )
    return named


def _changes(state: Application, kind: str, clerk: str) -> bool:
    try:
        return bool(APPLICATION.decide(state, _by(clerk, OTHERS[kind])))
    except Refused:
        return False
