"""Versions of the key-encryption key that the database itself takes no more."""

import re
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

NAMED = re.compile(r"kek_(\d+)_is_retired")
RETIRED = """SELECT conname FROM pg_constraint
    WHERE conrelid = to_regclass('data_keys') AND conname ~ '^kek_[0-9]+_is_retired$'"""
# Refuses as well a key that was wrapped before and comes late.
FORBID = SQL(
    "ALTER TABLE data_keys DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name} "
    "CHECK (kek <> {version})"
)


def forbid(version: int) -> Composed:
    """Return the statement that retires it in the database."""
    return FORBID.format(name=Identifier(f"kek_{version}_is_retired"), version=Literal(version))


def retired_versions(connection: psycopg.Connection[tuple[Any, ...]]) -> set[int]:
    """Return those that keep data keys out, whatever a key file says."""
    found = (retired_version(name) for (name,) in connection.execute(RETIRED))
    return {version for version in found if version}


def retired_version(constraint: str | None) -> int | None:
    """Return the version that this constraint keeps out, if it is one of these."""
    found = NAMED.fullmatch(constraint or "")
    return int(found[1]) if found else None
