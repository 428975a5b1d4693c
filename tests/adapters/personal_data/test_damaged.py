"""Data keys that somebody damaged, or added, stop neither a rotation nor what comes after it."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from adapters.personal_data import rotation
from adapters.personal_data.key_ring import load_key_ring
from adapters.personal_data.preparing import prepare_key_ring, right_ring
from adapters.personal_data.retired import RETIRED
from adapters.personal_data.rewrapping import Damaged
from adapters.personal_data.rotation import KeysAreDamaged, Rotated, VersionInUse, rotate
from adapters.personal_data.sealing import wrapping_place
from tests.adapters.personal_data.kept import Kept, kept_in, silent

GARBAGE = "UPDATE data_keys SET wrapped = decode(repeat('00', 60), 'hex') WHERE stream_id = %s"
UNKNOWN = "UPDATE data_keys SET kek = 99 WHERE stream_id = %s"
UNDER = "SELECT kek FROM data_keys WHERE stream_id = %s"


@pytest.fixture
def kept(tmp_path: Path, database_url: str) -> Kept:
    kept = kept_in(tmp_path, database_url)
    prepare_key_ring(kept.file, kept.url)
    return kept


def rotated(kept: Kept) -> Rotated:
    return rotate(kept.file, kept.url, silent)


def under(kept: Kept, stream_id: UUID) -> int:
    ((kek,),) = kept.ask(UNDER, stream_id)
    return int(kek)


def opened(kept: Kept, *without: UUID) -> set[UUID]:
    return kept.opened(saved={k: v for k, v in kept.saved().items() if k not in without})


@pytest.mark.parametrize("damage", [GARBAGE, UNKNOWN])
async def test_a_rotation_names_what_does_not_open_and_wraps_all_others(
    kept: Kept, damage: str
) -> None:
    damaged, *others = await kept.fill(4)
    kept.ask(damage, damaged)
    for version in (2, 3):
        ring, found = rotated(kept)
        assert (ring.current, found) == (version, Damaged(1, [damaged]))
        assert {under(kept, one) for one in others} == {version}
    assert opened(kept, damaged) == set(others)


async def test_the_first_are_named_of_very_many(kept: Kept) -> None:
    streams = await kept.fill(25)
    for one in streams:
        kept.ask(GARBAGE, one)
    _, found = rotated(kept)
    assert (found.count, found.streams) == (25, sorted(streams)[:20])
    assert str(found).endswith(f"{sorted(streams)[19]} and 5 more")


async def test_what_is_damaged_is_brought_back_or_given_up_by_name(kept: Kept) -> None:
    lost, found_again, *others = await kept.fill(4)
    backup = "SELECT wrapped FROM data_keys WHERE stream_id = %s"
    ((wrapped,),) = kept.ask(backup, found_again)
    for one in (lost, found_again):
        kept.ask(GARBAGE, one)
    assert rotated(kept).damaged.count == 2
    with pytest.raises(KeysAreDamaged, match=f"1, .*{found_again}"):
        kept.retire(1)

    kept.ask("UPDATE data_keys SET wrapped = %s WHERE stream_id = %s", wrapped, found_again)
    for give_up in (False, True):
        with pytest.raises(VersionInUse):
            kept.retire(1, give_up=give_up)
    assert rotated(kept) == (load_key_ring(kept.file), Damaged(1, [lost]))
    assert opened(kept, lost) == {found_again, *others}

    with pytest.raises(KeysAreDamaged, match=str(lost)):
        kept.retire(1)
    assert kept.retire(1, give_up=True).keys.keys() == {2}
    assert right_ring(kept.file, kept.url).current == 2
    prepare_key_ring(kept.file, kept.url)
    assert kept.rotate().current == 3, "what was given up is not named by a rotation any more"
    assert opened(kept, lost) == {found_again, *others}


async def test_what_comes_while_a_version_is_given_up_is_not(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, late = await kept.fill(2)
    kept.ask(GARBAGE, lost)
    rotated(kept)
    old = kept.saved()[late]
    assert old[1] == 2
    require = rotation._require_retirable

    def stored_late(*args: object, **options: bool) -> object:
        ring = require(*args, **options)  # type: ignore[arg-type]
        place = wrapping_place(late, old[0])
        _, wrapped = replace(ring, current=1).wrap(ring.unwrap(2, old[2], place), place)
        kept.ask("UPDATE data_keys SET kek = 1, wrapped = %s WHERE stream_id = %s", wrapped, late)
        return ring

    monkeypatch.setattr(rotation, "_require_retirable", stored_late)
    with pytest.raises(VersionInUse):
        kept.retire(1, give_up=True)
    assert kept.ask(RETIRED) == []
    assert opened(kept, lost) == {late}
