"""`verify` finds what was done to the log behind its back, names it, and ends with 1."""

from uuid import UUID

import psycopg
import pytest

from adapters.settings import Settings
from tests.attacks import OTHER_STATE
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.keys import keys_in
from tests.projections.log import Log
from workers.evidence import NO_KEYS

CASE, OTHER = UUID(int=1), UUID(int=2)
LIFE = (h.submitted(submit), h.paid(), h.received, h.claimed, h.approved)
FAILED_MAIL = f"""INSERT INTO notifications
    (notification_id, application_id, template, version, position, state, error,
        municipality)
    VALUES ('{OTHER}', '{CASE}', 'received', 3, 3, 'failed', 'SMTP 550', '05513000')"""  # noqa: S608 -- a test's own
UNREADABLE, OTHER_NUMBER = "an event cannot be read", "a runner applied another number of events"


@pytest.fixture
def amtsweg(amtsweg, database_url, tmp_path) -> CommandLine:
    keys_in(tmp_path)
    return amtsweg.at(database_url)


@pytest.fixture
async def log(database_url) -> Log:
    log = Log(database_url)
    await log.record(CASE, *LIFE)
    await log.record(OTHER, *LIFE[:2])
    await log.project_all()
    return log


def test_a_log_that_nobody_touched_is_sound(amtsweg, log) -> None:
    said = amtsweg("verify")
    assert (said.code, said.err) == (0, "")
    *_, proven, sound = said.out.splitlines()
    assert proven.startswith(
        "7 events, up to position 7; nothing of it is signed yet, the first checkpoint is due in "
    )
    assert sound == "All is sound."


def test_a_log_without_events_is_sound(amtsweg) -> None:
    said = amtsweg("verify")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-2] == "0 events, up to position 0; nothing of it is signed."


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("DELETE FROM events WHERE notification_id = 3", "version 3 of the stream is missing"),
        ("DELETE FROM events WHERE notification_id = 1", "version 1 of the stream is missing"),
        ("DELETE FROM events WHERE notification_id = 7", "a runner is ahead of the log"),
        ("DELETE FROM events WHERE notification_id <= 5", OTHER_NUMBER),
        ("UPDATE events SET state = 'spoilt' WHERE notification_id = 3", "position 3"),
        (r"UPDATE events SET state = '\xff' WHERE notification_id = 3", UNREADABLE),
        ("UPDATE events SET state = '{}' WHERE notification_id = 3", UNREADABLE),
        ("UPDATE events SET topic = 'Unheard' WHERE notification_id = 3", UNREADABLE),
        (
            "UPDATE events SET topic = repeat('A', 70000) WHERE notification_id = 3",
            "position 3, stream",
        ),
        ("UPDATE positions SET applied = 8 WHERE runner = 'worklist_v2'", OTHER_NUMBER),
        ("UPDATE positions SET position = 9, applied = 7", "a runner is ahead of the log"),
        (
            "INSERT INTO parked VALUES ('notifier', gen_random_uuid(), 3, 'ValueError')",
            "an event is parked: notifier, 3, ValueError",
        ),
        (
            "ALTER TABLE data_keys NO FORCE ROW LEVEL SECURITY",
            "the wall between towns was taken away; `migrate` raises it again: data_keys",
        ),
        ("DROP POLICY towns_apart ON worklist_v2", "raises it again: worklist_v2"),
        (
            """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN RETURN NULL; END'""",
            "the database is not as `migrate` made it: function refuse_change, public.refuse_chang",
        ),
        (
            "DELETE FROM schema_migrations WHERE name = '0004_checkpoints.sql'",
            "run `migrate` first; it has not done 0004_checkpoints.sql",
        ),
        (
            "INSERT INTO schema_migrations VALUES ('9999_later.sql', '')",
            "cannot be compared with what this version makes: This database was used by a newer",
        ),
    ],
)
def test_damage_is_found_and_named(amtsweg, log, damage, named) -> None:
    with psycopg.connect(log.url) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger stops it
        connection.execute(damage)
    said = amtsweg("verify")
    assert (said.code, said.err) == (1, "")
    assert named in said.out
    assert said.out.splitlines()[-1] == "Something is wrong."


def test_a_mail_that_was_refused_for_good_is_told_and_says_nothing_of_the_log(amtsweg, log) -> None:
    with psycopg.connect(log.url) as connection:
        connection.execute(FAILED_MAIL)
    said = amtsweg("verify")
    assert (said.code, said.err) == (0, "")
    named = f"Not sent: {OTHER}, received, SMTP 550, application {CASE}, municipality 05513000"
    assert named in said.out.splitlines()
    assert said.out.splitlines()[-1] == "All is sound."


def test_a_history_that_cannot_be_read_is_said_to_be_so(amtsweg, log) -> None:
    with psycopg.connect(log.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE events SET state = 'spoilt' WHERE notification_id = 3")
    said = amtsweg("replay", str(CASE))
    assert (said.code, said.err) == (1, "")
    *_, before, broken = said.out.splitlines()
    assert before == "As of version 2: submitted"
    assert broken.startswith("Version 3 is not what was recorded: ")


def test_a_history_that_was_changed_is_shown_and_said_to_be_so(amtsweg, log) -> None:
    with psycopg.connect(log.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(OTHER_STATE)
    said = amtsweg("replay", str(CASE))
    assert (said.code, said.out.splitlines()[-1].startswith("Version 3 is not")) == (1, True)
    assert "As of version 5: approved" in said.out
    assert amtsweg("replay", str(CASE), "--version", "2").code == 0
    assert amtsweg("replay", str(OTHER)).code == 0


def test_a_version_that_was_taken_out_of_a_history_is_missed(amtsweg, log) -> None:
    with psycopg.connect(log.url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM events WHERE notification_id = 3")
    said = amtsweg("replay", str(CASE))
    assert (said.code, said.out.splitlines()[-1].startswith("Version 3 is not")) == (1, True)


def test_that_the_first_checkpoint_is_overdue_is_said(amtsweg, log) -> None:
    said = amtsweg("verify", AMTSWEG_CHECKPOINT_SECONDS="0.01")
    assert (
        said.code,
        "nothing of it is signed, though the first checkpoint was due" in said.out,
    ) == (0, True)


def test_a_key_file_that_is_missing_is_told_and_says_nothing_of_the_log(
    amtsweg, log, tmp_path
) -> None:
    Settings(home=tmp_path).key_file.unlink()
    said = amtsweg("verify")
    assert (said.code, said.err) == (0, "")
    assert f"{NO_KEYS}: The personal data in" in said.out
