"""Whoever changes the keys does so alone, in whatever process and on whatever machine."""

from typing import Any

import psycopg

ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtextextended('amtsweg.keys', 0))"


def take_turn(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Wait for it; it ends with the connection."""
    connection.execute(ONE_AT_A_TIME)
