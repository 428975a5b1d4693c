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
    "CHECK (kek <> {version}){extent}"
)


def forbid(version: int, *, all_rows: bool = True) -> Composed:
    """Return the statement that retires it in the database; for rows to come alone, if need be."""
    name, extent = Identifier(f"kek_{version}_is_retired"), SQL("" if all_rows else " NOT VALID")
    return FORBID.format(name=name, version=Literal(version), extent=extent)


def is_retirement(constraint: str, definition: str) -> bool:
    """Whether this is a constraint that `forbid` adds, in the words of `pg_get_constraintdef`."""
    version = retired_version(constraint)
    check = f"CHECK ((kek <> {version}))"
    named = constraint == f"kek_{version}_is_retired"  # a number has one spelling
    return named and definition in (check, f"{check} NOT VALID")


def retired_versions(connection: psycopg.Connection[tuple[Any, ...]]) -> set[int]:
    """Return those that keep data keys out, whatever a key file says."""
    found = (retired_version(name) for (name,) in connection.execute(RETIRED))
    return {version for version in found if version}


def retired_version(constraint: str | None) -> int | None:
    """Return the version that this constraint keeps out, if it is one of these."""
    found = NAMED.fullmatch(constraint or "")
    return int(found[1]) if found else None
