"""What has been kept for long enough goes by itself: files, keys, names; what happened stays."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import adapters.retention
from adapters.bootstrap import Parts
from adapters.retention import What
from adapters.runner_names import RETENTION as NAME
from domain.application import events as e
from domain.rules import Retention
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.retention import RETENTION
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.asked import submit_reduced
from tests.domain.application.facts import NOW, REDUCED
from tests.projections.log import Log
from workers.letting_go import DRY, NOTHING, show_due
from workers.retention import BY, retention_round
from workers.supervision import Pulse, Tools
from workers.wake import Wake

FILE = "a-proof"
settled = (h.rejected, h.refund_due("rejected", REDUCED), h.refund_done(cents=1000))


def uploaded(case: UUID) -> e.ProofUploaded:
    return replace(h.uploaded, file=f"{case}/{FILE}")


def life(case: UUID, *end: Any) -> tuple[Any, ...]:
    first, paid, _, *later = past.reduced_in_hands
    return (first, paid, uploaded(case), *later, *end)


@pytest.fixture
async def case(parts: Parts, log: Log) -> UUID:
    """Rejected, settled, and with a proof."""
    case = uuid4()
    await parts.retention.files.keep(f"{case}/{FILE}", b"sealed")
    await log.record(case, *life(case, *settled))
    return case


async def let_go(parts: Parts, log: Log, days: int) -> int:
    await log.project(RETENTION)
    return await retention_round(Tools(parts, Pulse(parts, NAME), Wake()), NOW + timedelta(days))


async def names(parts: Parts, case: UUID) -> list[str]:
    return [type(event).__name__ for event in await parts.log.events(case)]


async def test_proofs_go_first_and_the_person_later(parts, log, case) -> None:
    files = parts.retention.files
    assert await let_go(parts, log, 90) == 0
    assert await files.read(f"{case}/{FILE}") == b"sealed"
    assert await let_go(parts, log, 91) == 1
    assert await files.read(f"{case}/{FILE}") is None
    assert (await parts.log.events(case))[0].applicant is not None
    assert await let_go(parts, log, 366) == 1
    assert (await parts.log.events(case))[0].applicant is None
    assert await let_go(parts, log, 367) == 0
    assert (await names(parts, case))[-2:] == ["ProofsDestroyed", "ApplicantErased"]


async def test_every_step_says_who_and_why(parts, log, case) -> None:
    await let_go(parts, log, 366)
    *_, destroyed, erased = await parts.log.history(case)
    assert destroyed.metadata.actor == erased.metadata.actor == BY
    assert erased.event.ground is e.ErasureGround.RETENTION


async def test_two_workers_at_once_let_it_go_once(parts, log, case) -> None:
    await asyncio.gather(*(let_go(parts, log, 366) for _ in range(3)))
    happened = await names(parts, case)
    assert [happened.count(n) for n in ("ProofsDestroyed", "ApplicantErased")] == [1, 1]


async def test_whom_money_is_owed_to_stays_and_the_others_go(parts, log, case) -> None:
    owed = uuid4()
    await log.record(owed, *life(owed, *settled[:2]))
    await let_go(parts, log, 366)
    assert "ApplicantErased" in await names(parts, case)
    assert "ApplicantErased" not in await names(parts, owed)


async def test_the_counts_are_as_they_were(parts, log, case) -> None:
    before = await log.shown(APPLICATIONS_COUNTED)
    await let_go(parts, log, 366)
    assert before
    assert await log.shown(APPLICATIONS_COUNTED) == before


async def test_what_was_reopened_meanwhile_stays(parts, log, case) -> None:
    await log.project(RETENTION)
    (due, _) = [one async for one in parts.retention.due(NOW + timedelta(366))]
    reopened = e.ApplicationReopened(
        reason="wrong person", reopened_by="", reopened_at=NOW, due_on=None, derivation=()
    )
    await log.record(case, reopened)
    assert due.what is What.PROOFS
    assert not await parts.retention.let_go(due, BY, NOW + timedelta(366))
    assert await let_go(parts, log, 366) == 0


async def test_without_a_policy_everything_stays(parts, log) -> None:
    case = uuid4()
    forever = Retention(proof_days=None, unsuccessful_months=None)
    first = replace(h.submitted(submit_reduced), rules=replace(REDUCED, retention=forever))
    await log.record(case, first, *life(case, *settled)[1:])
    assert await let_go(parts, log, 9000) == 0


async def test_what_is_due_is_asked_for_page_by_page(parts, log, case, monkeypatch) -> None:
    others = [uuid4() for _ in range(3)]
    for other in others:
        await log.record(other, *life(other, *settled))
    await log.project(RETENTION)
    whole = [one async for one in parts.retention.due(NOW + timedelta(366))]
    monkeypatch.setattr(adapters.retention, "PAGE", 3)
    assert [one async for one in parts.retention.due(NOW + timedelta(366))] == whole
    assert {one.application_id for one in whole} == {case, *others}
    assert [one.what for one in whole] == [What.PROOFS] * 4 + [What.PERSON] * 4


async def test_what_may_go_is_shown_and_changes_nothing(parts, log, case, capsys) -> None:
    await log.project(RETENTION)
    before = await names(parts, case)
    assert await show_due(parts, NOW + timedelta(366), do=False)
    said = capsys.readouterr().out
    assert ("person" in said, "proofs" in said, DRY in said) == (True, True, True)
    assert await names(parts, case) == before


async def test_with_do_it_goes_and_then_nothing_is_left(parts, log, case, capsys) -> None:
    await log.project(RETENTION)
    assert await show_due(parts, NOW + timedelta(366), do=True)
    assert "2 of 2 gone" in capsys.readouterr().out
    await log.project(RETENTION)
    assert await show_due(parts, NOW + timedelta(366), do=True)
    assert NOTHING in capsys.readouterr().out


async def test_what_has_to_stay_is_told(parts, log, capsys) -> None:
    owed = uuid4()
    await log.record(owed, *life(owed, *settled[:2]))
    await log.project(RETENTION)
    assert not await show_due(parts, NOW + timedelta(366), do=True)
    assert "wait for money" in capsys.readouterr().out
