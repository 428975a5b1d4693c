"""Versions of the key-encryption key that the database was told of, by whoever owns it.

Each with a proof that tells the right key file from another one, whatever lies in data_keys: rows
may be added there by whoever took over an API process.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import psycopg

from adapters.personal_data.key_ring import KeyEncryption, KeyRing, WrongKeyRing

# Of what nobody uses, nobody needs the key.
IN_USE = """SELECT version, proof FROM key_versions WHERE version <> ALL(%s::int[])
    AND EXISTS (SELECT FROM data_keys WHERE kek = version) ORDER BY version"""
TOLD = "SELECT version FROM key_versions"
# The rule that append_events names.
IS_KNOWN = "kek_is_known"
TELL = """INSERT INTO key_versions (version, proof) VALUES (%s, %s)
    ON CONFLICT (version) DO UPDATE SET proof = excluded.proof"""
# Else keys could be stored under what no file has.
FORGET = "DELETE FROM key_versions WHERE version <> ALL(%s)"
# A backup may still have keys under what nobody is under any more.
GIVEN = "SELECT version FROM key_versions UNION SELECT last_kek FROM data_keys"
DIGEST_BYTES = 16

Connection = psycopg.Connection[tuple[Any, ...]]


def is_told(connection: Connection) -> bool:
    """Return whether any version is known; before, nothing is proven by it."""
    return connection.execute(TOLD).fetchone() is not None


def given_versions(connection: Connection) -> set[int]:
    """Return the numbers that meant a key here, as far as is known, beside those retired."""
    return {version for (version,) in connection.execute(GIVEN) if version}


def tell(connection: Connection, ring: KeyRing, retired: Iterable[int]) -> None:
    """Let the database take keys under the versions of this file; it has to be the right one.

    Before the file is saved, where it has a new one: from then on it is used.
    """
    with connection.transaction():
        connection.execute(FORGET, (sorted({*ring.keys, *retired}),))
        for version in ring.keys:
            connection.execute(TELL, (version, _proof(ring, version)))


def require_proven(connection: Connection, ring: KeyRing, retired: Iterable[int]) -> None:
    """Raise KeyVersionMissing or WrongKeyRing."""
    for version, proof in connection.execute(IN_USE, (sorted(retired),)).fetchall():
        require_proof(ring, version, proof)


def require_proof(keys: KeyEncryption, version: int, proof: bytes) -> None:
    """Raise KeyVersionMissing or WrongKeyRing."""
    if keys.unwrap(version, proof, _place(version)) != _digest(keys):
        raise WrongKeyRing


def _proof(ring: KeyRing, version: int) -> bytes:
    _, proof = replace(ring, current=version).wrap(_digest(ring), _place(version))
    return proof


def _digest(ring: KeyEncryption) -> bytes:
    """So that the key that people are found by is proven as well."""
    return ring.digest("key versions", DIGEST_BYTES)


def _place(version: int) -> bytes:
    return b"key version|%d" % version
