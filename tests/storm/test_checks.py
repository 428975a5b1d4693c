"""Each check of the storm finds what it is there to find, and nothing where all went well."""

from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from adapters.ids import derived_id
from tests.storm.checks import violations
from tests.storm.evidence import Aftermath
from tests.storm.messages import Published
from tests.torture.evidence import Fact
from tests.torture.told import told

TOLD, SILENT = UUID(int=1), UUID(int=2)
WORK = [(TOLD, "submit-told"), (SILENT, "submit"), (TOLD, "withdraw"), (SILENT, "withdraw")]
LOG = told(*WORK).log
POSITIONS = len(LOG)
MAIL = str(derived_id(uuid5(TOLD, "2"), "applicant", "withdrawn-1"))


def message(fact: Fact) -> Published:
    return Published(int(fact.stream) % 2, fact.stream, fact.version, _id(fact))


def _id(fact: Fact) -> UUID:
    return uuid5(fact.stream, str(fact.version))


WELL = Aftermath(
    log=LOG,
    applied={"relay": (POSITIONS, POSITIONS), "worklist_v2": (POSITIONS, POSITIONS)},
    parked=[],
    notified=[(TOLD, 2, "withdrawn-1", "sent"), (SILENT, 2, "withdrawn-1", "dropped")],
    mails=[MAIL],
    deliveries=2,
    witnessed=[(fact.stream, fact.version) for fact in LOG],
    published=[*map(message, LOG), message(LOG[0])],
    differing={"worklist_v2": 0},
)
FIRST = (TOLD, 1)


def test_where_all_went_well_nothing_is_found() -> None:
    assert violations(WELL) == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (replace(WELL, differing={"worklist_v2": 1}), "differ in 1 rows"),
        (replace(WELL, parked=[("relay", 3)]), "relay set position 3 aside"),
        (replace(WELL, applied={"relay": (POSITIONS, 3)}), "relay stands at"),
        (replace(WELL, applied={"relay": (2, 2)}), "relay stands at"),
        (replace(WELL, witnessed=[*WELL.witnessed, FIRST]), "had its effect 2 times"),
        (replace(WELL, witnessed=WELL.witnessed[1:]), "version 1 of"),
        (replace(WELL, witnessed=[*WELL.witnessed, (TOLD, 9)]), "had its effect 1 times"),
        (replace(WELL, witnessed=WELL.witnessed[::-1]), "was met in the order [2, 1]"),
        (replace(WELL, notified=WELL.notified[1:]), "nobody was told"),
        (replace(WELL, notified=[*WELL.notified, WELL.notified[0]]), "not called for"),
        (replace(WELL, notified=[(TOLD, 2, "withdrawn-1", "queued")]), "nobody was told"),
        (replace(WELL, mails=[]), "was not delivered"),
        (replace(WELL, mails=[MAIL, "another"]), "mail another is one too many"),
        (replace(WELL, mails=[MAIL, MAIL]), "is one too many"),
        (replace(WELL, published=WELL.published[1:4]), "misses 1 events"),
        (replace(WELL, published=WELL.published[::-1]), "was met in the order [2, 1]"),
        (
            replace(WELL, published=[*WELL.published, replace(message(LOG[0]), partition=7)]),
            "is in partitions [1, 7]",
        ),
        (
            replace(WELL, published=[*WELL.published, replace(message(LOG[0]), event_id=TOLD)]),
            "has 1 of nobody",
        ),
    ],
)
def test_what_went_wrong_is_found(wrong, what) -> None:
    assert any(what in one.what for one in violations(wrong)), violations(wrong)
