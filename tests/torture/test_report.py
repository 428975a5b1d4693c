"""What a run writes down and says: journals that outlive kills, a report that can be acted on."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import msgspec

from tests.torture.checks import violations
from tests.torture.evidence import Evidence
from tests.torture.faults import Fault, Struck
from tests.torture.journal import Answered, Asked, Journal, last_acknowledged, lines_of
from tests.torture.report import Report, reported
from tests.torture.told import CLERK, FIRST, SECOND, command, told

HONEST = told((FIRST, "submit-minor"), (SECOND, "one-fact"), (FIRST, "approve"), (FIRST, "claim"))
LOST = replace(HONEST, log=HONEST.log[:-1])


def reported_of(evidence: Evidence, *struck: Struck) -> Report:
    return reported(
        seed=7,
        seconds=1.0,
        lines=[],
        struck=struck,
        evidence=evidence,
        violations=violations(evidence),
        folder=Path("left"),
    )


def test_a_report_names_what_is_violated_and_how_to_repeat_it() -> None:
    said = str(reported_of(LOST))
    assert "VIOLATED I2" in said
    assert f"command {command(4)} " in said
    assert "Repeat it with seed 7; what it left is in left." in said
    assert "No violations" in str(reported_of(HONEST))


def test_a_report_counts_the_answers_and_the_seconds_until_work_went_on() -> None:
    killed = Struck(Fault.KILL_WRITER, began=2.0, over=2.25, who=CLERK.partition("-")[0])
    report = reported_of(HONEST, killed, replace(killed, who="somebody else"))
    assert (report.operations, report.acknowledged, report.refused) == (4, 3, 1)
    assert report.faults[Fault.KILL_WRITER] == 2
    assert report.recovered[Fault.KILL_WRITER] == [1.5]


def test_a_journal_outlives_a_kill_in_the_middle_of_a_line(tmp_path) -> None:
    file = tmp_path / "a.journal"
    one = Asked(id=uuid4(), way="office", kind="claim", stream=FIRST, by="anna", at=1.0)
    two = msgspec.structs.replace(one, id=uuid4())
    with Journal(file) as journal:
        journal.write(one)
        journal.write(Answered(id=one.id, outcome="done", at=2.0))
        journal.write(two)
    file.write_bytes(file.read_bytes() + b'{"type": "Asked", "id":')
    with Journal(file) as journal:
        assert journal.unanswered == [two]
        journal.write(Answered(id=two.id, outcome="done", at=3.0))
    assert len(lines_of(file)) == 4
    assert last_acknowledged(file) == 3.0
