"""A short torture of the event store, the same each time as far as its faults go.

`make torture MINUTES=5 SEED=1` is the long one.
"""

import pytest

from tests.torture.faults import Fault
from tests.torture.report import Report
from tests.torture.run import Plan, torture

SHORT = Plan(seed=20_210_616, seconds=3, pause=0.2)


@pytest.fixture(scope="module")
def report() -> Report:
    return torture(SHORT)


def test_nothing_that_was_promised_is_broken_whatever_happens(report) -> None:
    assert not report.violations, str(report)


def test_all_that_can_happen_has_happened(report) -> None:
    assert all(report.faults[fault] for fault in Fault)
    assert report.recovered[Fault.RESTART_POSTGRES]
    assert report.recovered[Fault.KILL_WRITER]


def test_there_was_work_to_be_tormented(report) -> None:
    assert report.acknowledged > 0
    assert report.refused > 0
    assert report.events > report.acknowledged / 2
    assert report.folder.exists() == bool(report.violations)
