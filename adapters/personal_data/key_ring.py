"""The keys that are kept outside the database: in a file, its versions side by side."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.whole_files import make_once, replace_whole

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyRingRefused(Exception):
    """The keys of personal data cannot be used."""

    def __str__(self) -> str:
        detail = ", ".join(map(str, self.args))
        said = " ".join((self.__doc__ or "").split())
        if said.endswith(":"):
            return f"{said} {detail}"
        return f"{said} ({detail})" if detail else said


class KeyRingMissing(KeyRingRefused):
    """There is no key file; run `migrate` once to make it, or bring it from where it was made."""


class KeyRingElsewhere(KeyRingMissing):
    """The personal data in this database are sealed with a key file that is not here; bring it from
    where it was made, or from its backup.
    """


class KeyRingUnreadable(KeyRingRefused):
    """The key file cannot be read; restore it from its backup."""


class KeyVersionMissing(KeyRingRefused):
    """The key file lacks this version, which personal data are still under; restore it."""


class KeyRingOutdated(KeyRingRefused):
    """This key file is older than the last `keys retire`, and what is sealed with it is not taken
    any more; bring the new key file.
    """


class KeyRingUntold(KeyRingRefused):
    """The database was not told of the version that this key file seals with, and takes nothing
    under it; run `migrate` with this file.
    """


class WrongKeyRing(KeyRingRefused):
    """This key file is not the one that the database's personal data were sealed with; bring the
    right one.
    """


class KeyEncryption(Protocol):
    """Wraps data keys, as a file of keys does, or a key management service."""

    def wrap(self, key: bytes, place: bytes) -> tuple[int, bytes]:
        """Return the version it is wrapped under, and what only this version unwraps."""

    def unwrap(self, version: int, wrapped: bytes, place: bytes) -> bytes:
        """Raise KeyVersionMissing, or WrongKeyRing for what was wrapped elsewhere."""

    def digest(self, text: str, size: int) -> bytes:
        """Return a keyed digest of `size` bytes, the same for ever: what is found by it."""


@dataclass(frozen=True)
class KeyRing:
    """Key-encryption keys by version; new data keys are wrapped under `current`."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {version: AESGCM(key) for version, key in self.keys.items()}

    def wrap(self, key: bytes, place: bytes) -> tuple[int, bytes]:
        nonce = os.urandom(NONCE_BYTES)
        return self.current, nonce + self._ciphers[self.current].encrypt(nonce, key, place)

    def unwrap(self, version: int, wrapped: bytes, place: bytes) -> bytes:
        cipher = self._ciphers.get(version)
        if cipher is None:
            raise KeyVersionMissing(version)
        try:
            return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):  # too short to be one
            raise WrongKeyRing from None

    @cached_property
    def _digests(self) -> dict[int, blake2b]:
        """Digests of each size to go on from, for which the key has been worked in."""
        return {}

    def digest(self, text: str, size: int) -> bytes:
        begun = self._digests.get(size)
        if begun is None:
            begun = self._digests[size] = blake2b(key=self.index_key, digest_size=size)
        digest = begun.copy()
        digest.update(text.encode())
        return digest.digest()

    def with_new_version(self, given: Iterable[int] = ()) -> "KeyRing":
        """`given`: numbers that meant a key before, which this file may know nothing of."""
        version = max(*self.keys, *given, 0) + 1
        return replace(self, current=version, keys={**self.keys, version: _new_key()})

    def without(self, version: int) -> "KeyRing":
        return replace(self, keys={v: key for v, key in self.keys.items() if v != version})


def new_key_ring() -> KeyRing:
    return KeyRing(1, {1: _new_key()}, _new_key())


def load_key_ring(file: Path) -> KeyRing:
    """Raise KeyRingMissing or KeyRingUnreadable."""
    try:
        found = json.loads(file.read_text())
        keys = {int(version): _bytes(key) for version, key in found["keys"].items()}
        ring = KeyRing(int(found["current"]), keys, _bytes(found["index"]))
    except FileNotFoundError:
        raise KeyRingMissing(file) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        raise KeyRingUnreadable(file) from None
    sizes = {len(key) for key in (ring.index_key, *keys.values())}
    if sizes != {KEY_BYTES} or ring.current not in keys:
        raise KeyRingUnreadable(file)
    return ring


def save_key_ring(ring: KeyRing, file: Path) -> None:
    """Replace the file whole, readable for its owner alone, and through to the disk."""
    replace_whole(file, _content(ring))


def create_key_ring(ring: KeyRing, file: Path) -> bool:
    """Return whether it was kept: a file that is there stays, and of two at once the first."""
    return make_once(file, _content(ring))


def _content(ring: KeyRing) -> str:
    return json.dumps(
        {
            "current": ring.current,
            "index": b64encode(ring.index_key).decode(),
            "keys": {str(version): b64encode(key).decode() for version, key in ring.keys.items()},
        },
        indent=2,
    )


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _new_key() -> bytes:
    return os.urandom(KEY_BYTES)
