"""Changing the key-encryption key: nobody is lost, no event is touched, what is gone stays gone."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from adapters.event_store.appender import Appender
from adapters.event_store.errors import KeyIsRetired
from adapters.event_store.mapper import EventMapper
from adapters.personal_data import rewrapping, rotation
from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingMissing,
    KeyVersionMissing,
    WrongKeyRing,
    load_key_ring,
    new_key_ring,
    save_key_ring,
)
from adapters.personal_data.retired import RETIRED
from adapters.personal_data.rotation import (
    KeysAreHeld,
    LoginMayNotChangeKeys,
    VersionInUse,
    VersionIsCurrent,
    VersionUnknown,
)
from adapters.personal_data.sealing import stored_key
from tests.adapters.event_store.proposals import proposal
from tests.adapters.personal_data.kept import Kept, kept_in
from tests.domain.application import histories as past
from tests.installation import ROOT
from tests.keys import KEYS
from tests.projections.log import KEYS_DESTROYED

MANY = 3_000


class PulledThePlug(Exception):
    """In the middle of it."""


def pull_the_plug(_done: int, _total: int) -> None:
    raise PulledThePlug


@pytest.fixture
def kept(tmp_path: Path, database_url: str) -> Kept:
    return kept_in(tmp_path, database_url)


def kill_in_the_middle(kept: Kept) -> None:
    command = [sys.executable, "-m", "tests.adapters.personal_data.rotating"]
    with subprocess.Popen(
        [*command, str(kept.file), kept.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        process.kill()


async def test_every_key_opens_under_the_new_version_and_no_event_is_touched(kept: Kept) -> None:
    streams = await kept.fill(MANY)
    before, told = kept.digest(), list[tuple[int, int]]()
    assert kept.rotate(lambda *step: told.append(step)).current == 2
    assert (kept.versions(), kept.digest()) == ({2}, before)
    assert kept.opened() == set(streams)
    assert told == [(1000, MANY), (2000, MANY), (MANY, MANY)]
    assert kept.retire(1).keys.keys() == {2}
    assert kept.opened() == set(streams)


async def test_it_goes_on_where_it_was_interrupted(kept: Kept) -> None:
    streams = await kept.fill(1_500)
    before = kept.digest()
    with pytest.raises(PulledThePlug):
        kept.rotate(pull_the_plug)
    assert kept.versions() == {1, 2}
    assert kept.opened() == set(streams)
    with pytest.raises(VersionInUse, match="500"):
        kept.retire(1)
    assert kept.rotate().current == 2
    assert (kept.versions(), kept.digest()) == ({2}, before)
    assert kept.opened() == set(streams)


async def test_killed_in_the_middle_it_is_run_again(kept: Kept) -> None:
    streams = await kept.fill(2_500)
    for _ in range(2):
        await asyncio.to_thread(kill_in_the_middle, kept)
        assert kept.versions() == {1, 2}
        assert kept.opened() == set(streams)
    assert kept.rotate().current == 2
    assert (kept.versions(), kept.opened()) == ({2}, set(streams))


async def test_meanwhile_some_come_and_some_go(kept: Kept) -> None:
    streams = await kept.fill(2_500)
    destroyed, to_go, come = set[UUID](), cycle(streams), list[UUID]()
    mapper = kept.mapper()

    def meanwhile(_done: int, _total: int) -> None:
        for _ in range(50):
            next(to_go)
            gone = next(to_go)
            kept.destroy(gone)
            destroyed.add(gone)

    async def arrive() -> None:
        while not rotating.done():
            come.extend(await kept.fill(7, mapper))

    rotating = asyncio.create_task(asyncio.to_thread(kept.rotate, meanwhile))
    await asyncio.gather(rotating, arrive())
    assert len(destroyed) >= 150
    assert come
    assert kept.versions() == {2}
    assert kept.opened() == {*streams, *come} - destroyed
    left = kept.ask(
        "SELECT * FROM data_keys WHERE destroyed_at IS NOT NULL AND wrapped IS NOT NULL"
    )
    assert left == []


async def test_one_destroyed_while_it_is_being_wrapped_anew_stays_so(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone, *others) = await kept.fill(3)
    wrap = rewrapping._rewrapped

    def destroyed_in_between(ring: KeyRing, row: rewrapping.Row) -> object:
        if row[0] == gone:
            kept.destroy(gone)
        return wrap(ring, row)

    monkeypatch.setattr(rewrapping, "_rewrapped", destroyed_in_between)
    kept.rotate()
    assert kept.opened() == set(others)


async def test_two_at_once_do_not_lose_each_others_keys(kept: Kept) -> None:
    streams = await kept.fill(1_200)
    with ThreadPoolExecutor(4) as pool:
        rings = list(pool.map(lambda _: kept.rotate(), range(4)))
    last = max(rings, key=lambda ring: ring.current)
    assert [ring.current for ring in sorted(rings, key=lambda r: r.current)] == [2, 3, 4, 5]
    assert load_key_ring(kept.file) == last
    assert kept.opened() == set(streams)


async def test_a_version_is_retired_only_when_nobody_is_under_it(kept: Kept) -> None:
    streams = await kept.fill(3)
    with pytest.raises(VersionIsCurrent):
        kept.retire(1)
    with pytest.raises(VersionUnknown):
        kept.retire(7)
    save_key_ring(load_key_ring(kept.file).with_new_version(), kept.file)
    with pytest.raises(VersionInUse, match="3"):
        kept.retire(1)
    assert sorted(load_key_ring(kept.file).keys) == [1, 2]
    kept.rotate()
    kept.retire(1)
    with pytest.raises(VersionUnknown):
        kept.retire(1)
    assert kept.opened() == set(streams)


async def test_retiring_waits_for_nobody_who_holds_the_keys(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BRIEFLY", "SET LOCAL lock_timeout = '50ms'")
    await kept.fill(1)
    kept.rotate()
    with psycopg.connect(kept.url) as backup:
        backup.execute("SELECT count(*) FROM data_keys")
        with pytest.raises(KeysAreHeld):
            kept.retire(1)
    assert kept.retire(1).keys.keys() == {2}


async def test_an_application_wrapped_before_and_stored_after_retiring_is_refused_not_lost(
    kept: Kept,
) -> None:
    """Its key would open nothing ever again."""
    slow = EventMapper([type(past.unpaid[0])], load_key_ring(kept.file))
    kept.rotate()
    kept.retire(1)
    async with Appender(kept.url, slow) as appender:
        with pytest.raises(KeyIsRetired, match=r"bring the new key file.*\(1\)"):
            await appender.append(proposal(events=past.unpaid))
    assert kept.ask("TABLE events") == []
    again = await kept.fill(1)
    assert kept.opened() == set(again)


async def test_what_a_backup_remembers_of_the_erased_opens_with_nothing_that_is_left(
    kept: Kept,
) -> None:
    erased, *others = await kept.fill(5)
    backup, old_file = kept.saved(), load_key_ring(kept.file)
    kept.destroy(erased)
    assert kept.opened(saved=backup) == {erased, *others}, "before: a backup does open it"
    kept.rotate()
    kept.retire(1)
    with pytest.raises(KeyVersionMissing):
        kept.opened(saved=backup)
    ring, (town, _, wrapped) = load_key_ring(kept.file), backup[erased]
    for version in ring.keys:
        with pytest.raises(WrongKeyRing):
            stored_key(ring, erased, town, version, wrapped)
    assert kept.opened() == set(others)
    assert await kept.names() == [None, *["Muster"] * 4]
    assert kept.opened(old_file, {erased: backup[erased]}) == {erased}, "so the old file has to go"


async def test_the_wrong_file_changes_nothing(kept: Kept) -> None:
    streams = await kept.fill(2)
    kept.file.rename(kept.file.with_name("away.json"))
    with pytest.raises(KeyRingMissing):
        kept.rotate()
    save_key_ring(new_key_ring(), kept.file)
    with pytest.raises(WrongKeyRing):
        kept.rotate()
    assert kept.versions() == {1}
    save_key_ring(KEYS, kept.file)
    assert kept.rotate().current == 2
    assert kept.opened() == set(streams)


async def test_no_version_of_another_databases_file_is_touched(kept: Kept) -> None:
    await kept.fill(2)
    kept.rotate()
    foreign = new_key_ring().with_new_version()
    save_key_ring(foreign, kept.file)
    for change in (kept.rotate, lambda: kept.retire(1)):
        with pytest.raises(WrongKeyRing):
            change()
    assert load_key_ring(kept.file) == foreign
    assert kept.ask(RETIRED) == []


@pytest.mark.parametrize("change", [Kept.rotate, lambda kept: kept.retire(1)])
async def test_a_login_that_may_not_change_the_keys_leaves_the_file_as_it_is(
    tmp_path: Path, durable_url: str, service_url: str, change: Callable[[Kept], object]
) -> None:
    kept = kept_in(tmp_path, durable_url)
    await kept.fill(1)
    kept.rotate()
    before = load_key_ring(kept.file)
    with pytest.raises(LoginMayNotChangeKeys):
        change(Kept(service_url, kept.file))
    assert load_key_ring(kept.file) == before
    assert kept.ask(RETIRED) == []


async def test_a_number_is_never_given_twice_whatever_file_is_there(kept: Kept) -> None:
    """Else an old file would make a new key under a version that the database takes no more."""
    kept.rotate()
    old_file = load_key_ring(kept.file)
    kept.rotate()
    kept.rotate()
    kept.retire(3)
    save_key_ring(old_file, kept.file)
    assert kept.rotate().current == 5
    await kept.fill(1)
    kept.ask(f"{KEYS_DESTROYED}, last_kek = kek")
    kept.ask("DELETE FROM key_versions")
    save_key_ring(old_file, kept.file)
    assert kept.rotate().current == 6, "a backup may still have a key under 5"
