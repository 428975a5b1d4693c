"""What the treasury makes of money in the played world: found, unclear, given up, gone twice."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID, uuid5

from domain.application.state import Standing
from domain.errors import Refused
from domain.payment import commands as pc
from domain.payment.decisions import PAYMENT
from domain.payment.state import IN_VAIN, Account, PaymentStatus
from tests.domain.application import asked
from tests.domain.application.facts import GELSENKIRCHEN, NOW

if TYPE_CHECKING:
    from tests.domain.processes.world import World

One = TypeVar("One")
CLERK = "clerk-anna"


def pick(among: Sequence[One], n: int) -> One:
    return among[n % len(among)]


def order(world: "World", stream: UUID, command: pc.PaymentCommand) -> None:
    """As a clerk does it, once or, impatiently, twice with one key."""
    world.asks += 1
    command_id = uuid5(stream, f"asked-{world.asks}")
    try:
        first = world.carry_out(PAYMENT, stream, command, command_id)
    except Refused:
        return
    assert world.carry_out(PAYMENT, stream, command, command_id) == first


def compare(world: "World", n: int) -> None:
    """The treasury's list against the ledger: what no payment explains is found."""
    if world.strays:
        find(world, pick(list(world.strays), n))


def find(world: "World", stray: UUID) -> None:
    """It is listed for as long as it is there."""
    if not world.bank[stray]:
        return
    command = pc.FindMoney(
        municipality=GELSENKIRCHEN,
        cents=world.strays[stray],
        currency="EUR",
        reference="K",
        why="twice-there",
        paid_at=NOW,
        now=NOW,
    )
    order(world, stray, command)
    world.known.add(stray)


def nobody_s(world: "World") -> list[UUID]:
    """What stands in the queue of found money."""
    return [
        stray
        for stray in world.strays
        if (at := world.payment(stray)).account is Account.HELD and at.application_id is None
    ]


def assign_found(world: "World", n: int) -> None:
    due = [one for one in world.applications if world.application(one).fee_due]
    if found := nobody_s(world):
        to = pick(due or world.applications, n // 3)
        order(world, pick(found, n), pc.AssignFound(to=to, clerk=CLERK, now=NOW))


def send_found_away(world: "World", n: int) -> None:
    """It goes back to whom it came from, is taken back by a bank, or was never there."""
    if not (found := nobody_s(world)):
        return
    stray = pick(found, n)
    world.bank[stray] = 0
    how = pick((Account.REFUNDED, Account.CHARGED_BACK, None), n // 7)
    ground = pc.DismissalGround.LISTED_BY_MISTAKE
    command = (
        pc.RecordFoundGone(how=how, reference="KA-1", clerk=CLERK, now=NOW)
        if how
        else pc.DismissFound(ground=ground, clerk=CLERK, now=NOW)
    )
    order(world, stray, command)


def correct_found(world: "World", n: int) -> None:
    gone = [
        stray
        for stray in world.strays
        if world.payment(stray).application_id is None
        and world.payment(stray).found
        and not world.bank[stray]
    ]
    if gone:
        stray = pick(gone, n)
        world.bank[stray] = world.strays[stray]
        ground = pc.FoundCorrection.REFUND_RETURNED
        order(world, stray, pc.CorrectFound(ground=ground, clerk=CLERK, now=NOW))


def mend(world: "World", n: int) -> None:
    """The platform's operator makes an amount readable."""
    if world.platform:
        pick(list(world.platform.values()), n).readable = True


def give_up(world: "World", n: int) -> None:
    """The poller asks for the last time; now and then nobody answers."""
    waiting = [
        key for key in world.platform if world.payment(key).status in (PaymentStatus.OPEN, *IN_VAIN)
    ]
    if waiting:
        payment_id, unanswered = pick(waiting, n), n % 3 == 0
        if not unanswered:
            world.settle(payment_id)
        command = pc.GiveUp(unanswered=unanswered, now=NOW)
        world.carry_out(PAYMENT, payment_id, command, uuid5(payment_id, "given-up"))


def lose_patience(world: "World", n: int) -> None:
    """The platform does not answer about an attempt for so long that another one may be made."""
    waiting = [key for key in world.platform if world.payment(key).status is PaymentStatus.OPEN]
    if waiting:
        payment_id = pick(waiting, n)
        command = pc.ExpirePayment(now=NOW)
        world.carry_out(PAYMENT, payment_id, command, uuid5(payment_id, "no-answer"))


def clarify(world: "World", n: int) -> None:
    """The treasury looks into its own account, and knows."""
    waiting = [key for key in world.platform if world.payment(key).waits_for_word]
    if waiting:
        clarify_one(world, pick(waiting, n))


def clarify_one(world: "World", payment_id: UUID) -> None:
    came = world.bank[payment_id]
    money = pc.RecordSuccess(cents=came, method="TREASURY", reference="K", paid_at=NOW, now=NOW)
    order(world, payment_id, pc.Clarify(money=money if came else None, now=NOW))


def go_twice(world: "World", n: int) -> None:
    """Paid back and charged back: that much is missing at the bank."""
    other = {
        Standing.REFUNDED: replace(asked.charged_back, reference="RL-2"),
        Standing.CHARGED_BACK: replace(asked.refunded, reference="KA-2"),
    }
    queue = world._queue(*other)
    if queue:
        stream, payment_id = pick(queue, n)
        money = world.application(stream).money[payment_id]
        if not money.gone_again:
            world.bank[payment_id] = -money.cents
            world.ask(stream, replace(other[money.standing], payment_id=payment_id))


ACTIONS = (
    compare,
    compare,
    assign_found,
    assign_found,
    send_found_away,
    send_found_away,
    correct_found,
    correct_found,
    mend,
    give_up,
    lose_patience,
    clarify,
    go_twice,
)
