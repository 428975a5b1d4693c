"""Whoever changes the keys does so alone, in whatever process and on whatever machine."""

from pathlib import Path
from typing import Any

import psycopg

from adapters.whole_files import remove_unfinished

ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtextextended('amtsweg.keys', 0))"


def take_turn(connection: psycopg.Connection[tuple[Any, ...]], file: Path) -> None:
    """Wait for it; it ends with the connection.

    What another left of the key file who was killed is removed: it holds every version, also those
    that are about to be retired.
    """
    connection.execute(ONE_AT_A_TIME)
    remove_unfinished(file)
