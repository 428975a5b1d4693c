"""The last lines of `status` agree with its exit code, and name what a person has to do."""

import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from rich.console import Console

from adapters.runner_names import RUNNER_NAMES
from tests.domain.application.facts import GELSENKIRCHEN
from tests.workers.test_status import BEAT
from workers.picture import picture
from workers.status import look

NOTICE = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    municipality, channel, office, state, error, queued_at, due_at) VALUES (gen_random_uuid(), %s,
    'office/received-1', 1, 1, %s, 'office', 'library', %s, 'SMTP 550',
    clock_timestamp() - interval '15 minutes', clock_timestamp() + interval '5 minutes')"""
DIGEST = """INSERT INTO digests (digest_id, municipality, office, day, until, state, error)
    VALUES (gen_random_uuid(), %s, 'register', '2026-06-12', now(), 'failed', 'SMTP 551')"""
PARKED = """INSERT INTO parked (runner, stream_id, position, error)
    VALUES ('notifier', gen_random_uuid(), 1, 'ValueError')"""
READ = "INSERT INTO positions (runner, position) VALUES ('notifier', 0) ON CONFLICT DO NOTHING"


@pytest.fixture
async def connection(log):
    async with log.connection() as connection:
        await connection.execute(BEAT, (list(RUNNER_NAMES),))
        yield connection


async def told(connection, width: int = 200) -> str:
    seen, out = await look(connection), io.StringIO()
    Console(file=out, width=width).print(picture(seen, datetime.now(UTC)))
    assert seen.all_well == ("Every runner beats." in out.getvalue())
    return out.getvalue()


async def test_a_failed_notice_is_named_with_application_town_and_office(connection) -> None:
    case = uuid4()
    await connection.execute(NOTICE, (case, GELSENKIRCHEN, "failed"))
    said = await told(connection)
    whose = f"application {case}, municipality {GELSENKIRCHEN}, office library"
    assert f"office/received-1, SMTP 550, {whose}" in said
    assert "1 notices failed; to an office: correct its mailbox" in said.splitlines()[-1]


async def test_a_failed_digest_is_named_with_town_and_office(connection) -> None:
    await connection.execute(DIGEST, (GELSENKIRCHEN,))
    said = await told(connection)
    assert f"SMTP 551, municipality {GELSENKIRCHEN}, office register" in said
    assert "1 digests failed; correct the mailbox" in said


async def test_what_is_set_aside_is_no_green_end(connection) -> None:
    await connection.execute(READ)
    await connection.execute(PARKED)
    assert "1 events are set aside; `parked` lists them" in await told(connection)


async def test_a_notice_that_is_tried_again_waits_since_it_was_queued(connection) -> None:
    await connection.execute(NOTICE, (uuid4(), GELSENKIRCHEN, "queued"))
    (line,) = [one for one in (await told(connection)).splitlines() if one.startswith("Notices")]
    assert 900 <= int(line.split("for ")[1].split(" s")[0]) < 3600


async def test_in_a_narrow_window_the_names_of_runners_are_whole(connection) -> None:
    said = await told(connection, width=80)
    assert [name for name in RUNNER_NAMES if name not in said] == []
