"""The worker process: all runners, or those named, until it is told to stop."""

import asyncio
import signal
from collections.abc import Iterable

import structlog
import uvloop

from adapters.bootstrap import open_parts
from adapters.collector import settle
from adapters.hand_over.not_offered import not_offered
from adapters.settings import Settings
from workers.catalogue import named
from workers.supervision import supervise

log = structlog.get_logger()


async def work(settings: Settings, url: str, names: Iterable[str], stop: asyncio.Event) -> None:
    """Raise RunnerUnknown for a name that no runner bears, and what a runner misses."""
    runners = named(names)
    for runner in runners:
        runner.require(settings, url)
    async with open_parts(settings, url) as parts:
        for one in await not_offered(parts.log, settings.back_offices):
            log.warning("back_office_named_in_vain", **one._asdict())
        settle()
        log.info("workers_started", runners=[runner.name for runner in runners])
        await supervise(parts, runners, stop)
        log.info("workers_stopped")


def work_until_told(settings: Settings, url: str, names: Iterable[str]) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        settle()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await work(settings, url, names, stop)

    uvloop.run(main())
