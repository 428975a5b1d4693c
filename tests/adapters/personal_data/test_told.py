"""The database knows the versions that it may store keys under, and the key file that has them."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import CheckViolation

from adapters.event_store.appender import Appender
from adapters.event_store.errors import KeyIsUntold
from adapters.personal_data import rotation
from adapters.personal_data.key_ring import (
    KeyRing,
    KeyVersionMissing,
    WrongKeyRing,
    load_key_ring,
    new_key_ring,
    save_key_ring,
)
from adapters.personal_data.preparing import prepare_key_ring, right_ring
from tests.adapters.event_store.proposals import proposal
from tests.adapters.personal_data.kept import Kept, kept_in
from tests.domain.application import histories as past
from tests.keys import KEYS

TOLD = "SELECT version FROM key_versions ORDER BY version"
SPOILT = """UPDATE data_keys SET wrapped = decode(repeat('00', 60), 'hex')
    WHERE stream_id = ANY(%s)"""

# As append_events asks, whichever of its versions the test runs with.
ASKS = """CREATE FUNCTION asks() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM require_known_keks(ARRAY[NEW.kek]); RETURN NEW; END';
    CREATE TRIGGER asks BEFORE INSERT ON data_keys FOR EACH ROW EXECUTE FUNCTION asks()"""


@pytest.fixture
def kept(tmp_path: Path, database_url: str) -> Kept:
    return kept_in(tmp_path, database_url)


def told(kept: Kept) -> list[int]:
    return [version for (version,) in kept.ask(TOLD)]


def test_it_is_told_by_migrate_and_by_a_rotation(kept: Kept) -> None:
    assert told(kept) == []
    prepare_key_ring(kept.file, kept.url)
    assert told(kept) == [1]
    kept.rotate()
    assert told(kept) == [1, 2]
    kept.retire(1)
    assert told(kept) == [1, 2], "a key that comes late is refused as under a retired one"
    prepare_key_ring(kept.file, kept.url)
    assert told(kept) == [1, 2]


def test_a_version_that_no_file_has_any_more_is_forgotten_where_nobody_is_under_it(
    kept: Kept,
) -> None:
    kept.rotate()
    save_key_ring(new_key_ring(), kept.file)
    prepare_key_ring(kept.file, kept.url)
    assert told(kept) == [1]


def test_what_is_wrapped_under_a_version_that_nobody_told_of_is_refused(kept: Kept) -> None:
    with psycopg.connect(kept.url, autocommit=True) as owner:
        owner.execute("SELECT require_known_keks('{7}')")
        prepare_key_ring(kept.file, kept.url)
        for known in ("{1}", "{1,1}", "{}"):
            owner.execute("SELECT require_known_keks(%s)", (known,))
        for unknown in ("{2}", "{1,99}", "{NULL}"):
            with pytest.raises(CheckViolation) as refused:
                owner.execute("SELECT require_known_keks(%s)", (unknown,))
            assert refused.value.diag.constraint_name == "kek_is_known"


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        (new_key_ring(), WrongKeyRing),
        (replace(KEYS, index_key=bytes(32)), WrongKeyRing),
        (new_key_ring().with_new_version().without(1), KeyVersionMissing),
    ],
    ids=["other keys", "another key to find by", "a version is missing"],
)
async def test_another_file_is_noticed_by_what_was_told(
    kept: Kept, other: KeyRing, refusal: type[Exception]
) -> None:
    prepare_key_ring(kept.file, kept.url)
    await kept.fill(1)
    for file, expected in ((other, refusal), (KEYS, None)):
        save_key_ring(file, kept.file)
        if expected:
            with pytest.raises(expected):
                right_ring(kept.file, kept.url)
        else:
            assert right_ring(kept.file, kept.url) == KEYS


async def test_whoever_seals_under_a_version_that_nobody_told_of_is_told_what_to_do(
    kept: Kept,
) -> None:
    prepare_key_ring(kept.file, kept.url)
    save_key_ring(KEYS.with_new_version(), kept.file)
    kept.ask(ASKS)
    async with Appender(kept.url, kept.mapper()) as appender:
        with pytest.raises(KeyIsUntold, match="run `migrate` with this file"):
            await appender.append(proposal(events=past.unpaid))
        prepare_key_ring(kept.file, kept.url)
        await appender.append(proposal(events=past.unpaid))
    assert kept.versions() == {2}


async def test_rows_that_somebody_spoilt_do_not_make_the_right_file_a_wrong_one(kept: Kept) -> None:
    """Else one append of a process that was taken over would stop the installation for good."""
    streams = await kept.fill(2)
    kept.ask(SPOILT, streams[:1])
    assert right_ring(kept.file, kept.url) == KEYS, "one of them opens"
    prepare_key_ring(kept.file, kept.url)
    kept.ask(SPOILT, streams)
    assert right_ring(kept.file, kept.url) == KEYS
    kept.ask("UPDATE data_keys SET kek = 99")
    assert right_ring(kept.file, kept.url) == KEYS


async def test_of_a_database_that_was_told_of_nothing_something_has_to_open(kept: Kept) -> None:
    kept.ask(SPOILT, await kept.fill(2))
    with pytest.raises(WrongKeyRing):
        prepare_key_ring(kept.file, kept.url)
    assert told(kept) == []


async def test_a_new_version_is_known_before_anything_is_wrapped_under_it(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[int]] = []

    def saved(ring: KeyRing, file: Path) -> None:
        seen.append(told(kept))
        save_key_ring(ring, file)

    monkeypatch.setattr(rotation, "save_key_ring", saved)
    kept.rotate()
    assert seen == [[1, 2]]
    async with Appender(kept.url, kept.mapper()) as appender:
        await appender.append(proposal(events=past.unpaid))
    assert (kept.versions(), load_key_ring(kept.file).current) == ({2}, 2)
