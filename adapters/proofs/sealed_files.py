"""Seals a file under the key of its application, piece by piece, bound to where it is kept.

A piece cannot be changed, moved, left out or taken from another file. What is kept opens no more
once the key is destroyed.
"""

import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag

from adapters.personal_data.key_ring import NONCE_BYTES
from adapters.personal_data.sealing import DataKey, SealBroken

MAGIC = b"AMTSWEG-FILE-1\n"
PIECE = 256 * 1024
TAG_BYTES = 16
SEALED_PIECE = NONCE_BYTES + PIECE + TAG_BYTES


def seal_file(key: DataKey, name: str, clear: bytes) -> bytes:
    """`name`: where it will be kept."""
    last = max(0, (len(clear) - 1) // PIECE)
    sealed = [MAGIC]
    for number in range(last + 1):
        nonce = os.urandom(NONCE_BYTES)
        piece = memoryview(clear)[number * PIECE : (number + 1) * PIECE]
        place = _place(key, name, number, is_last=number == last)
        sealed += [nonce, key.cipher.encrypt(nonce, piece, place)]
    return b"".join(sealed)


def open_file(key: DataKey, name: str, sealed: bytes) -> bytes:
    """Raise SealBroken."""
    if not sealed.startswith(MAGIC):
        raise SealBroken
    try:
        return b"".join(_opened(key, name, memoryview(sealed)[len(MAGIC) :]))
    except (InvalidTag, ValueError):  # too short to be one
        raise SealBroken from None


def _opened(key: DataKey, name: str, sealed: memoryview) -> Iterator[bytes]:
    last = max(0, (len(sealed) - 1) // SEALED_PIECE)
    for number in range(last + 1):
        piece = sealed[number * SEALED_PIECE : (number + 1) * SEALED_PIECE]
        place = _place(key, name, number, is_last=number == last)
        yield key.cipher.decrypt(piece[:NONCE_BYTES], piece[NONCE_BYTES:], place)


def _place(key: DataKey, name: str, number: int, *, is_last: bool) -> bytes:
    """Never the same as the place of an event, which begins with a municipality's number."""
    end = "last" if is_last else "more"
    return f"file|{key.municipality}|{key.stream_id.hex}|{name}|{number}|{end}".encode()
