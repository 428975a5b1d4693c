"""Waits until everybody has done what there is to do."""

import asyncio

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


async def all_begun(url: str) -> None:
    """Return when each runner has got somewhere, and something was handed over, so that the
    faults meet it. Raise NotSettled.
    """
    deadline = now() + WITHIN_SECONDS
    while (begun := await asyncio.to_thread(_begun, url)) < BEGINNINGS:
        if now() > deadline:
            raise NotSettled(begun)
        await asyncio.sleep(0.1)


def _begun(url: str) -> int:
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(BEGUN).fetchone()
    return row[0] if row else 0


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
