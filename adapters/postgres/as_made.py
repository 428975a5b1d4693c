"""Whether tables and functions still are what the migrations make, by their definitions.

`as_made.json` is what a new database is like; a test makes one and compares. So it cannot say
anything else than the migrations do.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from adapters.personal_data.retired import is_retirement
from projections.catalogue import PROJECTIONS

Connection = psycopg.Connection[TupleRow]
# By what it is of, and by its name there: how it is.
Made = Mapping[str, Mapping[str, str]]

EXPECTED = Path(__file__).with_suffix(".json")
QUESTION = Path(__file__).with_suffix(".sql")
EVERY_NAME_WHOLE = "SELECT set_config('search_path', 'pg_catalog', true)"
TABLE, KEPT = "table ", "kept over a crash"
DATA_KEYS, CONSTRAINT = f"{TABLE}data_keys", "constraint "
# Read models are made anew whenever somebody likes; these are for how they are filled.
READ_MODELS = frozenset(f"{TABLE}{projection.name}" for projection in PROJECTIONS)
ITS_OWN = ("columns", CONSTRAINT, "index ")
SHOWN = 160


def found(connection: Connection) -> Made:
    """What this database is like, as far as the log's soundness rests on it."""
    made: dict[str, dict[str, str]] = {}
    with connection.transaction():
        connection.execute(EVERY_NAME_WHOLE)
        for name, thing, how in connection.execute(QUESTION.read_bytes()):
            if name not in READ_MODELS or not thing.startswith(ITS_OWN):
                made.setdefault(name, {})[thing] = how
    return made


@cache
def expected() -> Made:
    made: Made = json.loads(EXPECTED.read_bytes())
    return made


def signature_of(function: str) -> str:
    """Return name and types of what it takes, as PostgreSQL reads them."""
    (signature,) = expected()[f"function {function}"]
    return signature


def kept_over_a_crash() -> list[str]:
    """Return the tables that a crash must not empty; there are such as only hold what goes on."""
    tables = [name for name in expected() if name.startswith(TABLE)]
    return [one.removeprefix(TABLE) for one in tables if KEPT in expected()[one]["itself"]]


def differences(connection: Connection) -> Iterator[str]:
    """Name what is missing, was changed, or was added to it. Other tables are their owner's.

    A read model that is not there shows nobody anything; it is `migrate` that misses it.
    """
    there = found(connection)
    for name in sorted(expected().keys() - (READ_MODELS - there.keys())):
        wanted, things = expected()[name], there.get(name, {})
        for thing in sorted(wanted.keys() | things.keys()):
            before, now = wanted.get(thing), things.get(thing)
            if before != now and not _is_retirement(name, thing, now):
                yield f"{_plain(name)}, {_plain(thing)}: {_told(before, now)}"


def _is_retirement(name: str, thing: str, now: str | None) -> bool:
    """`keys retire` adds to what the migrations make, on purpose."""
    constraint = thing.removeprefix(CONSTRAINT)
    return name == DATA_KEYS and thing != constraint and is_retirement(constraint, now or "")


def _told(wanted: str | None, is_now: str | None) -> str:
    if is_now is None:
        return "is missing"
    shown = _plain(is_now)
    return f"was added ({shown})" if wanted is None else f"was changed ({shown})"


def _plain(text: str) -> str:
    """Whoever changed it may have written anything."""
    shown = ascii(text)[1:-1]
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]} ..."


def written(connection: Connection) -> str:
    """Return what `as_made.json` has to be for a database that was made just now."""
    return json.dumps(found(connection), indent=1, sort_keys=True) + "\n"
