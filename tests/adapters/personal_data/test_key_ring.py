"""The key file: whole or refused, for its owner alone, and never two of them."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.personal_data.key_ring import (
    KeyRingMissing,
    KeyRingRefused,
    KeyRingUnreadable,
    KeyVersionMissing,
    WrongKeyRing,
    create_key_ring,
    load_key_ring,
    new_key_ring,
    save_key_ring,
)

law = settings(deadline=None)
KEY, PLACE = bytes(range(32)), b"here"
RING = new_key_ring().with_new_version().with_new_version().without(2)
SHORT, SOME = "AAAA", "A" * 43 + "="
FOREIGN: list[Any] = [
    [],
    None,
    5,
    {},
    {"seed": "x"},
    {"current": 1, "keys": [], "index": SOME},
    {"current": 1, "keys": {}, "index": SOME},
    {"current": 2, "keys": {"1": SOME}, "index": SOME},
    {"current": 1, "keys": {"1": SHORT}, "index": SOME},
    {"current": 1, "keys": {"1": SOME}, "index": SHORT},
    {"current": 1, "keys": {"1": SOME, "2": SHORT}, "index": SOME},
    {"current": 1, "keys": {"one": SOME}, "index": SOME},
    {"current": float("inf"), "keys": {"1": SOME}, "index": SOME},
    {"current": 1, "keys": {"1": None}, "index": SOME},
    {"current": 1, "keys": {"1": f"*{SOME}"}, "index": SOME},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "personal-data.json"


def test_what_is_saved_is_loaded(file: Path) -> None:
    save_key_ring(RING, file)
    loaded = load_key_ring(file)
    assert (loaded, sorted(loaded.keys)) == (RING, [1, 3])


def test_it_is_its_owners_alone_whatever_the_umask_says(file: Path) -> None:
    before = os.umask(0)
    try:
        save_key_ring(RING, file)
        assert create_key_ring(RING, file.with_name("other.json"))
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(f.stat().st_mode) for f in file.parent.iterdir()]
    assert (modes, stat.S_IMODE(file.parent.stat().st_mode)) == ([0o600, 0o600], 0o700)


def test_a_file_that_others_could_read_is_replaced_by_one_that_they_cannot(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("old")
    file.chmod(0o644)
    save_key_ring(RING, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_whoever_reads_while_it_is_replaced_reads_the_old_or_the_new(file: Path) -> None:
    rings = [RING, RING.with_new_version()]
    save_key_ring(rings[0], file)

    def write() -> None:
        for at in range(200):
            save_key_ring(rings[at % 2], file)

    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write) for _ in range(2)]
        while not all(writer.done() for writer in writers):
            assert load_key_ring(file) in rings
        for writer in writers:
            writer.result()
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_of_two_that_make_it_at_once_one_wins(file: Path) -> None:
    rings = [new_key_ring() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda ring: create_key_ring(ring, file), rings))
    assert kept.count(True) == 1
    assert load_key_ring(file) == rings[kept.index(True)]


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(KeyRingMissing, match=r"personal-data\.json"):
        load_key_ring(file)


@pytest.mark.parametrize("content", FOREIGN)
def test_a_file_of_something_else_is_refused(file: Path, content: object) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps(content))
    with pytest.raises(KeyRingUnreadable):
        load_key_ring(file)


def test_a_folder_in_its_place_is_refused(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(KeyRingUnreadable):
        load_key_ring(file)


def test_a_file_that_was_cut_is_refused_wherever_it_was_cut(file: Path) -> None:
    save_key_ring(RING, file)
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        with pytest.raises(KeyRingUnreadable):
            load_key_ring(file)


@law
@given(st.data())
def test_a_file_that_was_changed_is_refused_or_is_another_ring(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "changed.json"
        save_key_ring(RING, file)
        content = bytearray(file.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        file.write_bytes(content)
        with suppress(KeyRingUnreadable):
            assert {len(key) for key in load_key_ring(file).keys.values()} == {32}


def test_a_wrapped_key_opens_at_its_place_only() -> None:
    version, wrapped = RING.wrap(KEY, PLACE)
    assert RING.unwrap(version, wrapped, PLACE) == KEY
    with pytest.raises(WrongKeyRing):
        RING.unwrap(version, wrapped, b"there")


def test_it_is_wrapped_under_the_current_version() -> None:
    version, wrapped = RING.wrap(KEY, PLACE)
    assert version == RING.current == 3
    assert RING.wrap(KEY, PLACE)[1] != wrapped
    with pytest.raises(WrongKeyRing):
        RING.unwrap(1, wrapped, PLACE)


def test_another_ring_opens_nothing() -> None:
    version, wrapped = RING.wrap(KEY, PLACE)
    other = replace(new_key_ring().with_new_version().with_new_version(), current=3)
    with pytest.raises(WrongKeyRing):
        other.unwrap(version, wrapped, PLACE)
    with pytest.raises(KeyVersionMissing, match="3"):
        new_key_ring().unwrap(version, wrapped, PLACE)


@law
@given(st.binary(max_size=80))
def test_what_was_never_wrapped_is_refused(wrapped: bytes) -> None:
    with pytest.raises(WrongKeyRing):
        RING.unwrap(3, wrapped, PLACE)


def test_versions_are_never_used_twice() -> None:
    ring = new_key_ring().with_new_version()
    assert ring.without(1).with_new_version().current == 3


def test_what_things_are_found_by_stays_the_same_over_versions() -> None:
    digest = RING.digest("kim", 16)
    assert (len(digest), RING.with_new_version().without(1).digest("kim", 16)) == (16, digest)
    assert new_key_ring().digest("kim", 16) != digest


def test_no_key_is_shown_by_accident() -> None:
    secrets = [*RING.keys.values(), RING.index_key]
    assert not any(repr(secret) in repr(RING) for secret in secrets)
    assert issubclass(WrongKeyRing, KeyRingRefused)
