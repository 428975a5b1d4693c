"""Who of the staff read an application is noted, and auditors see it."""

from datetime import UTC, datetime

import psycopg
import pytest

from tests.api.library_card import Case, Counter, done, until
from tests.api.problems import Database, require_problem
from tests.api.visitors import GLADBECK, Visitors

NOTED = """SELECT view, version, role, reader FROM application_readings
    WHERE application_id = %s ORDER BY read_at"""


def shown(case: Case) -> list[tuple[str, int, str, str]]:
    """The oldest first."""
    rows = done(case.auditor.get(f"{case.path}/readings"))["readings"]
    return [(row["view"], row["version"], row["role"], row["reader"]) for row in rows][::-1]


def test_each_reading_of_staff_is_noted_with_what_was_seen(counter: Counter) -> None:
    case = counter.received()
    done(case.clerk.get(case.path))
    done(case.auditor.get(f"{case.path}/history"))
    done(case.auditor.get(f"{case.path}/history", version=1))
    moment = datetime.now(UTC).isoformat()
    done(case.auditor.get(f"{case.path}/history", at=moment))
    auditor = case.auditor.subject
    assert shown(case) == [
        ("application", 2, "clerk", case.clerk.subject),
        ("history", 2, "auditor", auditor),
        ("history", 1, "auditor", auditor),
        ("history", 2, "auditor", auditor),
    ]


def test_applicants_read_their_own_without_a_note_and_strangers_are_shown_nothing(
    counter: Counter, visitors: Visitors
) -> None:
    case = counter.received()
    done(case.citizen.get(case.path))
    for stranger in (visitors.clerk(GLADBECK), visitors.citizen()):
        require_problem(stranger.get(case.path), 404, "not-found")
    assert shown(case) == []


def test_readings_are_written_within_a_second_though_nobody_asks(
    counter: Counter, database: Database
) -> None:
    case = counter.received()
    done(case.clerk.get(case.path))
    noted = until(lambda: database.execute(NOTED, (case.id,)).fetchall())
    assert noted == [("application", 2, "clerk", case.clerk.subject)]


def test_a_reading_that_was_noted_is_not_edited(counter: Counter, database: Database) -> None:
    case = counter.received()
    done(case.clerk.get(case.path))
    assert shown(case)
    for change in ("UPDATE application_readings SET role = ''", "TRUNCATE application_readings"):
        with pytest.raises(psycopg.errors.RaiseException):
            database.execute(change)


def test_auditors_of_another_town_and_clerks_learn_nothing_of_readers(
    counter: Counter, visitors: Visitors
) -> None:
    case = counter.received()
    path = f"{case.path}/readings"
    require_problem(visitors.auditor(GLADBECK).get(path), 404, "not-found")
    require_problem(case.clerk.get(path), 403, "role-not-allowed")
