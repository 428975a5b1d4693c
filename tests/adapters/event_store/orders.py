"""Orders for one application, and how they are given."""

import asyncio
from uuid import UUID, uuid4

from adapters.event_store.office import Done, Office, Order
from domain.application.commands import ApplicationCommand
from domain.application.decisions import APPLICATION
from domain.application.state import Application
from tests.adapters.event_store.proposals import metadata
from tests.domain.application import asked

CASE = uuid4()
IN_HANDS = (asked.submit_minor, asked.claim)


def order(command: ApplicationCommand, stream_id: UUID = CASE, **more) -> Order:
    return Order(stream_id, command, metadata(), b"the same", **more)


async def carry_out(office: Office, *commands: ApplicationCommand) -> Done[Application]:
    for command in commands:
        done = await office.carry_out(APPLICATION, order(command))
    return done


def at_once(office: Office, *orders: Order) -> asyncio.Future[list]:
    asking = (office.carry_out(APPLICATION, one) for one in orders)
    return asyncio.gather(*asking, return_exceptions=True)
