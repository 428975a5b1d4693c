"""Waits until everybody has done what there is to do."""

import asyncio

import psycopg

from adapters.kafka.access import KafkaAccess
from adapters.postgres.connecting import OPTIONS
from adapters.runner_names import NOTIFIER, RELAY
from projections.catalogue import PROJECTIONS
from tests.storm.messages import unread
from tests.storm.worker import WITNESS
from tests.torture.journal import now

WITHIN_SECONDS = 180
FOLLOWERS = len(PROJECTIONS) + len((RELAY, NOTIFIER, WITNESS))
BEGUN = "SELECT count(*) FROM positions WHERE position > 0"
LEFT = """SELECT runner, head - position FROM positions,
    (SELECT max(notification_id) AS head FROM events) log WHERE position < head
    UNION ALL SELECT 'mails', count(*) FROM notifications WHERE state IN ('queued', 'sending')
    HAVING count(*) > 0"""


class NotSettled(Exception):
    """Something is left to do, though nothing has stood in its way for minutes."""


async def all_begun(url: str) -> None:
    """Return when each runner has got somewhere, so that the faults meet it. Raise NotSettled."""
    deadline = now() + WITHIN_SECONDS
    while (begun := await asyncio.to_thread(_begun, url)) < FOLLOWERS:
        if now() > deadline:
            raise NotSettled(begun)
        await asyncio.sleep(0.1)


def _begun(url: str) -> int:
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(BEGUN).fetchone()
    return row[0] if row else 0


async def settled(url: str, access: KafkaAccess) -> None:
    """Return when nothing is left of the log, the mails and the topics. Raise NotSettled."""
    deadline = now() + WITHIN_SECONDS
    while left := await asyncio.to_thread(_left, url, access):
        if now() > deadline:
            raise NotSettled(*left)
        await asyncio.sleep(0.1)


def _left(url: str, access: KafkaAccess) -> list[tuple[str, int]]:
    with psycopg.connect(url, options=OPTIONS) as connection:
        if rows := connection.execute(LEFT).fetchall():
            return rows
    groups = ((name, unread(access, name)) for name in (NOTIFIER, WITNESS))
    return [(name, messages) for name, messages in groups if messages]
