"""The key file of an installation: made once, and never where there is data under another one."""

from pathlib import Path
from typing import Any

import psycopg

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingMissing,
    create_key_ring,
    load_key_ring,
    new_key_ring,
)
from adapters.personal_data.sealing import stored_key

A_KEY = """SELECT stream_id, municipality, kek, wrapped FROM data_keys
    WHERE wrapped IS NOT NULL ORDER BY made_at DESC LIMIT 1"""


def prepare_key_ring(file: Path, url: str) -> bool:
    """Return whether the file was made now. Raise a kind of KeyRingRefused."""
    try:
        ring = load_key_ring(file)
    except KeyRingMissing:
        if _some_key(url):
            raise
        if create_key_ring(new_key_ring(), file):
            return True
        ring = load_key_ring(file)
    require_right_ring(ring, url)
    return False


def require_right_ring(ring: KeyRing, url: str) -> None:
    """Raise WrongKeyRing or KeyVersionMissing where it does not open what the database holds."""
    found = _some_key(url)
    if found:
        stored_key(ring, *found)


def _some_key(url: str) -> tuple[Any, ...] | None:
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute(A_KEY).fetchone()
