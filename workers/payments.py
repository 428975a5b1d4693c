"""Payments: what the platform knows is asked for, and the application learns of it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.event_store.office import Order
from adapters.event_store.recorded import Recorded
from adapters.runner_names import PAYMENT_POLLER, PAYMENT_PROCESS
from domain.application.decisions import APPLICATION
from domain.payment.events import PaymentSucceeded
from domain.processes.payment import after_success
from workers.react import Connection, Reaction, because_of, will_pass
from workers.supervision import BEAT_SECONDS, Runner, Tools

SETTLE_SECONDS = 15.0  # a heartbeat may be late by less than thirty
OPEN = "SELECT payment_id FROM open_payments_v1 ORDER BY opened_at"

log = structlog.get_logger()


async def tell_application(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: PaymentSucceeded = recorded.event
    now = datetime.now(UTC)
    calendar = working_calendar(parts.catalogue.municipality(event.municipality), now.date())
    command = after_success(recorded.stream_id, event, now, calendar)
    metadata = because_of(recorded, PAYMENT_PROCESS)
    await parts.office.carry_out(APPLICATION, Order(event.application_id, command, metadata))


PROCESS = Reaction(PAYMENT_PROCESS, {PaymentSucceeded: tell_application})


async def poll(tools: Tools) -> None:
    """Ask for every open payment in turn; a platform that is down delays, it loses nothing."""
    while True:
        await tools.pulse.beat()
        for payment_id in await _open_payments(tools.parts):
            await tools.pulse.beat()
            await settle(tools.parts, payment_id)
        await _pause(tools)


async def _pause(tools: Tools) -> None:
    left = tools.parts.settings.payment_poll_seconds
    while left > 0:
        await asyncio.sleep(min(left, BEAT_SECONDS))
        await tools.pulse.beat()
        left -= BEAT_SECONDS


async def _open_payments(parts: Parts) -> list[UUID]:
    async with parts.pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(OPEN)).fetchall()]


async def settle(parts: Parts, payment_id: UUID) -> None:
    """Whatever is wrong with one payment, the next one is asked for as well."""
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            await parts.checkout.settle(payment_id, datetime.now(UTC))
    except TimeoutError:
        log.warning("payment_not_settled", payment_id=str(payment_id), error="it takes too long")
    except Exception as error:
        if will_pass(error):
            raise
        kind = type(error).__name__
        log.warning("payment_not_settled", payment_id=str(payment_id), error=kind)


POLLER = Runner(PAYMENT_POLLER, poll)
