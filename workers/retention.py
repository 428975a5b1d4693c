"""Lets go, day by day, what has been kept for long enough; every step of it is an event."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime

import structlog

from adapters.event_store.recorded import ActorStamp
from adapters.proofs.files import FileStoreUnavailable
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
    retention = tools.parts.retention
    async for due in retention.due(now):
        await tools.pulse.beat()
        known = {"application_id": str(due.application_id), "what": due.what.value}
        gone += await _guarded(retention.let_go(due, BY, now), known)
    async for record_id in retention.payers_due(now):
        await tools.pulse.beat()
        known = {"fee_record_id": str(record_id), "what": "payer"}
        gone += await _guarded(retention.let_payer_go(record_id, BY, now), known)
    if gone:
        log.info("retention_over", let_go=gone)
    return gone


async def _guarded(going: Awaitable[bool], known: Mapping[str, str]) -> bool:
    """Whatever is wrong with one, the others go all the same."""
    try:
        return await going
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
