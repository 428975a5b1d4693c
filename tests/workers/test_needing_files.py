"""A file store is waited for; a file that it refuses time and again holds up no other."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.proofs.files import FileStoreUnavailable
from adapters.read_models.positions import begin
from adapters.runner_names import FORGETTING
from domain.application.events import ProofsDestroyed
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.projections.log import Log
from tests.workers.supervised import supervised, until
from workers import catalogue, needing_files
from workers.needing_files import PAUSES, FileIsAwaited, NeedingFiles

READ = """SELECT 1 FROM positions WHERE runner = 'forgetting'
    AND position = (SELECT max(notification_id) FROM events)"""
WAITS = "SELECT detail FROM heartbeats WHERE runner = 'forgetting' AND state = 'waiting'"
FAILED = "SELECT last_error FROM heartbeats WHERE failed_at IS NOT NULL AND runner = 'forgetting'"
(RUNNER,) = catalogue.named([FORGETTING])


def tries(monkeypatch: pytest.MonkeyPatch, pauses: Sequence[float]) -> None:
    monkeypatch.setattr(needing_files, "PAUSES", pauses)


async def destroyed(parts: Parts, log: Log) -> tuple[UUID, Path]:
    """An application whose proof is to go; return where that lies."""
    case = uuid4()
    event = ProofsDestroyed(
        proof_ids=(uuid4(),),
        files=(f"{case}/one",),
        kept_until=date(2026, 1, 1),
        destroyed_at=datetime.now(UTC),
    )
    file = parts.settings.files / str(case) / "one"
    file.parent.mkdir(parents=True)
    await log.record(case, h.submitted(submit), event)
    return case, file


def put_in_the_way(file: Path) -> Path:
    (file / "deep").mkdir(parents=True)
    return file


async def test_a_file_that_is_refused_time_and_again_holds_up_no_other(
    parts: Parts, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries(monkeypatch, (0.01, 0.01))
    stubborn, in_the_way = await destroyed(parts, log)
    put_in_the_way(in_the_way)
    _, file = await destroyed(parts, log)
    file.write_bytes(b"sealed")
    async with supervised(parts, RUNNER):
        await until(partial(log.ask, READ))
    assert await log.parked() == [(FORGETTING, stubborn, 2)]
    assert not file.exists()
    assert await log.ask(FAILED) == []


async def test_a_file_store_that_is_down_is_waited_for(
    parts: Parts, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries(monkeypatch, (0.01,) * 100_000)
    _, file = await destroyed(parts, log)
    put_in_the_way(file)
    async with supervised(parts, RUNNER):
        await until(partial(log.ask, WAITS))
        assert await log.ask(READ) == []
        (file / "deep").rmdir()
        file.rmdir()
        await until(partial(log.ask, READ))
    assert (await log.parked(), await log.ask(FAILED)) == ([], [])


async def refuse(*_: object) -> None:
    raise FileStoreUnavailable


async def test_the_next_file_that_is_refused_is_waited_for_no_longer_than_the_first(
    parts: Parts, log: Log
) -> None:
    """And the first one is not waited for again meanwhile."""
    refused, pauses = NeedingFiles("refused", {ProofsDestroyed: refuse}), list[float]()
    for _ in range(2):
        await destroyed(parts, log)
    async with log.connection() as connection:
        await begin(connection, "refused")
        for _ in range(2 * len(PAUSES)):
            with pytest.raises(FileIsAwaited) as awaited:
                await refused.step(parts, connection)
            pauses.append(awaited.value.pause)
        await refused.step(parts, connection)
    assert pauses == [*PAUSES, *PAUSES]
    assert [position for _, _, position in await log.parked()] == [2, 4]
