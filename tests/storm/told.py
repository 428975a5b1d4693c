"""The aftermath of a storm that never was: made without a database, to be falsified."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from adapters.event_store.recorded import ActorStamp
from adapters.ids import derived_id
from adapters.kafka.topics import aggregate_of
from adapters.runner_names import DEADLINES, FIRST_USE, HAND_OVER, PAYMENT_PROCESS
from domain.application import commands as c
from domain.application.decisions import APPLICATION
from domain.first_use.events import Occasion, PortalFirstUsed
from domain.payment.events import PaymentSucceeded
from domain.processes.payment import after_success
from tests.domain.application.facts import CALENDAR, GELSENKIRCHEN, NOW
from tests.storm.evidence import Handed
from tests.storm.messages import Published
from tests.storm.runners import PAYER, payment_of
from tests.torture.evidence import Fact
from tests.torture.played import states
from tests.torture.told import told

# By their last bit: the first one pays.
TOLD, SILENT, READING, LATE = UUID(int=1), UUID(int=2), UUID(int=4), UUID(int=6)
WORK = [
    (TOLD, "submit-told"), (SILENT, "submit"), (TOLD, "withdraw"), (SILENT, "withdraw"),
    (READING, "submit-meter-reading"), (LATE, "submit-told-expiring"),
]  # fmt: skip
PAYMENT, FIRST = payment_of(TOLD), UUID(int=9)
PAID = PaymentSucceeded(
    application_id=TOLD, municipality=GELSENKIRCHEN, cents=2000, currency="EUR", method="PAYPAL",
    reference="K-1", paid_at=NOW,
)  # fmt: skip
USED = PortalFirstUsed(
    municipality=GELSENKIRCHEN, occasion=Occasion.SUBMISSION, pilot=False, used_at=NOW,
    legal_day=NOW.date(),
)  # fmt: skip


def with_more(
    log: Sequence[Fact], stream: UUID, *events: Any, by: str = "", command: UUID = FIRST
) -> list[Fact]:
    version = sum(fact.stream == stream for fact in log)
    actor = ActorStamp(by, "system")
    return [
        *log,
        *(
            Fact(
                stream, version + n, len(log) + n, type(event).__name__, b"", b"", command, event,
                actor,
            )
            for n, event in enumerate(events, 1)
        ),
    ]  # fmt: skip


def decided(log: Sequence[Fact], stream: UUID, command: Any) -> Sequence[Any]:
    return APPLICATION.decide(states(log)[stream][-1], command)


def let_pass(log: Sequence[Fact], days: int) -> list[Fact]:
    command = c.LetDeadlinesPass(now=NOW + timedelta(days=days), calendar=CALENDAR)
    return with_more(log, LATE, *decided(log, LATE, command), by=DEADLINES)


def paid(log: Sequence[Fact]) -> list[Fact]:
    made = with_more(log, PAYMENT, PAID, by=PAYER)
    events = decided(made, TOLD, after_success(PAYMENT, PAID, NOW, CALENDAR))
    because = derived_id(PAYMENT_PROCESS, made[-1].event_id)
    return with_more(made, TOLD, *events, by=PAYMENT_PROCESS, command=because)


def taken(log: Sequence[Fact]) -> list[Fact]:
    command = c.RecordHandOver(
        hand_over_id=hand_over_of(log), back_office="library-system", reference="P-1", now=NOW
    )
    return with_more(log, READING, *decided(log, READING, command))


def hand_over_of(log: Sequence[Fact]) -> UUID:
    return derived_id(HAND_OVER, acknowledged(log).event_id)


def acknowledged(log: Sequence[Fact]) -> Fact:
    (last,) = (fact for fact in log if fact.name == "ApplicationAcknowledged")
    return last


def whole() -> list[Fact]:
    log = paid(with_more(told(*WORK).log, FIRST, USED, by=FIRST_USE))
    return taken(let_pass(let_pass(log, 12), 18))


def message(fact: Fact) -> Published:
    partition = f"{aggregate_of(type(fact.event))}/{int(fact.stream) % 2}"
    return Published(partition, fact.stream, fact.version, fact.event_id)


def handed(log: Sequence[Fact], state: str = "delivered") -> Handed:
    return Handed(hand_over_of(log), READING, acknowledged(log).version, state)
