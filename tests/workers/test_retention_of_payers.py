"""Payers whose names have been kept for long enough go, page by page, each for itself."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

import adapters.retention
from adapters.bootstrap import Parts
from adapters.runner_names import RETENTION as NAME
from domain.fee_record.events import FeeRecordKept, Payer
from projections.fee_records import FEE_RECORDS
from projections.retention import RETENTION
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from tests.projections.log import Log
from workers.retention import retention_round
from workers.supervision import Pulse, Tools
from workers.wake import Wake

RECORDS = tuple(UUID(int=n) for n in range(1, 6))
LAST_DAY = date(2031, 12, 31)
IN_TIME, LATE = (datetime(year, 6, 1, tzinfo=UTC) for year in (2031, 2032))
SPOIL_THE_FIRST = "UPDATE events SET state = 'spoilt' WHERE notification_id = 1"


def kept(**changes: Any) -> FeeRecordKept:
    given = {
        "application_id": UUID(int=9), "municipality": GELSENKIRCHEN, "service": "library-card",
        "cents": 2000, "payer": Payer(given_name="Eva", family_name="Muster"), "account": None,
        "keep_until": LAST_DAY, "kept_at": NOW, "paid_in": 2021,
    }  # fmt: skip
    return FeeRecordKept(**given | changes)


async def let_go(parts: Parts, log: Log, now: datetime) -> tuple[int, int]:
    """Return how many went, and how often the round said that it is alive."""
    for projection in (RETENTION, FEE_RECORDS):
        await log.project(projection)
    beats = list[str]()

    class Counted(Pulse):
        async def beat(self, state: str = "running", detail: str = "") -> None:
            beats.append(state)
            await super().beat(state, detail)

    gone = await retention_round(Tools(parts, Counted(parts, NAME), Wake()), now)
    return gone, len(beats)


@pytest.fixture
def loaded(monkeypatch, parts) -> list[UUID]:
    """Whose histories were read by these parts: others of this process have logs of their own."""
    met, load = list[UUID](), type(parts.log).load

    async def counted(self: Any, stream: UUID, *given: Any) -> Any:
        if self is parts.log:
            met.append(stream)
        return await load(self, stream, *given)

    monkeypatch.setattr(type(parts.log), "load", counted)
    return met


async def test_whoever_has_to_be_kept_is_not_looked_at(parts, log, loaded) -> None:
    for record in RECORDS:
        await log.record(record, kept())
    loaded.clear()
    assert await let_go(parts, log, IN_TIME) == (0, 0)
    assert loaded == []


async def test_they_go_page_by_page_with_a_sign_of_life_for_each(parts, log, monkeypatch) -> None:
    monkeypatch.setattr(adapters.retention, "PAGE", 2)
    for record in RECORDS:
        await log.record(record, kept())
    assert await let_go(parts, log, LATE) == (5, 5)
    assert await log.shown(FEE_RECORDS) == []
    assert await let_go(parts, log, LATE) == (0, 0)


async def test_one_that_cannot_be_read_holds_up_no_other(parts, log) -> None:
    for record in RECORDS[:3]:
        await log.record(record, kept())
    await log.project(FEE_RECORDS)
    await log.do("SET session_replication_role = replica", SPOIL_THE_FIRST)
    assert await let_go(parts, log, LATE) == (2, 3)
    assert [row["record_id"] for row in await log.shown(FEE_RECORDS)] == [RECORDS[0]]


async def test_accounts_that_are_not_adopted_keep_a_name_that_nobody_tries_to_erase(
    parts, log, loaded
) -> None:
    await log.record(RECORDS[0], kept(years_after_accounts=9))
    loaded.clear()
    assert await let_go(parts, log, LATE) == (0, 0)
    assert loaded == []
