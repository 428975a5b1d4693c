"""A proof whose file the file store does not give is waited for, and then holds up no other."""

from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.runner_names import PROOF_INSPECTION
from tests.domain.application import happened as h
from tests.domain.application.asked import submit_reduced
from tests.projections.log import Log
from tests.workers.supervised import supervised, until
from workers import needing_files
from workers.inspect_proofs import RUNNER, WAITING

CLEAR = b"a proof"
WAITS = (
    "SELECT FROM heartbeats WHERE runner = 'proof-inspection' AND detail = 'FileStoreUnavailable'"
)
AT_THE_END = """SELECT FROM positions WHERE runner = 'proof-inspection'
    AND position = (SELECT max(notification_id) FROM events)"""
WHY = "SELECT DISTINCT error FROM parked"
SENT_BACK = "UPDATE parked SET requeued_at = clock_timestamp()"


async def proof(parts: Parts, log: Log) -> tuple[UUID, Path]:
    """An application with a proof that nobody has looked into; return where that lies."""
    case = uuid4()
    name = f"{case}/one"
    await log.record(case, h.submitted(submit_reduced))
    key = (await parts.log.load(case)).key
    assert key is not None
    await parts.proofs.vault.keep(key, name, CLEAR)
    clean = sha256(CLEAR).hexdigest()
    await log.record(case, replace(h.uploaded, file=name, clean_sha256=clean))
    return case, parts.settings.files / name


def put_out_of_reach(file: Path) -> Path:
    """A link that leads nowhere is in its place: it cannot be opened, by root neither."""
    away = file.rename(file.with_name("away"))
    file.symlink_to(file)
    return away


def put_back(file: Path, away: Path) -> None:
    file.unlink()
    away.rename(file)


async def found(parts: Parts, case: UUID) -> str:
    return type((await parts.log.events(case))[-1]).__name__


async def test_a_proof_that_the_store_refuses_time_and_again_holds_up_no_other(
    parts: Parts, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needing_files, "PAUSES", (0.01, 0.01))
    stubborn, file = await proof(parts, log)
    away = put_out_of_reach(file)
    other, _ = await proof(parts, log)
    async with supervised(parts, RUNNER):
        await until(partial(log.ask, AT_THE_END))
        assert await log.parked() == [(PROOF_INSPECTION, stubborn, 2)]
        assert await log.ask(WHY) == [{"error": "FileIsRefused"}]
        assert (await found(parts, stubborn), await found(parts, other)) == (
            "ProofUploaded",
            "ProofFoundClean",
        )
        put_back(file, away)
        await log.do(SENT_BACK)
        await until(lambda: _has(parts, stubborn))
        await until(lambda: _nothing_is_parked(log))  # which is noted after its effect


async def test_a_store_that_comes_back_in_time_costs_nobody_a_look(
    parts: Parts, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needing_files, "PAUSES", (0.01,) * 100_000)
    case, file = await proof(parts, log)
    away = put_out_of_reach(file)
    async with supervised(parts, RUNNER):
        await until(partial(log.ask, f"{WAITS} AND state = '{WAITING}'"))
        put_back(file, away)
        await until(lambda: _has(parts, case))
    assert await log.parked() == []


async def _has(parts: Parts, case: UUID) -> bool:
    return await found(parts, case) == "ProofFoundClean"


async def _nothing_is_parked(log: Log) -> bool:
    return await log.parked() == []
