"""A person is erased although their data key is damaged; what could not be read is said."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.personal_data.damage import Damage
from adapters.personal_data.erasure_terms import Asked, Fate
from adapters.personal_data.key_ring import WrongKeyRing, new_key_ring, save_key_ring
from adapters.personal_data.preparing import prepare_key_ring
from adapters.personal_data.sealing import wrapping_place
from adapters.settings import Settings
from domain.application.events import ErasureGround
from domain.application.state import Status
from domain.rules import Retention
from tests.commands import CommandLine
from tests.domain.application import histories as past
from tests.domain.application.facts import GELSENKIRCHEN
from tests.keys import KEYS, keys_in
from tests.projections.log import Log
from workers.erasing import BESIDES, NOT_FINAL, SAID

PAID, NAMED, SOUND = UUID(int=1), UUID(int=2), UUID(int=3)
ACCOUNT = "pseudonym-1"
ISSUED = past.ENDED_AS[Status.ISSUED_ONLINE]
NAMES_PAYER = Retention(names_payer=True, successful_months=1)
GONE = SAID[Fate.ERASED].format(files="0 proof files", mails="0 caught mails")
ANOTHER = KEYS.wrap(os.urandom(32), wrapping_place(PAID, GELSENKIRCHEN))[1]
WRAPPED = "UPDATE data_keys SET wrapped = %s WHERE stream_id = %s"
UNKNOWN = "UPDATE data_keys SET kek = 99 WHERE stream_id = %s"
DESTROYED = "SELECT stream_id FROM data_keys WHERE destroyed_at IS NOT NULL ORDER BY stream_id"
ERASED = "SELECT originator_id FROM events WHERE topic = 'ApplicantErased'"
GONE_ROW = (
    "SET session_replication_role = replica",
    f"DELETE FROM data_keys WHERE stream_id = '{NAMED}'",  # noqa: S608 -- a test's
)
KEPT = "SELECT count(*) AS kept FROM events WHERE topic = 'FeeRecordKept'"


def under(retention: Retention) -> tuple[Any, ...]:
    submitted = ISSUED[0]
    rules = replace(submitted.rules, retention=retention)  # type: ignore[union-attr]
    return replace(submitted, rules=rules), *ISSUED[1:]  # type: ignore[call-arg]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    keys_in(tmp_path)
    return Settings(home=tmp_path)


@pytest.fixture
async def log(database_url: str, settings: Settings) -> Log:
    """One person, whose payer's name the law wants kept in two of three applications."""
    log = Log(database_url)
    await log.record(PAID, *ISSUED)
    for stream in (NAMED, SOUND):
        await log.record(stream, *under(NAMES_PAYER))
    prepare_key_ring(settings.key_file, database_url)
    return log


@pytest.fixture
async def parts(settings: Settings, log: Log) -> AsyncIterator[Parts]:
    async with open_parts(settings, log.url) as parts:
        yield parts


def asked(stream: UUID, ground: ErasureGround) -> Asked:
    metadata = Metadata(new_id(), ActorStamp("op", "operator"), "trace")
    return Asked(str(stream), None, ground, metadata, datetime.now(UTC))


async def destroyed(log: Log) -> list[UUID]:
    return [row["stream_id"] for row in await log.ask(DESTROYED)]


@pytest.mark.parametrize(
    ("damage", "values"),
    [(WRAPPED, (bytes(60),)), (WRAPPED, (ANOTHER,)), (UNKNOWN, ())],
    ids=["garbage", "another key", "a version that nobody has"],
)
async def test_what_can_be_read_of_nobody_is_erased_all_the_same(
    amtsweg: CommandLine, log: Log, damage: str, values: tuple[bytes, ...]
) -> None:
    for stream in (PAID, NAMED):
        await log.ask(f"{damage} RETURNING 1", *values, stream)
    said = amtsweg.at(log.url)("erase", "--yes", ACCOUNT)
    told = said.out.splitlines()
    assert told[:2] == [
        f"{PAID}  {GONE}{BESIDES[Damage.KEY]}",
        f"{NAMED}  {GONE}{BESIDES[Damage.PAYER]}",
    ]
    assert (told[2], told[-1], said.err) == (f"{SOUND}  {GONE}", NOT_FINAL, "")
    assert await destroyed(log) == [PAID, NAMED, SOUND]
    assert await log.ask(KEPT) == [{"kept": 1}], "of the one whose key is sound"


async def test_by_itself_nobody_goes_whose_name_the_law_wants(parts: Parts, log: Log) -> None:
    await log.ask(f"{WRAPPED} RETURNING 1", bytes(60), NAMED)
    by_itself, by_hand = (asked(NAMED, ground) for ground in reversed(ErasureGround))
    (stays,) = await parts.eraser.erase(by_itself)
    assert (stays.fate, await destroyed(log)) == (Fate.DAMAGED, [])
    (goes,) = await parts.eraser.erase(by_hand)
    assert (goes.fate, goes.damage, await destroyed(log)) == (Fate.ERASED, Damage.PAYER, [NAMED])


async def test_a_payer_whose_time_is_over_is_erased(parts: Parts, log: Log) -> None:
    (_, record) = await parts.eraser.erase(asked(SOUND, ErasureGround.REQUEST))
    assert record.fate is Fate.KEPT
    await log.ask(f"{WRAPPED} RETURNING 1", bytes(60), record.stream_id)
    late = replace(asked(SOUND, ErasureGround.RETENTION), now=datetime(2099, 1, 1, tzinfo=UTC))
    assert (await parts.eraser.erase_fee_record(late, record.stream_id)).fate is Fate.ERASED


async def test_another_key_file_damages_nothing(settings: Settings, log: Log) -> None:
    save_key_ring(new_key_ring(), settings.key_file)
    async with open_parts(settings, log.url) as parts:
        with pytest.raises(WrongKeyRing):
            await parts.eraser.erase(asked(NAMED, ErasureGround.REQUEST))
    assert await destroyed(log) == []


async def test_whose_row_is_gone_is_erased_by_the_id(
    amtsweg: CommandLine, log: Log, tmp_path: Path
) -> None:
    (tmp_path / "files" / str(NAMED)).mkdir(parents=True)
    (tmp_path / "files" / str(NAMED) / "proof").touch()
    await log.do(*GONE_ROW)
    told = amtsweg.at(log.url)("erase", "--yes", str(NAMED))
    gone = GONE.replace("0 proof files", "1 proof file")
    assert told.out.splitlines()[0] == f"{NAMED}  {gone}{BESIDES[Damage.PAYER]}"
    assert await log.ask(ERASED) == [{"originator_id": NAMED}]
    assert str(SOUND) in amtsweg.at(log.url)("erase", "--yes", ACCOUNT).out
