"""Whoever dies at whichever step, an office has its digest of that day, in one mail."""

import asyncio
import os
import signal
import sys
from uuid import uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint
from adapters.mail.catcher import caught, deliveries
from tests.projections.log import Log
from tests.workers.digesting import DIGEST, FRIDAY, RECEIVED, at, choosing, digests, of_office
from tests.workers.supervised import until
from tests.workers.telling import queue_all

POINTS = sorted(point for point in CrashPoint if point.startswith("digest."))


async def die(parts: Parts, point: CrashPoint) -> None:
    own = {
        "AMTSWEG_HOME": str(parts.settings.home),
        "AMTSWEG_SMTP_PORT": str(parts.mail.port),
        "AMTSWEG_CRASH_AT": point,
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AMTSWEG_")}
    command = (sys.executable, "-m", "tests.workers.digest_that_dies", parts.url)
    dying = await asyncio.create_subprocess_exec(*command, env={**inherited, **own})
    assert await dying.wait() == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
async def test_whoever_dies_the_office_is_told_in_one_mail(
    log: Log, mailing: Parts, mails, point: CrashPoint
) -> None:
    parts = choosing(mailing, DIGEST)
    for _ in range(2):
        await log.record(uuid4(), *RECEIVED)
    await queue_all(log, parts)
    await die(parts, point)

    async def told() -> bool:
        """Not at once: the database has to notice that the one who held the row is gone."""
        await at(log, parts, FRIDAY)
        return await digests(log) == [(FRIDAY.date(), "sent")]

    await until(told)
    assert await of_office(log) == [("sent", "")] * 2
    (mail,) = caught(mails)
    assert mail["Subject"].startswith("2 ")
    # As far as SMTP allows: what was accepted, but not noted, comes again under its Message-ID.
    again = point is CrashPoint.DIGEST_AFTER_SEND
    assert list(deliveries(mails).values()) == [1 + again]
