"""A sealed file opens in its own place, whole, and with its own key; or not at all."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.personal_data.sealing import DataKey, SealBroken
from adapters.proofs.sealed_files import MAGIC, PIECE, SEALED_PIECE, open_file, seal_file

KEY = DataKey(UUID(int=1), "05513000", AESGCM(bytes(32)))
NAME = f"{UUID(int=1)}/proof.1"
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE)


@dataclass(frozen=True)
class Sealed:
    clear: bytes
    sealed: bytes


def of(size: int) -> Sealed:
    clear = bytes(number % 251 for number in range(size))
    return Sealed(clear, seal_file(KEY, NAME, clear))


@pytest.mark.parametrize("size", SIZES)
def test_it_opens_as_it_was(size: int) -> None:
    one = of(size)
    assert open_file(KEY, NAME, one.sealed) == one.clear


def test_the_same_file_twice_looks_like_two() -> None:
    assert of(100).sealed != of(100).sealed


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1])
def test_not_a_bit_of_it_can_be_changed(size: int) -> None:
    sealed = of(size).sealed
    for at in (0, len(MAGIC), len(MAGIC) + 12, len(sealed) // 2, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            open_file(KEY, NAME, bytes(changed))


def test_no_piece_can_be_left_out_moved_or_added() -> None:
    sealed = of(3 * PIECE).sealed
    one, two, three = (
        sealed[len(MAGIC) + number * SEALED_PIECE :][:SEALED_PIECE] for number in range(3)
    )
    other = of(PIECE).sealed[len(MAGIC) :]
    for pieces in ([], [one], [one, two], [two, three], [two, one, three], [one, two, three, three],
                   [one, two, other]):  # fmt: skip
        with pytest.raises(SealBroken):
            open_file(KEY, NAME, b"".join([MAGIC, *pieces]))


def test_it_opens_in_its_own_place_with_its_own_key_only() -> None:
    sealed = of(10).sealed
    others = [
        (KEY, f"{UUID(int=1)}/proof.2"),
        (KEY._replace(stream_id=UUID(int=2)), NAME),
        (KEY._replace(municipality="05562014"), NAME),
        (KEY._replace(cipher=AESGCM(bytes(31) + b"x")), NAME),
    ]
    for key, name in others:
        with pytest.raises(SealBroken):
            open_file(key, name, sealed)


@pytest.mark.parametrize("sealed", [b"", MAGIC[:-1], MAGIC, MAGIC + b"x", b"%PDF-1.4"])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        open_file(KEY, NAME, sealed)


def test_a_box_of_an_event_is_no_file() -> None:
    box = KEY.seal(b"clear", 1, "ProofUploaded")
    with pytest.raises(SealBroken):
        open_file(KEY, NAME, MAGIC + box)
