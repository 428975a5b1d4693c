"""Seals what is personal under a key of its application, bound to the place it is written to.

A sealed value cannot be moved: municipality, stream, version and name of the event are part of what
is authenticated.
"""

import os
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.personal_data.key_ring import KEY_BYTES, NONCE_BYTES, KeyEncryption
from adapters.personal_data.people import Person, name_digests, subject_digest
from domain.saying import SaysWhatToDo


class SealBroken(SaysWhatToDo):
    """What is sealed in this event was changed, or belongs to another place; run `verify`."""


class DataKey(NamedTuple):
    """The key of one application, ready to use."""

    stream_id: UUID
    municipality: str
    cipher: AESGCM

    def seal(self, clear: bytes, version: int, name: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, clear, self._place(version, name))

    def open(self, box: bytes, version: int, name: str) -> bytes:
        """Raise SealBroken."""
        place = self._place(version, name)
        try:
            return self.cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):  # too short to be one
            raise SealBroken from None

    def _place(self, version: int, name: str) -> bytes:
        stream = f"{self.municipality}|{self.stream_id.hex}|{version}|{name}"
        return stream.encode()


class NewKey(NamedTuple):
    """A key as it goes into the database, in the commit of the first event it seals."""

    key: DataKey
    municipality: str
    subject: bytes
    names: list[int]
    kek: int
    wrapped: bytes


def new_key(keys: KeyEncryption, stream_id: UUID, person: Person) -> NewKey:
    raw = os.urandom(KEY_BYTES)
    kek, wrapped = keys.wrap(raw, wrapping_place(stream_id, person.municipality))
    return NewKey(
        key=DataKey(stream_id, person.municipality, AESGCM(raw)),
        municipality=person.municipality,
        subject=subject_digest(keys, person.subject),
        names=name_digests(keys, person),
        kek=kek,
        wrapped=wrapped,
    )


def stored_key(
    keys: KeyEncryption, stream_id: UUID, municipality: str, kek: int, wrapped: bytes
) -> DataKey:
    """Raise what KeyEncryption.unwrap raises."""
    raw = keys.unwrap(kek, wrapped, wrapping_place(stream_id, municipality))
    return DataKey(stream_id, municipality, AESGCM(raw))


def wrapping_place(stream_id: UUID, municipality: str) -> bytes:
    return b"%s|%s" % (municipality.encode(), stream_id.bytes)
