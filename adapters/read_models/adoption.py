"""Answers how much is used online, from the counts per day: the same speed whatever their size.

Exactly for those who work with it, rounded for the public.
"""

from collections.abc import Mapping
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.catalogue.catalogue import Catalogue
from adapters.event_store.log import Pool
from adapters.personal_data.key_ring import KeyEncryption
from adapters.postgres.tenants import EVERY_TOWN, FOR, Viewer
from adapters.read_models.adoption_statement import (
    OF_APPLICATIONS,
    OF_REFERRALS,
    OF_USERS,
    Source,
    sources,
    statement,
)
from adapters.read_models.places import parameters, population
from domain.adoption.disclosure import BASE
from domain.adoption.report import Counts, Line, Question, Report

RUNNERS = (OF_APPLICATIONS.table, OF_USERS.table, OF_REFERRALS.table)
ROUNDING, SECRET_BYTES = "adoption\x1frounding", 32
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
STANDS = """SELECT reached, (SELECT recorded_at FROM events WHERE notification_id <= reached
        ORDER BY notification_id DESC LIMIT 1)
    FROM (SELECT coalesce(min(position), 0) AS reached FROM positions
        WHERE runner = ANY (%(runners)s)) stands"""

Key = tuple[str, ...]
Given = Mapping[str, Any]
Connection = AsyncConnection[TupleRow]


class MonthsOnly(ValueError):
    """Only whole months are published; see `not_public`."""

    def __str__(self) -> str:
        return str(self.__doc__)


async def adoption(
    pool: Pool, catalogue: Catalogue, question: Question, viewer: Viewer = EVERY_TOWN
) -> Report:
    return await _answer(pool, catalogue, question, viewer, None)


async def published(
    pool: Pool, catalogue: Catalogue, question: Question, keys: KeyEncryption
) -> Report:
    """Answer the public, see `disclosure.py`. Raise MonthsOnly."""
    if not (question.by_month and question.period.months):
        raise MonthsOnly
    secret = keys.digest(ROUNDING, SECRET_BYTES)
    return await _answer(pool, catalogue, question, EVERY_TOWN, secret)


async def _answer(
    pool: Pool, catalogue: Catalogue, question: Question, viewer: Viewer, secret: bytes | None
) -> Report:
    """As of one moment, whatever is counted meanwhile. `secret`: what it is rounded with."""
    given = {**parameters(catalogue, question), "secret": secret}
    found: dict[Key, dict[str, int | None]] = {(): {}}
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(ONE_MOMENT)
        await connection.execute(FOR, (viewer.municipality, viewer.account.hex()))
        ((position, counted_until),) = await _rows(connection, STANDS, {"runners": list(RUNNERS)})
        for source in sources(question):
            asked = statement(question, source, rounded=secret is not None)
            _gather(found, await _rows(connection, asked, given), question, source)
    counts = {key: _counts(question, key, measured) for key, measured in found.items()}
    lines = [
        Line(key=key, counts=one, population=population(catalogue, question, key))
        for key, one in counts.items()
    ]
    return Report(
        question=question,
        total=next(line for line in lines if not line.key),
        lines=sorted((line for line in lines if line.key), key=lambda one: _order(question, one)),
        position=position,
        counted_until=counted_until,
        rounded_to=None if secret is None else BASE,
    )


async def _rows(connection: Connection, asked: str, given: Given) -> list[TupleRow]:
    return await (await connection.execute(asked.encode(), given)).fetchall()


def _gather(
    found: dict[Key, dict[str, int | None]],
    rows: list[TupleRow],
    question: Question,
    source: Source,
) -> None:
    width = len(question.by)
    for is_total, *row in rows:
        key = () if is_total else tuple(row[:width])
        found.setdefault(key, {}).update(zip(source.measures, row[width:], strict=True))


def _counts(question: Question, key: Key, measured: dict[str, int | None]) -> Counts:
    """What is not in the rows is 0, unless it cannot be counted so."""
    users = 0 if question.counts_users else None
    whole = Counts(
        first_time_users=users,
        referrals=0 if question.counts_referrals else None,
        previous_online=0,
        previous_first_time_users=users,
    )
    counts = {name: getattr(whole, name) for name in Counts.__slots__} | measured
    if key and not question.compares_lines:
        counts |= {"previous_online": None, "previous_first_time_users": None}
    return Counts(**counts)


def _order(question: Question, line: Line) -> tuple[int, Key]:
    """What is used most comes first; a table of times is in their order."""
    return -(line.counts.online or 0) if question.compares_lines else 0, line.key
