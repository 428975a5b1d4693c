"""What an operator does by hand: migrate, replay, rebuild, work off."""

import re
from getpass import getuser
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.connecting import OPTIONS
from projections.catalogue import PROJECTIONS
from projections.worklist import WORKLIST
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.domain.application.facts import GELSENKIRCHEN
from tests.killable import until
from tests.projections.log import Log

CASE, UNKNOWN = UUID(int=1), UUID(int=2)
LIFE = (h.submitted(submit), h.paid(), h.received, h.claimed, h.approved)


@pytest.fixture
def amtsweg(amtsweg, database_url) -> CommandLine:
    return amtsweg.at(database_url)


@pytest.fixture
async def log(database_url) -> Log:
    log = Log(database_url)
    await log.record(CASE, *LIFE)
    return log


def test_migrating_twice_does_nothing_the_second_time(amtsweg, empty_database_url) -> None:
    first, second = (amtsweg("migrate", DATABASE_URL=empty_database_url) for _ in range(2))
    *_, rights = first.out.splitlines()
    assert first.out.splitlines()[-len(PROJECTIONS) - 1 : -1] == [p.name for p in PROJECTIONS]
    assert rights == "the rights of amtsweg_application, and of everybody"
    assert (first.code, second.code, second.out) == (0, 0, "nothing to do\n")


def test_that_only_rights_were_given_back_is_told(amtsweg, database_url) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("REVOKE SELECT ON events FROM amtsweg_application")
    said = amtsweg("migrate")
    assert (said.code, said.out) == (0, "the rights of amtsweg_application, and of everybody\n")
    assert amtsweg("migrate").out == "nothing to do\n"


@pytest.mark.usefixtures("log")
def test_a_history_is_asked_for_up_to_one_point(amtsweg) -> None:
    said = amtsweg("replay", "05513000", "--version", "1", "--at", "2026-01-01T00:00:00Z")
    assert (said.code, "not both" in said.err) == (2, True)


def test_before_migrating_one_is_told_to(amtsweg, empty_database_url) -> None:
    said = amtsweg("verify", DATABASE_URL=empty_database_url)
    assert "run `migrate` first" in said.sentence


@pytest.mark.parametrize(
    ("until_when", "end"),
    [
        ([], "As of version 6: ready-for-pickup"),
        (["--version", "2"], "As of version 2: submitted"),
        (["--at", "MOMENT"], "As of version 5: approved"),
    ],
)
async def test_a_history_is_told_whole_or_as_it_was(amtsweg, log, until_when, end) -> None:
    with psycopg.connect(log.url) as connection:
        (moment,) = connection.execute("SELECT clock_timestamp()").fetchone()
    await log.record(CASE, h.ready)
    asked = [moment.isoformat() if word == "MOMENT" else word for word in until_when]
    said = amtsweg("replay", str(CASE), *asked)
    assert said.out.splitlines()[0] == f"Application {CASE}"
    assert said.out.splitlines()[-1] == end


@pytest.mark.parametrize(
    ("until_when", "status", "more"),
    [
        ([], "ready-for-pickup", "received: yes"),
        (["--version", "1"], "submitted", "fulfilment: pickup"),
    ],
)
async def test_a_history_ends_with_what_was_known_and_the_rules_it_is_judged_by(
    amtsweg, log, until_when, status, more
) -> None:
    await log.record(CASE, h.ready)
    _, _, told = amtsweg("replay", str(CASE), *until_when).out.partition("\nWhat is known\n")
    known, _, rules = told.partition("\nRules in force since its submission\n")
    assert {f"status: {status}", more} <= {line.strip() for line in known.splitlines()}
    assert {"service: library-card", "fee.cents: 2000"} <= {
        line.strip() for line in rules.splitlines()
    }


def readings(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT application_id, municipality, view, version, reader, role"
            " FROM application_readings ORDER BY read_at"
        ).fetchall()


def test_who_reads_a_history_here_is_noted_as_by_api(amtsweg, log) -> None:
    """By what it shows; what it does not show was not read."""
    assert amtsweg("replay", str(CASE)).code == 0
    assert amtsweg("replay", str(CASE), "--version", "2").code == 0
    assert amtsweg("replay", str(CASE), "--version", "9").code == 2
    assert amtsweg("replay", str(UNKNOWN)).code == 2
    who = (f"command-line:{getuser()}", "operator")
    expected = [(CASE, GELSENKIRCHEN, "history", version, *who) for version in (5, 2)]
    assert readings(log.url) == expected


def test_where_a_reading_cannot_be_noted_nothing_is_shown(amtsweg, log) -> None:
    with psycopg.connect(log.url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name)
        )
    said = amtsweg("replay", str(CASE))
    assert said.sentence.startswith("This database takes no writes, as a standby does")
    assert said.out == ""


def test_how_a_day_was_counted_is_told_in_english_too(amtsweg, log) -> None:
    told = amtsweg("replay", str(CASE)).out
    assert "why_not day of receipt" in told
    assert "Tag des Eingangs" not in told


def test_a_version_that_was_never_reached_is_said_to_be_none(amtsweg, log) -> None:
    said = amtsweg("replay", str(CASE), "--version", "9")
    assert (said.code, said.out) == (2, "")
    assert said.sentence == "There is no version 9 yet; the last one is 5."


def test_a_moment_in_a_history_has_its_zone(amtsweg, log) -> None:
    paragraphs = [
        line for line in amtsweg("replay", str(CASE)).out.splitlines() if "  Appl" in line
    ]
    assert len(paragraphs) == len(LIFE)
    zoned = re.compile(r"\dT\d\d:\d\d:\d\d(\.\d+)?\+0[12]:00  Application")
    assert all(zoned.search(line) for line in paragraphs)


def test_a_moment_is_given_back_as_it_was_shown(amtsweg, log) -> None:
    """Each event is in the history as of its own moment, and what is in it has no other zone."""
    told = amtsweg("replay", str(CASE)).out
    shown = re.findall(r"^ *(\d+)  (\S+)  Application", told, re.MULTILINE)
    assert len(shown) == len(LIFE)
    for version, at in shown:
        as_of = amtsweg("replay", str(CASE), "--at", at).out.splitlines()[-1]
        last = int(as_of.removeprefix("As of version ").partition(":")[0])
        assert last >= int(version)
    assert re.search(r"submitted_at: \S+\+0[12]:00$", told, re.MULTILINE)
    assert not re.search(r"\dZ$", told, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([str(UNKNOWN)], "There is nothing with this id or key"),
        (["4711"], "Give an id as it is shown"),
        (["5911000"], "or the AGS of a town with its leading zero, e.g. 05911000"),
        ([str(CASE), "--at", "yesterday"], "Give the moment with its time zone"),
        ([str(CASE), "--at", "2026-03-31T14:00:00"], "Give the moment with its time zone"),
        ([str(CASE), "--at", "2020-01-01T00:00:00Z"], "or it did not exist yet"),
    ],
)
def test_what_cannot_be_told_is_said(amtsweg, log, arguments, sentence) -> None:
    assert sentence in amtsweg("replay", *arguments).sentence


async def test_a_read_model_is_rebuilt_by_name(amtsweg, log) -> None:
    await log.project(WORKLIST)
    said = amtsweg("rebuild", WORKLIST.name)
    assert (said.code, said.err) == (0, "")
    assert "5 events read, 1 rows, 0 differed from the live table" in said.out


async def test_a_runner_works_by_name_until_it_is_told_to_stop(amtsweg, service_url) -> None:
    await Log(service_url).record(CASE, *LIFE)
    working = amtsweg.at(service_url).begin("work", WORKLIST.name)
    until(lambda: is_shown(service_url), "the application is in the worklist")
    working.process.terminate()
    assert working.end().code == 0


def is_shown(url: str) -> bool:
    with psycopg.connect(url, options=OPTIONS) as connection:
        (count,) = connection.execute("SELECT count(*) FROM worklist_v2 WHERE waiting").fetchone()
    return bool(count)


def test_an_unknown_runner_is_answered_with_those_there_are(amtsweg, service_url) -> None:
    assert "notifier, mail-sender" in amtsweg.at(service_url)("work", "nonsense").sentence
