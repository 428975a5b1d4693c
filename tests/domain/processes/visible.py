"""At any moment, money that we were told of is in somebody's books, or on its way there."""

from uuid import UUID

from domain.application import events as a
from domain.application.state import Standing
from domain.payment import events as p
from domain.payment.state import Account, PaymentStatus
from tests.domain.processes.world import World

SETTLED = (Account.REFUNDED, Account.CHARGED_BACK)


def require_visible(world: World) -> None:
    """Not only once all is healed: what waits for a reaction is in the log."""
    seen = _in_books(world) | _on_its_way(world)
    for payment_id in world.known - seen:
        payment = world.payment(payment_id)
        waits = payment.waits_for_word  # the treasury's list: unclear, given-up
        found = payment.found and payment.application_id is None
        by_treasury = payment.account in (Account.HELD, *SETTLED)
        dismissed = payment.status is PaymentStatus.DISMISSED
        assert waits or (found and (by_treasury or dismissed)), payment


def _in_books(world: World) -> set[UUID]:
    return {
        payment_id
        for stream in world.applications
        for payment_id, money in world.application(stream).money.items()
        if money.standing is not Standing.ASSIGNED
    }


def _on_its_way(world: World) -> set[UUID]:
    """What the reaction `payment-process` has yet to tell an application."""
    return {
        event.payment_id if isinstance(event, a.MoneyAssigned) else stream
        for stream, _, event in world.log[world.told :]
        if isinstance(event, p.PaymentSucceeded | p.FoundMoneyAssigned | a.MoneyAssigned)
    }
