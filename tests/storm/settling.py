"""Waits until everybody has begun, and until everybody has done what there is to do."""

import asyncio
from collections.abc import Sequence
from typing import LiteralString

import psycopg

from adapters.kafka.access import KafkaAccess
from adapters.postgres.connecting import OPTIONS
from adapters.runner_names import NOTIFIER
from projections.catalogue import PROJECTIONS
from tests.storm.messages import unread
from tests.storm.runners import PAYER, WITNESS
from tests.storm.worker import FOLLOWING
from tests.torture.journal import now

WITHIN_SECONDS = 180
BEGINNINGS = len(PROJECTIONS) + len(FOLLOWING) + len((WITNESS, PAYER, "a back office"))
BEGUN = """SELECT (SELECT count(*) FROM positions WHERE position > 0)
    + (SELECT least(count(*), 1) FROM hand_overs WHERE state = 'delivered')"""
# The log is followed a little behind Kafka, by which what is new comes first.
BY_KAFKA: LiteralString = """SELECT FROM inbox JOIN positions ON runner = consumer
    WHERE consumer = 'witness' AND inbox.position > positions.position"""
# In one look, as whoever hands over or lets a day pass makes the log longer before it is done.
LEFT = """WITH log AS (SELECT max(notification_id) AS head FROM events)
    SELECT runner, head - position FROM positions, log WHERE position < head
    UNION ALL SELECT 'days in ' || worker, head - position FROM looked, log WHERE position < head
    UNION ALL SELECT 'mails', count(*) FROM notifications WHERE state IN ('queued', 'sending')
    HAVING count(*) > 0
    UNION ALL SELECT 'hand-overs', count(*) FROM hand_overs WHERE state IN ('queued', 'sending')
    HAVING count(*) > 0 ORDER BY 1"""


class NotSettled(Exception):
    """Something is left to do, and for minutes nothing of it was done."""


async def all_begun(url: str, so_that: Sequence[LiteralString]) -> None:
    """Return when each runner has got somewhere, something was handed over and something came by
    Kafka, so that the faults meet it; and each of these questions has an answer. Raise NotSettled.
    """
    deadline, missing = now() + WITHIN_SECONDS, [BY_KAFKA, *so_that]
    while True:
        begun, missing = await asyncio.to_thread(_begun, url, missing)
        if begun >= BEGINNINGS and not missing:
            return
        if now() > deadline:
            raise NotSettled(begun, *missing)
        await asyncio.sleep(0.1)


def _begun(url: str, questions: Sequence[LiteralString]) -> tuple[int, list[LiteralString]]:
    """Return how many there are, and what has not happened yet."""
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(BEGUN).fetchone()
        missing = [one for one in questions if connection.execute(one).fetchone() is None]
    return row[0] if row else 0, missing


async def settled(url: str, access: KafkaAccess) -> None:
    """Return when nothing is left of log, days, mails, hand-overs and topics. Raise NotSettled.

    Patience begins anew whenever something was done: how fast that goes is the machine's.
    """
    before, deadline = list[tuple[str, int]](), 0.0
    while left := await asyncio.to_thread(_left, url, access):
        if left != before:
            before, deadline = left, now() + WITHIN_SECONDS
        if now() > deadline:
            raise NotSettled(*left)
        await asyncio.sleep(0.1)


def _left(url: str, access: KafkaAccess) -> list[tuple[str, int]]:
    with psycopg.connect(url, options=OPTIONS) as connection:
        if rows := connection.execute(LEFT).fetchall():
            return rows
    groups = ((name, unread(access, name)) for name in (NOTIFIER, WITNESS))
    return [(name, messages) for name, messages in groups if messages]
