"""Runners that are the storm's own: a witness, people who pay, and a clock on which days pass."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from adapters.bootstrap import Parts
from adapters.event_names import EVENT_TYPES
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata, Recorded
from adapters.ids import derived_id
from adapters.kafka.topics import aggregate_of
from adapters.postgres.connecting import connect
from adapters.runner_names import DEADLINES
from domain.application.events import ApplicationSubmitted
from domain.payment import commands as c
from domain.payment.decisions import PAYMENT
from projections.deadlines import DEADLINES as DAYS_THAT_MATTER
from tests.domain.application.facts import NOW
from workers.consume import Consumer
from workers.deadlines import Memory, look_round
from workers.react import Connection, Reaction
from workers.supervision import Runner, Tools

WITNESS, PAYER = "witness", "payer"
APPLICATION = "application"
WITNESSED = [one for one in EVENT_TYPES if aggregate_of(one) == APPLICATION]
COUNT = "INSERT INTO witnessed (stream_id, version) VALUES (%s, %s)"
# After that of submission: a decision is due, an answer or a fee is reminded of, all is too late.
DAYS = (1, 8, 12, 18, 40)
LOOK_SECONDS = 0.3
STANDS = "SELECT position FROM positions WHERE runner = %s"
LOOKED = "UPDATE looked SET position = %s WHERE worker = %s"


class Then:
    """The clock of whoever asks what time it is: that of the tests' applications."""

    @staticmethod
    def now(_: tzinfo) -> datetime:
        return NOW


async def count(_: Parts, connection: Connection, recorded: Recorded) -> None:
    await connection.execute(COUNT, (recorded.stream_id, recorded.version))


def pays(application_id: UUID, submitted: ApplicationSubmitted) -> bool:
    """Half of those who have to, at once; of the others the time runs out, or a clerk takes it."""
    return submitted.rules.fee.cents > 0 and bool(application_id.int % 2)


def payment_of(application_id: UUID) -> UUID:
    """The first attempt."""
    return derived_id(application_id, "payment", 1)


async def pay(parts: Parts, _: Connection, recorded: Recorded) -> None:
    """As a checkout and its platform would: begun, opened, paid."""
    submitted, application_id = recorded.event, recorded.stream_id
    if not pays(application_id, submitted):
        return
    money = {"cents": submitted.rules.fee.cents, "now": NOW}
    begun = {"application_id": application_id, "municipality": submitted.municipality}
    for command in (
        c.RequestPayment(**begun, **money, purpose=submitted.service),
        c.OpenPayment(transaction_id="t-1", redirect_url="https://pay.example/t-1", now=NOW),
        c.RecordSuccess(**money, method="PAYPAL", reference="K-1", paid_at=NOW),
    ):
        command_id = derived_id(PAYER, recorded.event_id, type(command).__name__)
        metadata = Metadata(command_id, ActorStamp(PAYER, "system"), command_id.hex)
        order = Order(payment_of(application_id), command, metadata)
        await parts.office.carry_out(PAYMENT, order)


def passing_days(worker: str) -> Callable[[Tools], Awaitable[None]]:
    """What the runner `deadlines` does, day after day, and then from the first day on.

    Once all of the days were looked at in vain, `looked` says where the read model stood before.
    """

    async def run(tools: Tools) -> None:
        memories = defaultdict[int, Memory](Memory)
        async with await connect(tools.parts.url) as connection:
            while True:
                await tools.pulse.beat()
                stood = await (
                    await connection.execute(STANDS, (DAYS_THAT_MATTER.name,))
                ).fetchone()
                if stood and not await _happened(tools, connection, memories):
                    await connection.execute(LOOKED, (*stood, worker))
                await asyncio.sleep(LOOK_SECONDS)

    return run


async def _happened(tools: Tools, connection: Connection, memories: Any) -> int:
    looks = [
        await look_round(tools, connection, memories[days], NOW + timedelta(days=days))
        for days in DAYS
    ]
    return sum(looks)


def own_consumer() -> Consumer:
    return Consumer(WITNESS, dict.fromkeys(WITNESSED, count))


def own_reaction() -> Reaction:
    return Reaction(PAYER, {ApplicationSubmitted: pay})


def own_clock(worker: str) -> Runner:
    return Runner(DEADLINES, passing_days(worker))
