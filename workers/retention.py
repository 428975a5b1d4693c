"""Lets go, day by day, what has been kept for long enough; every step of it is an event."""

import asyncio
from datetime import UTC, datetime

import structlog

from adapters.event_store.recorded import ActorStamp
from adapters.proofs.files import FileStoreUnavailable
from adapters.retention import Due
from adapters.runner_names import RETENTION
from workers.passing import will_pass
from workers.supervision import BEAT_SECONDS, Runner, Tools

PAUSE_SECONDS = 3600.0
OFF = "off"
BY = ActorStamp(RETENTION, "system")
log = structlog.get_logger()


async def run(tools: Tools) -> None:
    """With AMTSWEG_RETENTION=false it only says that it is off."""
    while True:
        if tools.parts.settings.retention:
            await retention_round(tools, datetime.now(UTC))
        await _pause(tools)


async def retention_round(tools: Tools, now: datetime) -> int:
    """Return how many were let go."""
    gone = 0
    for due in await tools.parts.retention.due(now):
        await tools.pulse.beat()
        gone += await _let_go(tools, due, now)
    await tools.parts.retention.let_payers_go(BY, now)
    if gone:
        log.info("retention_over", let_go=gone)
    return gone


async def _let_go(tools: Tools, due: Due, now: datetime) -> bool:
    """Whatever is wrong with one, the others go all the same."""
    known = {"application_id": str(due.application_id), "what": due.what.value}
    try:
        return await tools.parts.retention.let_go(due, BY, now)
    except FileStoreUnavailable:
        log.warning("retention_waits", error="FileStoreUnavailable", **known)
    except Exception as error:
        if will_pass(error):
            raise
        log.warning("not_let_go", error=type(error).__name__, **known)
    return False


async def _pause(tools: Tools) -> None:
    left = PAUSE_SECONDS
    while left > 0:
        on = tools.parts.settings.retention
        await tools.pulse.beat("running" if on else "waiting", "" if on else OFF)
        await asyncio.sleep(BEAT_SECONDS)
        left -= BEAT_SECONDS


RUNNER = Runner(RETENTION, run)
