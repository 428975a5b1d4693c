"""The ledger of each payment: what its application decides about the money is booked there."""

from datetime import UTC, datetime
from typing import get_args

from adapters.bootstrap import Parts
from adapters.event_store.office import Order
from adapters.event_store.recorded import Recorded
from adapters.runner_names import PAYMENT_LEDGER
from domain.application.decisions import APPLICATION
from domain.payment.decisions import PAYMENT
from domain.processes.payment import AboutMoney, Origin, booking, is_news
from workers.react import Connection, Reaction, because_of


async def book(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: AboutMoney = recorded.event
    if not is_news(event):
        return
    application = APPLICATION.fold(await parts.log.events(recorded.stream_id))
    origin = Origin(recorded.stream_id, application.municipality)
    command = booking(origin, event, datetime.now(UTC))
    metadata = because_of(recorded, PAYMENT_LEDGER)
    await parts.office.carry_out(PAYMENT, Order(event.payment_id, command, metadata))


LEDGER = Reaction(PAYMENT_LEDGER, dict.fromkeys(get_args(AboutMoney), book))
