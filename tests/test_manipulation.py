"""Whatever a superuser of the database does to the log is found, and what cannot be is told here.

All of it is tried on the database, and again on what is exported of it afterwards.
"""

import json
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.evidence.checkpoints import EventsWereTakenOut
from adapters.evidence.why import NOBODY
from adapters.personal_data.erasure import DESTROY
from tests.attacks import CHAINED_ANEW, FOUND, KEY_DESTROYED, LIBRARY_REFUSED, OTHER_STATE, SIGNED
from tests.commands import CommandLine, Said
from tests.domain import test_fee_record as fee
from tests.domain.application import happened as h
from tests.evidence import CASE, LIFE, Office, written_office

ALONE = UUID(int=3)
OTHERWISE = "an event's command does not say that it recorded it"
RECORDED = "events are missing that a command recorded: position"


@pytest.fixture
async def office(tmp_path, database_url) -> Office:
    return await written_office(tmp_path, database_url)


@pytest.fixture
def amtsweg(amtsweg, database_url) -> CommandLine:
    return amtsweg.at(database_url)


def exported(amtsweg: CommandLine, office: Office) -> Said:
    """Verify, by the key alone, what is exported now."""
    file = office.home / "log.jsonl.gz"
    assert amtsweg("export", str(file), "--force").code == 0
    return amtsweg("verify", "--offline", str(file), "--key", str(office.key))


def assert_named(said: Said, what: str) -> None:
    assert (said.code, said.err) == (1, "")
    assert what in said.out
    assert said.out.splitlines()[-1] == "Something is wrong."


def assert_sound(said: Said) -> None:
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "All is sound."


def test_what_nobody_touched_is_sound_and_is_said_to_be_proven_up_to_its_last_note(
    amtsweg, office
) -> None:
    here, elsewhere = amtsweg("verify"), exported(amtsweg, office)
    assert_sound(here)
    assert_sound(elsewhere)
    assert "10 events, up to position 10; signed and anchored up to position 9 (20" in here.out
    assert "signed up to position 9 (20" in elsewhere.out
    assert "not anchored" in elsewhere.out


@pytest.mark.parametrize(("statements", "named"), FOUND.values(), ids=FOUND)
def test_it_is_found_in_the_database_and_in_what_is_exported_of_it(
    amtsweg, office, statements, named
) -> None:
    office.attack(*statements)
    assert_named(amtsweg("verify"), named)
    assert_named(exported(amtsweg, office), named)


async def test_a_log_that_was_cut_is_found_by_its_anchor_alone(amtsweg, office) -> None:
    office.attack(
        "DELETE FROM events WHERE notification_id > 7",
        "DELETE FROM commands WHERE position > 7",
        "DELETE FROM checkpoints WHERE number > 1",
        "UPDATE anchored SET number = 1",
    )
    cut = f"the log is shorter than a checkpoint says: note 2 at {office.anchor}"
    assert_named(amtsweg("verify"), cut)
    file = office.home / "log.jsonl"
    assert amtsweg("export", str(file)).code == 0
    told = ("--offline", str(file), "--key", str(office.key), "--anchor", str(office.anchor))
    assert_named(amtsweg("verify", *told), cut)
    assert_sound(exported(amtsweg, office))
    await office.rule_the_anchor()
    assert_sound(amtsweg("verify"))


async def test_a_chain_that_was_made_anew_is_found_by_its_anchor_alone(amtsweg, office) -> None:
    kept = office.anchor.read_text()
    office.attack(
        OTHER_STATE, CHAINED_ANEW, "DELETE FROM checkpoints", "UPDATE anchored SET number = 0"
    )
    await office.sign()  # nobody has told the runner
    office.anchor.write_text(kept)
    anew = f"{SIGNED}: note 1 at {office.anchor}"
    assert_named(amtsweg("verify"), anew)
    assert_sound(exported(amtsweg, office))
    await office.rule_the_anchor()
    assert_sound(amtsweg("verify"))


def test_what_was_not_signed_yet_can_be_taken_away_with_its_command(amtsweg, office) -> None:
    office.attack("DELETE FROM events WHERE notification_id = 10")
    assert_named(amtsweg("verify"), f"{RECORDED} 10, stream {UUID(int=2)}, version 4")
    assert_sound(exported(amtsweg, office))
    office.attack("DELETE FROM commands WHERE position = 10")
    assert_sound(amtsweg("verify"))


async def test_the_end_is_missed_though_its_position_was_taken_again(amtsweg, office) -> None:
    office.attack("DELETE FROM events WHERE notification_id = 10")
    await office.log.record(ALONE, LIFE[0])
    await office.sign()
    assert_named(amtsweg("verify"), f"{RECORDED} 10, stream {UUID(int=2)}, version 4")


async def taken_out(office: Office) -> None:
    """A whole stream of one event, between two checkpoints, with events after it."""
    await office.log.record(ALONE, LIFE[0])
    await office.log.record(uuid4(), LIFE[0])
    office.attack("DELETE FROM events WHERE notification_id = 11")


async def test_what_was_taken_out_of_the_middle_is_not_signed_over(amtsweg, office) -> None:
    await taken_out(office)
    with pytest.raises(EventsWereTakenOut, match="missing at position: 11"):
        await office.sign()
    assert_named(amtsweg("verify"), f"{RECORDED} 11, stream {ALONE}, version 1")


async def test_what_was_taken_out_is_found_by_its_command_though_it_was_signed_over(
    amtsweg, office
) -> None:
    await taken_out(office)
    office.attack(
        "CREATE TABLE aside AS SELECT * FROM commands WHERE position = 11",
        "DELETE FROM commands WHERE position = 11",
    )
    await office.sign()
    assert_named(amtsweg("verify"), f"a data key is of a stream that is not there: stream {ALONE}")
    office.attack(f"DELETE FROM data_keys WHERE stream_id = '{ALONE}'")  # noqa: S608 -- a test's
    assert_sound(amtsweg("verify"))
    office.attack("INSERT INTO commands TABLE aside")
    said = amtsweg("verify")
    assert_named(said, f"{RECORDED} 11, stream {ALONE}, version 1")
    assert "nothing was ever there" not in said.out


async def test_what_was_taken_out_before_the_last_checkpoint_stops_no_later_one(
    amtsweg, office
) -> None:
    office.attack("DELETE FROM events WHERE notification_id = 8")
    await office.sign()
    assert_named(amtsweg("verify"), f"{RECORDED} 8, stream {CASE}, version 6")


def test_a_hole_that_was_there_when_it_was_signed_is_none(amtsweg, office) -> None:
    """The eventsourcing library leaves one where it was refused."""
    office.attack(*LIBRARY_REFUSED)
    said = amtsweg("verify")
    assert_named(said, "nothing was ever there: positions 10 to 11")
    assert RECORDED not in said.out


async def test_a_hole_is_none_once_it_was_signed(amtsweg, office) -> None:
    office.attack(*LIBRARY_REFUSED)
    await office.sign()
    assert_sound(amtsweg("verify"))


@pytest.mark.parametrize(
    ("stream", "life"),
    [(CASE, [h.erased]), (ALONE, [fee.kept, fee.erased])],
    ids=["application", "fee record"],
)
async def test_an_erasure_is_sound_once_it_was_finished(amtsweg, office, stream, life) -> None:
    await office.log.record(stream, *life)
    said = amtsweg("verify")
    assert_named(said, f"an erasure was not finished: stream {stream}")
    with psycopg.connect(office.log.url) as connection:
        assert connection.execute(DESTROY.replace("%b", "%s").encode(), (stream,)).fetchone() == (
            True,
        )
    assert_sound(amtsweg("verify"))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE checkpoints SET size = 6 WHERE number = 1", "is not stored as it was signed"),
        (
            """ALTER TABLE checkpoints ALTER note DROP NOT NULL, ALTER edge DROP NOT NULL;
            UPDATE checkpoints SET note = NULL, edge = NULL""",
            "a checkpoint is not signed by the key of this log: checkpoint 2",
        ),
        (r"UPDATE checkpoints SET edge = array['\x00'::bytea]", "the tree stored with a checkpo"),
        ("DELETE FROM checkpoints WHERE number = 2", "missing: checkpoint 2, handed over to"),
        (
            """UPDATE events SET notification_id = 99 WHERE notification_id = 3;
            UPDATE events SET notification_id = 3 WHERE notification_id = 4;
            UPDATE events SET notification_id = 4 WHERE notification_id = 99""",
            "an event comes before the one that it follows: position 3, stream",
        ),
        (
            KEY_DESTROYED,
            f"a key was destroyed without its person having been erased: stream {CASE}",
        ),
        ("DELETE FROM data_keys", "sealed data have no row in data_keys: position 1,"),
        (
            """ALTER TABLE events ALTER notification_id DROP NOT NULL;
            UPDATE events SET notification_id = NULL WHERE notification_id = 10""",
            "an event has no position: 00000000-0000-0000-0000-000000000002, 4",
        ),
        (
            """ALTER TABLE events ALTER hash DROP NOT NULL;
            UPDATE events SET hash = NULL WHERE notification_id = 10""",
            "an event is not whole: position 10",
        ),
        ("DELETE FROM commands", f"{OTHERWISE}: position 1, stream {CASE}, version 1, Applicatio"),
        (
            "DELETE FROM commands WHERE position = 8",
            f"{OTHERWISE}: position 8, stream {CASE}, version 6, ApplicationReady",
        ),
        (
            "UPDATE commands SET command_id = gen_random_uuid() WHERE position = 5",
            f"{OTHERWISE}: position 1, stream {CASE}",
        ),
        (
            "UPDATE commands SET version = 4, position = 4 WHERE position = 5",
            f"{OTHERWISE}: position 5, stream {CASE}, version 5",
        ),
        (
            "UPDATE commands SET stream_id = gen_random_uuid() WHERE position = 10",
            f"{OTHERWISE}: position 10,",
        ),
        (
            "UPDATE commands SET version = version - 1 WHERE position = 9",
            f"{OTHERWISE}: position 9,",
        ),
        (
            "ALTER TABLE events DROP CONSTRAINT events_pkey",
            "as `migrate` made it: table events, index events_pkey: is missing",
        ),
        (
            "DROP TRIGGER events_are_chained ON events; ALTER TABLE commands DISABLE TRIGGER USER",
            "as `migrate` made it: table commands, trigger commands_are_append_only: was changed",
        ),
    ],
)
def test_what_only_the_database_knows_is_found_there(amtsweg, office, statement, named) -> None:
    office.attack(statement)
    assert_named(amtsweg("verify"), named)


def test_the_latest_checkpoints_are_missed_where_an_anchor_has_them(amtsweg, office) -> None:
    office.attack("DELETE FROM checkpoints WHERE number = 2", "DELETE FROM anchored")
    assert_named(amtsweg("verify"), f"the latest checkpoints are missing: {office.anchor} has one")


def test_functions_that_bear_the_names_of_postgresqls_own_deceive_nobody(amtsweg, office) -> None:
    office.attack(
        "CREATE FUNCTION public.uuid_send(uuid) RETURNS bytea LANGUAGE sql AS 'SELECT bytea ''x'''",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog',"
        " current_database()); END $$",
    )
    assert_sound(amtsweg("verify"))


def test_of_many_faults_the_first_are_named_and_the_others_counted(amtsweg, office) -> None:
    office.attack(
        """INSERT INTO events (originator_id, originator_version, topic, state, notification_id)
        SELECT gen_random_uuid(), 1, '[red]Unheard', '{}', 10 + n FROM generate_series(1, 30) n"""
    )
    said = amtsweg("verify")
    assert_named(said, "position 11, stream")
    assert said.out.count("[red]Unheard") == 20
    assert "... and 10 more" in said.out
    assert "40 events" in said.out


def test_an_anchor_that_has_lost_what_it_was_given_is_named(amtsweg, office) -> None:
    office.anchor.write_text("")
    assert_named(amtsweg("verify"), "an anchor has lost a checkpoint: checkpoint 2, handed over")


def test_an_anchor_that_cannot_be_read_is_named(amtsweg, office) -> None:
    said = amtsweg("verify", "--anchor", "http://127.0.0.1:1/log")
    assert_named(said, f"an anchor cannot be read: http://127.0.0.1:1/log, {NOBODY}")
    assert "signed up to position 9 (20" in said.out


@pytest.mark.parametrize("offline", [False, True])
def test_an_anchor_that_is_asked_by_name_has_kept_something(
    amtsweg, office, tmp_path, offline
) -> None:
    file = tmp_path / "log.jsonl"
    assert amtsweg("export", str(file)).code == 0
    place, told = str(tmp_path / "mistyped"), ("--offline", str(file), "--key", str(office.key))
    said = amtsweg("verify", "--anchor", place, *(told if offline else ()))
    assert_named(said, f"an anchor has kept nothing: {place} (there is no such file)")


@pytest.mark.parametrize("there", [False, True])
def test_an_anchor_that_is_set_and_has_kept_nothing_is_named_with_those_who_have(
    amtsweg, office, there
) -> None:
    place = office.home / "new.txt"
    if there:
        place.touch()
    said = amtsweg("verify", AMTSWEG_ANCHORS=json.dumps([str(place)]))
    why = "" if there else " (there is no such file)"
    went = f"checkpoints were handed over to {office.anchor}"
    assert_named(said, f"an anchor has kept nothing: {place}{why}; {went}")
    assert "not anchored" in said.out


def test_no_more_is_said_to_be_proven_than_up_to_the_first_fault(amtsweg, office) -> None:
    office.attack("UPDATE events SET state = '{}' WHERE notification_id = 4")
    assert "signed and anchored up to position 3, before the first fault (" in amtsweg("verify").out
    office.attack("UPDATE events SET recorded_at = now() WHERE notification_id = 1")
    said = amtsweg("verify")
    assert "10 events, up to position 10; nothing of it is proven." in said.out


def test_notes_of_another_log_are_named(amtsweg, office) -> None:
    office.anchor.write_text(office.anchor.read_text().replace("position 7", "position 8"))
    assert_named(
        amtsweg("verify"), f"is not signed by the key of this log: note 1 at {office.anchor}"
    )


def test_without_the_public_key_nothing_is_proven(amtsweg, office) -> None:
    office.key.unlink()
    said = amtsweg("verify")
    assert_named(
        said,
        "nothing can be proven: there is no public key of the log here; "
        f"bring it to {office.key}, or name it with --key",
    )
    assert "10 events, up to position 10; nothing of it is proven." in said.out


async def test_what_is_written_and_signed_meanwhile_looks_like_no_manipulation(
    amtsweg, office
) -> None:
    for _ in range(3):
        verifying, file = amtsweg.begin("verify"), office.home / "log.jsonl"
        exporting = amtsweg.begin("export", str(file), "--force")
        while verifying.process.is_alive() or exporting.process.is_alive():
            await office.log.record(uuid4(), *LIFE)
            await office.sign()
        assert_sound(verifying.end())
        assert exporting.end().code == 0
        told = ("--offline", str(file), "--key", str(office.key), "--anchor", str(office.anchor))
        made_at = json.loads(file.read_text().splitlines()[0])["made_at"]
        assert_sound(amtsweg("verify", *told, "--made-at", made_at))
