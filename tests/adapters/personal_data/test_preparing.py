"""The key file is made once, and never where there is data under another one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.event_store.appender import Appender
from adapters.personal_data.key_ring import (
    KeyRingElsewhere,
    KeyRingMissing,
    KeyRingOutdated,
    KeyRingUnreadable,
    KeyVersionMissing,
    WrongKeyRing,
    load_key_ring,
    new_key_ring,
    save_key_ring,
)
from adapters.personal_data.preparing import prepare_key_ring, right_ring
from tests.adapters.event_store.proposals import proposal
from tests.adapters.personal_data.kept import kept_in
from tests.domain.application import histories as past
from tests.keys import KEYS, MAPPER


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "keys" / "personal-data.json"
    assert not list(tmp_path.glob("keys/.*"))


@pytest.fixture
async def somebody(database_url: str) -> None:
    async with Appender(database_url, MAPPER) as appender:
        await appender.append(proposal(uuid4(), events=past.unpaid))


def test_it_is_made_once(file: Path, database_url: str) -> None:
    assert prepare_key_ring(file, database_url)
    made = load_key_ring(file)
    assert not prepare_key_ring(file, database_url)
    assert load_key_ring(file) == made


def test_of_several_at_once_one_makes_it(file: Path, database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: prepare_key_ring(file, database_url), range(6)))
    assert made.count(True) == 1


@pytest.mark.usefixtures("somebody")
def test_it_is_not_made_where_somebody_is_under_another_one(file: Path, database_url: str) -> None:
    for look in (prepare_key_ring, right_ring):
        with pytest.raises(KeyRingElsewhere, match="bring it from where it was made"):
            look(file, database_url)
    assert not file.exists()


def test_where_nobody_is_yet_one_is_told_how_to_make_it(file: Path, database_url: str) -> None:
    with pytest.raises(KeyRingMissing, match="run `migrate` once"):
        right_ring(file, database_url)


def test_a_file_from_before_a_retirement_is_noticed_though_nobody_is_left(
    tmp_path: Path, database_url: str
) -> None:
    kept = kept_in(tmp_path, database_url)
    kept.rotate()
    kept.retire(1)
    assert right_ring(kept.file, database_url).current == 2
    save_key_ring(KEYS, kept.file)
    with pytest.raises(KeyRingOutdated, match="bring the new key file"):
        right_ring(kept.file, database_url)


@pytest.mark.usefixtures("somebody")
def test_the_wrong_file_is_noticed(file: Path, database_url: str) -> None:
    save_key_ring(new_key_ring(), file)
    with pytest.raises(WrongKeyRing):
        prepare_key_ring(file, database_url)
    save_key_ring(new_key_ring().with_new_version().without(1), file)
    with pytest.raises(KeyVersionMissing):
        prepare_key_ring(file, database_url)
    file.write_text("")
    with pytest.raises(KeyRingUnreadable):
        prepare_key_ring(file, database_url)
    save_key_ring(KEYS, file)
    assert not prepare_key_ring(file, database_url)
