"""Each check of the storm finds what it is there to find, and nothing where all went well."""

from dataclasses import replace
from uuid import UUID, uuid4, uuid5

import pytest

from adapters.ids import derived_id
from adapters.runner_names import PAYMENT_PROCESS
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationReopened
from tests.domain.application import happened
from tests.domain.application.facts import NOW
from tests.storm import by_commands
from tests.storm.checks import INVARIANTS, violations
from tests.storm.evidence import Aftermath
from tests.storm.told import (
    FIRST,
    LATE,
    PAID,
    PAYMENT,
    READING,
    SILENT,
    TOLD,
    USED,
    handed,
    message,
    whole,
    with_more,
)
from tests.torture.evidence import Fact

LOG = whole()
POSITIONS = len(LOG)
LETTERS = [
    (TOLD, 2, "withdrawn-1"), (LATE, 2, "reminder-3"), (LATE, 3, "expired-2"),
]  # fmt: skip
UNTOLD = [
    (SILENT, 2, "withdrawn-1"), (READING, 2, "received-1"), (READING, 3, "acknowledged-1"),
]  # fmt: skip
MAILS = [
    str(derived_id(uuid5(stream, str(version)), "applicant", template))
    for stream, version, template in LETTERS
]
MAIL = MAILS[0]
HANDED = handed(LOG)
TAKEN = {HANDED.hand_over_id: (HANDED.application_id, HANDED.version)}

WELL = Aftermath(
    log=LOG,
    applied={"relay": (POSITIONS, POSITIONS), "worklist_v2": (POSITIONS, POSITIONS)},
    parked=[],
    notified=[*((*one, "sent") for one in LETTERS), *((*one, "dropped") for one in UNTOLD)],
    mails=MAILS,
    deliveries=4,
    witnessed=[
        (fact.stream, fact.version) for fact in LOG if isinstance(fact.event, APPLICATION.events)
    ],
    published=[*map(message, LOG), message(LOG[0])],
    differing={"worklist_v2": 0},
    handed=[HANDED],
    received=TAKEN,
    calls=2,
)
WITNESSED = (TOLD, 1)
# Of a notification this is not so, in truth; what counts is the order.
REOPENED = ApplicationReopened(
    reason="wrong", reopened_by="anna", reopened_at=NOW, due_on=None, derivation=()
)
DUE, ESCALATED = happened.due_soon, happened.escalated
UNPAID = [fact for fact in LOG if fact.name != "ApplicationExpired"]
BY_COMMANDS = [
    check for check in INVARIANTS["I10 effects are the fold of the log"]
    if check.__module__ == by_commands.__name__
]  # fmt: skip


def without(*names: str) -> list[Fact]:
    return [fact for fact in LOG if fact.name not in names]


def more(stream: UUID, event: object) -> Aftermath:
    """As it would be, had that happened besides."""
    return replace(WELL, log=with_more(LOG, stream, event))


def of(name: str) -> object:
    return next(fact.event for fact in LOG if fact.name == name)


def dropped(*, reopened: bool) -> Aftermath:
    """Not handed over, as it was reopened before, or for no reason."""
    log = without("ApplicationHandedOver")
    if reopened:
        log = with_more(log, READING, REOPENED)
    return replace(WELL, log=log, handed=[handed(LOG, "dropped")], received={})


def commands(aftermath: Aftermath) -> list[str]:
    """What is found of what workers make happen by commands."""
    return [what for check in BY_COMMANDS for what in check(aftermath)]


def test_where_all_went_well_nothing_is_found() -> None:
    assert violations(WELL) == []
    assert commands(dropped(reopened=True)) == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (replace(WELL, differing={"worklist_v2": 1}), "differ in 1 rows"),
        (replace(WELL, parked=[("relay", 3)]), "relay set position 3 aside"),
        (replace(WELL, applied={"relay": (POSITIONS, 3)}), "relay stands at"),
        (replace(WELL, applied={"relay": (2, 2)}), "relay stands at"),
        (replace(WELL, witnessed=[*WELL.witnessed, WITNESSED]), "had its effect 2 times"),
        (replace(WELL, witnessed=WELL.witnessed[1:]), "version 1 of"),
        (replace(WELL, witnessed=[*WELL.witnessed, (TOLD, 9)]), "had its effect 1 times"),
        (replace(WELL, witnessed=WELL.witnessed[::-1]), "was met in the order [3, 2, 1]"),
        (replace(WELL, notified=WELL.notified[1:]), "nobody was told"),
        (replace(WELL, notified=[*WELL.notified, WELL.notified[0]]), "not called for"),
        (replace(WELL, notified=[(TOLD, 2, "withdrawn-1", "queued")]), "nobody was told"),
        (replace(WELL, mails=MAILS[1:]), f"mail {MAIL} was not delivered"),
        (replace(WELL, mails=[*MAILS, "another"]), "mail another is one too many"),
        (replace(WELL, mails=[*MAILS, MAIL]), "is one too many"),
        (replace(WELL, published=WELL.published[1:-1]), "misses 1 events"),
        (replace(WELL, published=WELL.published[::-1]), "was met in the order [3, 2, 1]"),
        (
            replace(WELL, published=[*WELL.published, replace(message(LOG[0]), partition="x")]),
            "is in partitions ['application/1', 'x']",
        ),
        (
            replace(WELL, published=[*WELL.published, replace(message(LOG[0]), event_id=TOLD)]),
            "has 1 of nobody",
        ),
    ],
)
def test_what_went_wrong_is_found(wrong, what) -> None:
    assert any(what in one.what for one in violations(wrong)), violations(wrong)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (
            replace(WELL, log=without("PaymentSucceeded", "UnmatchedMoneyReceived")),
            f"payment {PAYMENT} was not made",
        ),
        (replace(WELL, log=without("UnmatchedMoneyReceived")), "was not told to its application"),
        (more(PAYMENT, PAID), "was made 1 times too often"),
        (more(TOLD, of("UnmatchedMoneyReceived")), "told to its application 1 times too often"),
        (
            replace(
                WELL, log=with_more(LOG, TOLD, of("UnmatchedMoneyReceived"), by=PAYMENT_PROCESS)
            ),
            "has no payment behind it",
        ),
        (replace(WELL, log=without("PortalFirstUsed")), "was not recorded"),
        (more(FIRST, USED), "was recorded 1 times too often"),
        (replace(WELL, handed=[]), "was not queued"),
        (replace(WELL, handed=[HANDED, HANDED]), "was queued 1 times too often"),
        (replace(WELL, log=without("ApplicationHandedOver")), "was not acknowledged"),
        (more(READING, of("ApplicationHandedOver")), "was acknowledged 1 times too often"),
        (dropped(reopened=False), "was dropped though its decision stands"),
        (replace(WELL, received={}), "was never received"),
        (replace(WELL, received={**TAKEN, uuid4(): (READING, 3)}), "is no hand-over"),
        (replace(WELL, received={HANDED.hand_over_id: (READING, 2)}), "tells of version 2 of"),
        (replace(WELL, log=without("ApplicationExpired")), "ApplicationExpired of"),
        (
            replace(WELL, log=without("ApplicationExpired", "ApplicantReminded")),
            "ApplicantReminded of",
        ),
        (
            replace(WELL, log=with_more(UNPAID, LATE, of("ApplicantReminded"))),
            "repeats ApplicantReminded",
        ),
        (more(LATE, of("ApplicationExpired")), "repeats ApplicationExpired"),
        (
            replace(WELL, log=with_more(LOG, READING, DUE, ESCALATED, DUE)),
            "repeats DecisionDueSoon",
        ),
        (
            replace(WELL, log=with_more(LOG, READING, ESCALATED, ESCALATED)),
            "repeats DecisionEscalated",
        ),
    ],
)
def test_what_workers_have_done_twice_or_not_is_found(wrong, what) -> None:
    assert any(what in one for one in commands(wrong)), commands(wrong)
