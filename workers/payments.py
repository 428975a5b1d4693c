"""Payments: what the platform knows is asked for, and the applications learn of it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.event_store.office import Order
from adapters.event_store.recorded import Recorded
from adapters.payments.decided import require_platform
from adapters.payments.errors import PaymentAnswerUnusable, PaymentPlatformUnavailable
from adapters.runner_names import PAYMENT_POLLER, PAYMENT_PROCESS
from adapters.settings import Settings
from domain.application.decisions import APPLICATION
from domain.application.events import MoneyAssigned
from domain.errors import Refused
from domain.payment.events import FoundMoneyAssigned, PaymentSucceeded
from domain.processes.payment import after_assignment, after_finding, after_success
from workers.passing import will_pass
from workers.payment_schedule import OpenPayment, Schedule
from workers.react import Connection, Reaction, because_of
from workers.supervision import BEAT_SECONDS, Runner, Tools

SETTLE_SECONDS = 15.0  # a heartbeat may be late by less than thirty
GIVE_UP_AFTER = timedelta(days=30)
OPEN = """SELECT payment_id, municipality, opened_at FROM open_payments_v1
    WHERE opened_at > clock_timestamp() - %s ORDER BY opened_at DESC"""
TOO_OLD = """SELECT payment_id FROM open_payments_v1
    WHERE opened_at <= clock_timestamp() - %s ORDER BY opened_at LIMIT 20"""

log = structlog.get_logger()


async def tell_application(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: PaymentSucceeded = recorded.event
    now = datetime.now(UTC)
    calendar = working_calendar(parts.catalogue.municipality(event.municipality), now.date())
    command = after_success(recorded.stream_id, event, now, calendar)
    metadata = because_of(recorded, PAYMENT_PROCESS)
    await parts.office.carry_out(APPLICATION, Order(event.application_id, command, metadata))


async def tell_other_application(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: MoneyAssigned = recorded.event
    now = datetime.now(UTC)
    calendar = working_calendar(parts.catalogue.municipality(event.municipality), now.date())
    command = after_assignment(event, now, calendar)
    metadata = because_of(recorded, PAYMENT_PROCESS)
    await parts.office.carry_out(APPLICATION, Order(event.to_application, command, metadata))


async def tell_whom_found_money_was_meant_for(
    parts: Parts, _: Connection, recorded: Recorded
) -> None:
    event: FoundMoneyAssigned = recorded.event
    now = datetime.now(UTC)
    calendar = working_calendar(parts.catalogue.municipality(event.municipality), now.date())
    command = after_finding(recorded.stream_id, event, now, calendar)
    metadata = because_of(recorded, PAYMENT_PROCESS)
    await parts.office.carry_out(APPLICATION, Order(event.application_id, command, metadata))


PROCESS = Reaction(
    PAYMENT_PROCESS,
    {
        PaymentSucceeded: tell_application,
        MoneyAssigned: tell_other_application,
        FoundMoneyAssigned: tell_whom_found_money_was_meant_for,
    },
)


async def poll(tools: Tools) -> None:
    """Ask for what is due, the towns beside each other: a platform that is down delays its own."""
    schedule = Schedule(tools.parts.settings.payment_poll_seconds)
    while True:
        await tools.pulse.beat()
        due = schedule.due(await _open_payments(tools.parts), datetime.now(UTC))
        await asyncio.gather(*(_ask_for(tools, schedule, payments) for payments in due.values()))
        await _give_up(tools)
        await _pause(tools)


async def _ask_for(tools: Tools, schedule: Schedule, payments: Sequence[OpenPayment]) -> None:
    for payment in payments:
        await tools.pulse.beat()
        schedule.asked(payment, datetime.now(UTC))
        if not await settle(tools.parts, payment.payment_id):
            return  # the others of this town in the next round


async def _give_up(tools: Tools) -> None:
    """Each is asked for once more; whatever is wrong with one, others go on."""
    async with tools.parts.pool.connection() as connection:
        rows = await (await connection.execute(TOO_OLD, (GIVE_UP_AFTER,))).fetchall()
    for (payment_id,) in rows:
        await tools.pulse.beat()
        await give_up(tools.parts, payment_id)


async def give_up(parts: Parts, payment_id: UUID) -> None:
    told = await _settled(parts, payment_id) is None
    with suppress(Refused):
        await parts.checkout.give_up(payment_id, datetime.now(UTC), unanswered=not told)


async def _pause(tools: Tools) -> None:
    left = tools.parts.settings.payment_poll_seconds
    while left > 0:
        await asyncio.sleep(min(left, BEAT_SECONDS))
        await tools.pulse.beat()
        left -= BEAT_SECONDS


async def _open_payments(parts: Parts) -> list[OpenPayment]:
    async with parts.pool.connection() as connection:
        rows = await (await connection.execute(OPEN, (GIVE_UP_AFTER,))).fetchall()
    return [OpenPayment(*row) for row in rows]


async def settle(parts: Parts, payment_id: UUID) -> bool:
    """Return whether the platform answered; whatever is wrong with one payment, others go on."""
    error = await _settled(parts, payment_id)
    # An answer that is of no use is one all the same.
    return isinstance(error, PaymentAnswerUnusable) or not isinstance(
        error, PaymentPlatformUnavailable | TimeoutError
    )


async def _settled(parts: Parts, payment_id: UUID) -> Exception | None:
    """Return what was in the way of an answer that can be used, if anything was."""
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            await parts.checkout.settle(payment_id, datetime.now(UTC))
    except TimeoutError as error:
        log.warning("payment_not_settled", payment_id=str(payment_id), error="it takes too long")
        return error
    except Exception as error:
        if will_pass(error):
            raise
        kind = type(error).__name__
        log.warning("payment_not_settled", payment_id=str(payment_id), error=kind)
        return error
    return None


def require_decided(settings: Settings, _url: str) -> None:
    """Raise PaymentPlatformNotNamed."""
    require_platform(settings, settings.host)


POLLER = Runner(PAYMENT_POLLER, poll, require_decided)
