"""Removes what uploads left behind that were cut off between the file and its event."""

import asyncio

import structlog

from adapters.proofs.files import FileStoreUnavailable
from adapters.runner_names import UPLOAD_SWEEPER
from workers.supervision import BEAT_SECONDS, Runner, Tools

PAUSE_SECONDS = 600.0
log = structlog.get_logger()


async def run(tools: Tools) -> None:
    while True:
        try:
            found = await tools.parts.proofs.vault.remove_cut_off()
        except FileStoreUnavailable as error:
            found = 0
            log.warning("proofs_wait", error=type(error).__name__)
        if found:
            log.info("uploads_cut_off", uploads=found)
        await _pause(tools)


async def _pause(tools: Tools) -> None:
    left = PAUSE_SECONDS
    while left > 0:
        await tools.pulse.beat()
        await asyncio.sleep(BEAT_SECONDS)
        left -= BEAT_SECONDS


RUNNER = Runner(UPLOAD_SWEEPER, run)
