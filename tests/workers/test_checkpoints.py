"""Checkpoints grow with the log and reach every anchor, in order, whoever is down or dies."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from adapters.bootstrap import Parts, open_parts
from adapters.evidence import checkpoints
from adapters.evidence.anchors import FileAnchor, HttpAnchor
from adapters.evidence.checkpoints import (
    CheckpointsManipulated,
    EventsAreGone,
    News,
    make_checkpoint,
)
from adapters.evidence.leaves import LEAF
from adapters.evidence.merkle import Tree
from adapters.evidence.notes import Checkpoint
from adapters.evidence.signing_key import SigningKeyMissing, new_signer
from adapters.evidence.why import NOBODY
from adapters.free_port import free_port
from adapters.settings import Settings
from api.sandbox.anchor import create_anchor
from tests.domain.application import happened as h
from tests.keys import SIGNER, with_keys
from tests.projections.log import Log
from tests.service_login import new_login
from tests.serving import serve
from tests.workers.supervised import supervised, until
from workers.checkpoints import RUNNER, HandOver
from workers.work import work

UNLOCKED = "ALTER TABLE checkpoints DISABLE TRIGGER checkpoints_are_append_only"
EVENTS = "SELECT notification_id, recorded_at, hash FROM events ORDER BY notification_id"
MICROSECONDS = (
    "SELECT (extract(epoch FROM %s - timestamptz '2000-01-01 UTC') * 1000000)::bigint AS n"
)
CUT_WORKERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename LIKE 'service%%'"""
SIGNED_ELSEWHERE = """INSERT INTO checkpoints (number, size, position, note, edge)
    VALUES (1, 1, 1, 'by another key', '{}')"""
BEAT = "SELECT state, detail FROM heartbeats WHERE runner = 'checkpoints'"


@dataclass
class Neighbour:
    """An anchor at somebody else's, that may be down."""

    folder: Path
    port: int

    @property
    def anchor(self) -> HttpAnchor:
        return HttpAnchor(f"http://127.0.0.1:{self.port}/anchor")

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        app = FastAPI()
        app.include_router(create_anchor(self.folder))
        async with serve(app, socket.create_server(("127.0.0.1", self.port))):
            yield


@pytest.fixture
def neighbour(tmp_path) -> Neighbour:
    return Neighbour(tmp_path / "neighbour", free_port(0))


@pytest.fixture
def file(tmp_path) -> FileAnchor:
    return FileAnchor(tmp_path / "anchor.txt")


@pytest.fixture
async def anchoring(tmp_path, file, neighbour, database_url) -> AsyncIterator[Parts]:
    places = (str(file.path), neighbour.anchor.url)
    settings = Settings(home=tmp_path, anchors=places, checkpoint_events=1)
    settings.checkpoint_seconds = 0.02
    with new_login(database_url) as login:
        async with open_parts(with_keys(settings), login) as parts:
            yield parts


async def happen(log: Log, events: int = 1) -> None:
    await log.record(uuid4(), *[h.claimed] * events)


async def make(log: Log) -> Checkpoint | None:
    async with log.connection() as connection:
        return await make_checkpoint(connection, SIGNER)


async def notes(log: Log) -> list[str]:
    return [row["note"] for row in await log.ask("SELECT note FROM checkpoints ORDER BY number")]


async def sizes(log: Log) -> list[int]:
    return [SIGNER.verifier.open(note).size for note in await notes(log)]


async def as_defined(log: Log, size: int) -> bytes:
    """The root over the first events, from their columns alone."""
    tree = Tree()
    for row in (await log.ask(EVENTS))[:size]:
        ((moment,),) = [r.values() for r in await log.ask(MICROSECONDS, row["recorded_at"])]
        tree.add_all([LEAF.pack(row["notification_id"], moment, row["hash"])])
    return tree.root


async def test_an_empty_log_makes_no_checkpoint(log) -> None:
    assert await make(log) is None


async def test_a_checkpoint_says_how_the_log_stands(log) -> None:
    await happen(log, 3)
    made = await make(log)
    assert made
    assert (made.size, made.position, made.root) == (3, 3, await as_defined(log, 3))
    assert [SIGNER.verifier.open(note) for note in await notes(log)] == [made]


async def test_a_log_that_has_not_grown_makes_no_other(log) -> None:
    await happen(log)
    assert await make(log)
    assert await make(log) is None
    assert await sizes(log) == [1]


async def test_each_checkpoint_goes_on_from_the_one_before(log, monkeypatch) -> None:
    monkeypatch.setattr(checkpoints, "PAGE", 2)
    for events in (1, 5, 2, 7):
        await happen(log, events)
        await make(log)
    assert await sizes(log) == [1, 6, 8, 15]
    for note in await notes(log):
        said = SIGNER.verifier.open(note)
        assert said.root == await as_defined(log, said.size)


async def test_a_long_log_is_signed_a_part_at_a_time(log, monkeypatch) -> None:
    monkeypatch.setattr(checkpoints, "PAGE", 2)
    monkeypatch.setattr(checkpoints, "MOST", 3)
    await happen(log, 7)
    while await make(log):
        pass
    assert await sizes(log) == [3, 6, 7]


async def test_positions_that_were_left_out_are_not_counted(log) -> None:
    await happen(log)
    await log.do("SELECT setval('events_notification_id_seq', 10)")
    await log.do(
        """INSERT INTO events (originator_id, originator_version, topic, state)
        SELECT gen_random_uuid(), 1, topic, state FROM events"""
    )
    made = await make(log)
    assert made
    assert (made.size, made.position, made.root) == (2, 11, await as_defined(log, 2))


async def test_many_at_once_make_each_checkpoint_once(log) -> None:
    for expected in range(1, 6):
        await happen(log, 20)
        made = await asyncio.gather(*(make(log) for _ in range(6)))
        assert len([one for one in made if one]) == 1
        assert (await sizes(log))[-1] == expected * 20


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE checkpoints SET edge[1] = sha256('')",
        "UPDATE checkpoints SET edge = edge || sha256('')",
        "UPDATE checkpoints SET edge = edge[1:1]",
        # The same bytes, cut elsewhere: the same root now, and another one later.
        """UPDATE checkpoints SET edge = ARRAY[
            substr(edge[1], 1, 31), substr(edge[1], 32) || edge[2]]""",
        "UPDATE checkpoints SET size = 5",
        "UPDATE checkpoints SET position = 2",
        "UPDATE checkpoints SET note = replace(note, 'position 3', 'position 2')",
        "UPDATE checkpoints SET note = 'nothing'",
        "INSERT INTO checkpoints SELECT 2, 4, 3, note, edge FROM checkpoints",
        "DELETE FROM checkpoints",
    ],
)
async def test_nothing_is_signed_on_top_of_a_lie(log, file, lie) -> None:
    await happen(log, 3)
    await make(log)
    async with log.connection() as connection:
        await connection.execute("INSERT INTO anchored (anchor) VALUES (%s)", (file.name,))
        assert await HandOver(file).step(connection)
    await log.do(UNLOCKED, lie)
    before = await notes(log)
    await happen(log)
    with pytest.raises(CheckpointsManipulated, match="nothing more is signed"):
        await make(log)
    assert await notes(log) == before


async def test_another_key_signs_nothing_on_top_of_ours(log) -> None:
    await happen(log)
    await make(log)
    await happen(log)
    async with log.connection() as connection:
        with pytest.raises(CheckpointsManipulated):
            await make_checkpoint(connection, new_signer())


async def test_nothing_is_signed_where_the_log_has_lost_its_end(log) -> None:
    await happen(log, 3)
    await make(log)
    await log.do(
        "ALTER TABLE events DISABLE TRIGGER events_are_append_only",
        "DELETE FROM events WHERE notification_id > 1",
    )
    with pytest.raises(EventsAreGone, match="restore what is gone"):
        await make(log)


@pytest.mark.parametrize("change", ["UPDATE checkpoints SET size = 2", "DELETE FROM checkpoints"])
async def test_a_checkpoint_cannot_be_changed_in_passing(log, change) -> None:
    await happen(log)
    await make(log)
    with pytest.raises(Exception, match="append-only"):
        await log.do(change)


@pytest.mark.parametrize(
    ("events", "seconds", "due"),
    [
        (0, 0.0, False),
        (1, 0.0, False),
        (999, 59.9, False),
        (1, 60.0, True),
        (1000, 0.0, True),
        (-1, 0.0, True),
    ],
)
def test_it_is_time_when_many_are_new_or_the_first_waits_long(events, seconds, due) -> None:
    assert News(events, seconds).are_due(1000, 60.0) is due


async def test_the_runner_makes_one_when_the_first_new_event_has_waited(
    anchoring, log, neighbour
) -> None:
    anchoring.settings.checkpoint_events = 1000
    async with neighbour.up(), supervised(anchoring, RUNNER):
        for expected in (2, 4, 6):
            await happen(log, 2)
            await until(partial(stands_at, log, expected))


async def stands_at(log: Log, size: int) -> bool:
    return (await sizes(log))[-1:] == [size]


async def everybody_has_all(log: Log, *anchors: FileAnchor | HttpAnchor) -> bool:
    (row,) = await log.ask("SELECT count(*) AS events FROM events")
    made = await notes(log)
    return await stands_at(log, row["events"]) and all([await a.notes() == made for a in anchors])


async def test_every_anchor_has_every_note_in_order(anchoring, log, file, neighbour) -> None:
    async with neighbour.up(), supervised(anchoring, RUNNER):
        for _ in range(5):
            await happen(log)
            await asyncio.sleep(0.05)
        await until(partial(everybody_has_all, log, file, neighbour.anchor))


async def test_a_restart_in_between_loses_nothing(anchoring, log, file, neighbour) -> None:
    async with neighbour.up():
        for _ in range(4):
            async with supervised(anchoring, RUNNER):
                await happen(log)
                await asyncio.sleep(0.1)
        async with supervised(anchoring, RUNNER):
            await until(partial(everybody_has_all, log, file, neighbour.anchor))


async def test_two_workers_hand_over_no_note_twice_or_out_of_order(
    anchoring, log, file, neighbour
) -> None:
    async with neighbour.up(), supervised(anchoring, RUNNER), supervised(anchoring, RUNNER):
        for _ in range(10):
            await happen(log)
            await asyncio.sleep(0.03)
        await until(partial(everybody_has_all, log, file, neighbour.anchor))
    assert file.path.read_text() == "".join(f"{note}\n" for note in await notes(log))


async def test_while_one_hands_over_no_other_does(log, file) -> None:
    await happen(log)
    await make(log)
    await log.ask("INSERT INTO anchored VALUES (%s) RETURNING anchor", file.name)
    async with log.connection() as busy, log.connection() as other:
        async with busy.transaction():
            await busy.execute("SELECT FROM anchored FOR UPDATE")
            assert not await HandOver(file).step(other)
        assert await file.notes() == []
        assert await HandOver(file).step(other)
    assert await file.notes() == await notes(log)


async def test_an_anchor_that_is_down_delays_only_itself_and_misses_nothing(
    anchoring, log, file, neighbour
) -> None:
    with capture_logs() as logs:
        async with supervised(anchoring, RUNNER):
            for _ in range(3):
                await happen(log)
                await asyncio.sleep(0.05)
            await until(partial(everybody_has_all, log, file))
            async with neighbour.up():
                await until(partial(everybody_has_all, log, file, neighbour.anchor))
    said = [(e["event"], e["anchor"]) for e in logs if e["event"].startswith("anchor_")]
    assert set(said) == {
        (n, neighbour.anchor.name) for n in ("anchor_unavailable", "anchor_reached")
    }
    assert said[-1][0] == "anchor_reached"


async def test_what_went_wrong_is_noted_until_it_is_right_again(log, neighbour) -> None:
    await happen(log)
    await make(log)
    hand_over = HandOver(neighbour.anchor)
    asked = partial(log.ask, "SELECT number, error FROM anchored")
    async with log.connection() as connection:
        await connection.execute("INSERT INTO anchored VALUES (%s)", (neighbour.anchor.name,))
        assert not await hand_over.step(connection)
        assert await asked() == [{"number": 0, "error": NOBODY}]
        async with neighbour.up():
            assert await hand_over.step(connection)
    assert await asked() == [{"number": 1, "error": ""}]


async def test_it_is_left_alone_longer_and_longer_up_to_a_minute(log, neighbour) -> None:
    await happen(log)
    await make(log)
    hand_over, pauses = HandOver(neighbour.anchor), []
    async with log.connection() as connection:
        await connection.execute("INSERT INTO anchored VALUES (%s)", (neighbour.anchor.name,))
        for _ in range(9):
            await hand_over.step(connection)
            pauses.append(hand_over.pause)
        async with neighbour.up():
            await hand_over.step(connection)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert hand_over.pause == 0


async def test_where_the_table_lies_the_runner_says_so_and_hands_over_what_was_signed(
    anchoring, log, file
) -> None:
    await happen(log)
    await make(log)
    signed = await notes(log)
    await log.do(UNLOCKED, "UPDATE checkpoints SET edge = ARRAY[sha256('')]")
    await happen(log)

    async def is_said() -> bool:
        (row,) = await log.ask(BEAT) or [{"state": "", "detail": ""}]
        return (row["state"], row["detail"]) == ("refusing", "CheckpointsManipulated")

    async def is_handed_over() -> bool:
        return await file.notes() == signed

    async with supervised(anchoring, RUNNER):
        await until(is_said)
        await until(is_handed_over)
    assert await notes(log) == signed


async def test_a_runner_that_lost_its_connections_says_why_and_goes_on(
    anchoring, log, file, neighbour
) -> None:
    async with neighbour.up(), supervised(anchoring, RUNNER):
        await happen(log)
        await until(partial(everybody_has_all, log, file, neighbour.anchor))
        with capture_logs() as logs:
            await log.ask(CUT_WORKERS)
            await happen(log)
            await until(partial(everybody_has_all, log, file, neighbour.anchor))
    failed = {e["error"] for e in logs if e.get("runner") == "checkpoints"}
    assert failed
    assert failed <= {"AdminShutdown", "OperationalError"}


@pytest.mark.parametrize(
    ("names", "starts"), [([], False), (["checkpoints"], False), (["notifier"], True)]
)
async def test_a_worker_without_the_key_refuses_only_what_needs_it(
    tmp_path, database_url, names, starts
) -> None:
    settings = with_keys(Settings(home=tmp_path))
    settings.signing_key_file.unlink()
    stop = asyncio.Event()
    stop.set()
    if starts:
        await work(settings, database_url, names, stop)
    else:
        with pytest.raises(SigningKeyMissing, match="run `migrate` once"):
            await work(settings, database_url, names, stop)


def test_a_worker_without_the_key_says_what_to_do(amtsweg, service_url, tmp_path) -> None:
    key = Settings(home=tmp_path).signing_key_file
    key.unlink()
    sentence = amtsweg.at(service_url)("work", "checkpoints").sentence
    assert "run `migrate` once to make it, or bring it" in sentence
    assert str(key) in sentence


def test_a_worker_without_the_key_of_checkpoints_that_are_there_is_told_to_bring_it(
    amtsweg, service_url, tmp_path
) -> None:
    key = Settings(home=tmp_path).signing_key_file
    with psycopg.connect(service_url) as connection:
        connection.execute(SIGNED_ELSEWHERE)
    assert "This key did not sign" in amtsweg.at(service_url)("work", "checkpoints").sentence
    key.unlink()
    sentence = amtsweg.at(service_url)("work", "checkpoints").sentence
    assert "This database has checkpoints, and the key that signed them is not here" in sentence


async def test_unless_told_otherwise_notes_go_to_a_file_in_the_home_folder(parts, log) -> None:
    parts.settings.checkpoint_seconds = 0.02
    file = FileAnchor(parts.settings.home / "anchors" / "checkpoints.txt")
    async with supervised(parts, RUNNER):
        await happen(log)
        await until(partial(everybody_has_all, log, file))
