"""Applications, payments, a platform and a bank, with everything that gets lost in between.

What the house does is done by its own deciders and processes. What it runs on is played: a log, two
reactions that may die before they note how far they are, a platform whose hints get lost, come
twice or late, and people who ask for anything at any time.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, get_args
from uuid import UUID, uuid5

from domain.application import commands as c
from domain.application import events as a
from domain.application.decisions import APPLICATION
from domain.application.state import Application, Standing, Status
from domain.decider import Decider
from domain.errors import Refused
from domain.payment import commands as pc
from domain.payment import events as p
from domain.payment.decisions import PAYMENT
from domain.payment.state import IN_VAIN, Payment, PaymentStatus
from domain.processes.payment import (
    AboutMoney,
    Origin,
    after_assignment,
    after_finding,
    after_success,
    booking,
    is_news,
)
from tests.domain.application import asked
from tests.domain.application.facts import CALENDAR, GELSENKIRCHEN, NOW
from tests.domain.application.next_step import next_step
from tests.domain.processes import treasury
from tests.domain.processes.treasury import pick

SUBMISSIONS = (asked.submit, asked.submit_online_only, asked.submit_parking, asked.submit_minor)
BY_CLERKS: tuple[Any, ...] = (
    asked.claim,
    asked.approve,
    asked.reject,
    asked.withdraw,
    asked.forward,
    asked.expire,
    asked.reopen(),
    asked.mark_ready,
    asked.hand_out,
)
TAKES_NO_PART = frozenset(
    {Standing.ASSIGNED, Standing.REFUNDED, Standing.CHARGED_BACK, Standing.LOOSE}
)


@dataclass
class Transaction:
    """What the platform knows of a payment."""

    cents: int
    status: str = "INITIAL"
    readable: bool = True


@dataclass
class World:
    streams: dict[UUID, list[Any]] = field(default_factory=dict)
    log: list[tuple[UUID, int, Any]] = field(default_factory=list)
    answered: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    platform: dict[UUID, Transaction] = field(default_factory=dict)
    # What really lies with the municipality, whatever anybody has recorded.
    bank: Counter[UUID] = field(default_factory=Counter)
    # Of it, what was paid once more than anybody was asked for.
    strays: dict[UUID, int] = field(default_factory=dict)
    # Money that we were told of, readably or not: by the platform, at the counter, by a list.
    known: set[UUID] = field(default_factory=set)
    hints: list[UUID] = field(default_factory=list)
    paid_out: dict[UUID, UUID] = field(default_factory=dict)
    told: int = 0
    booked: int = 0
    asks: int = 0

    # What it runs on.

    def carry_out(
        self, decider: Decider[Any, Any, Any], stream: UUID, command: Any, command_id: UUID
    ) -> int:
        """Return the version it was answered with: the same again for the same command id."""
        before = self.answered.get(command_id)
        if before:
            return before[1]
        history = self.streams.get(stream, [])
        happened = decider.decide(decider.fold(history), command)
        for event in happened:
            self.streams.setdefault(stream, []).append(event)
            self.log.append((stream, len(self.streams[stream]), event))
        self.answered[command_id] = (stream, len(self.streams.get(stream, [])))
        return self.answered[command_id][1]

    def application(self, stream: UUID) -> Application:
        return APPLICATION.fold(self.streams[stream])

    def payment(self, stream: UUID) -> Payment:
        return PAYMENT.fold(self.streams.get(stream, []))

    @property
    def applications(self) -> list[UUID]:
        return [key for key, s in self.streams.items() if isinstance(s[0], a.ApplicationSubmitted)]

    def ask(self, stream: UUID, command: Any) -> None:
        """As a person does, once or, impatiently, twice with one key."""
        self.asks += 1
        command_id = uuid5(stream, f"asked-{self.asks}")
        try:
            first = self.carry_out(APPLICATION, stream, command, command_id)
        except Refused:
            return
        assert self.carry_out(APPLICATION, stream, command, command_id) == first

    # What people do.

    def submit(self, n: int) -> None:
        stream = uuid5(UUID(int=1), f"application-{len(self.applications)}")
        self.ask(stream, SUBMISSIONS[n % len(SUBMISSIONS)])

    def work(self, n: int) -> None:
        """A clerk, or the applicant, does something; by far not always what is due."""
        stream, command = pick(self.applications, n), BY_CLERKS[n // 7 % len(BY_CLERKS)]
        self.ask(stream, command)

    def reopen(self, n: int) -> None:
        """Above all while a refund is under way outside."""
        self.ask(pick(list(self.paid_out.values()) or self.applications, n), asked.reopen())

    def go_on(self, n: int) -> None:
        """What is due, but for the payment."""
        stream = pick(self.applications, n)
        command = next_step(self.application(stream))
        if not isinstance(command, c.RecordPayment | c.ReopenApplication):
            self.ask(stream, command)

    def take_at_counter(self, n: int) -> None:
        stream = pick(self.applications, n)
        taken = replace(asked.take_fee, payment_id=uuid5(stream, f"counter-{n % 3}"))
        before = len(self.streams[stream])
        self.ask(stream, taken)
        if len(self.streams[stream]) > before:
            self.known.add(taken.payment_id)
            self.bank[taken.payment_id] += self.application(stream).rules.fee.cents

    def begin_payment(self, n: int) -> None:
        """As the checkout does it; `n` says where it dies on its way, if it does."""
        stream, dies_at = pick(self.applications, n), n // 5 % 4
        application = self.application(stream)
        if not application.fee_due:
            return
        payment_id = self._attempt(stream, application)
        if payment_id is None:
            return
        if self.payment(payment_id).status is PaymentStatus.UNKNOWN:
            request = pc.RequestPayment(
                application_id=stream,
                municipality=GELSENKIRCHEN,
                cents=application.rules.fee.cents,
                purpose="Ausweis",
                now=NOW,
            )
            self.carry_out(PAYMENT, payment_id, request, uuid5(payment_id, "request"))
        if dies_at == 1:
            return
        cents = self.payment(payment_id).cents
        self.platform.setdefault(payment_id, Transaction(cents))  # the same request id: the same
        if dies_at == 2:
            return
        opened = pc.OpenPayment(transaction_id=str(payment_id), redirect_url="https://p", now=NOW)
        self.carry_out(PAYMENT, payment_id, opened, uuid5(payment_id, "open"))

    def _attempt(self, stream: UUID, application: Application) -> UUID | None:
        """None while it is unclear whether the fee was paid before."""
        number = 1
        while True:
            payment_id = uuid5(stream, f"payment-{number}")
            payment = self.payment(payment_id)
            if payment.waits_for_word:
                return None
            if payment.status not in IN_VAIN and payment_id not in application.money_seen:
                return payment_id
            number += 1

    def press(self, n: int) -> None:
        """On the platform's page: pay, cancel, pay too little, pay after all, or pay twice."""
        opened = [
            key for key in self.platform if self.payment(key).status is not PaymentStatus.REQUESTED
        ]
        if not opened:
            return
        payment_id = pick(opened, n)
        at, how = self.platform[payment_id], n // 11 % 6
        if at.status == "PAYED" or (at.status == "CANCELED" and how != 3):
            return
        at.status = "CANCELED" if how == 1 else "PAYED"
        if at.status == "PAYED":
            at.cents -= how == 2
            at.readable = n // 13 % 4 != 0
            self.bank[payment_id] += at.cents
        if how > 3:
            stray = uuid5(payment_id, "second")
            self.strays[stray] = self.bank[stray] = at.cents
        self.hints += [payment_id] * (n // 3 % 3)  # lost, once, or twice

    # What the house does by itself.

    def heed(self, n: int) -> None:
        """A hint arrives, in any order; it may stay, and arrive once more."""
        if self.hints:
            payment_id = pick(self.hints, n)
            if n % 3:
                self.hints.remove(payment_id)
            self.settle(payment_id)

    def poll(self, n: int) -> None:
        asked_for = [key for key in self.platform if not self.payment(key).given_up]
        if asked_for:
            self.settle(pick(asked_for, n), expires=n % 5 == 0)

    def settle(self, payment_id: UUID, *, expires: bool = False) -> None:
        payment, at = self.payment(payment_id), self.platform[payment_id]
        if payment.status not in (PaymentStatus.OPEN, *IN_VAIN):
            return
        command: Any = None
        if at.status == "PAYED":
            self.known.add(payment_id)
        if at.status == "PAYED" and not at.readable:
            command = pc.RecordUnclear(now=NOW)
        elif at.status == "PAYED":
            command = pc.RecordSuccess(
                cents=at.cents, method="PAYPAL", reference="K", paid_at=NOW, now=NOW
            )
        elif at.status == "CANCELED":
            command = pc.RecordCancellation(now=NOW)
        elif expires:
            command = pc.ExpirePayment(now=NOW)
        if command:
            said = f"{type(command).__name__}-{payment.status}"
            self.carry_out(PAYMENT, payment_id, command, uuid5(payment_id, said))

    def tell(self, n: int) -> bool:
        """The reaction `payment-process` takes the next event; it may die before it notes that."""
        if self.told == len(self.log):
            return False
        stream, version, event = self.log[self.told]
        because = uuid5(stream, f"{version}-process")
        if isinstance(event, p.PaymentSucceeded):
            command = after_success(stream, event, NOW, CALENDAR)
            self.carry_out(APPLICATION, event.application_id, command, because)
        elif isinstance(event, a.MoneyAssigned):
            command = after_assignment(event, NOW, CALENDAR)
            self.carry_out(APPLICATION, event.to_application, command, because)
        elif isinstance(event, p.FoundMoneyAssigned):
            command = after_finding(stream, event, NOW, CALENDAR)
            self.carry_out(APPLICATION, event.application_id, command, because)
        self.told += n % 4 != 0
        return True

    def catch_up(self, n: int) -> None:
        """A good hour: the platform is asked for all, and the applications learn of it."""
        for payment_id in self.platform:
            if self.payment(payment_id).status is not PaymentStatus.REQUESTED:
                self.settle(payment_id)
        while self.tell(2 * n + 1):
            pass

    def book(self, n: int) -> bool:
        """The reaction `payment-ledger` likewise."""
        if self.booked == len(self.log):
            return False
        stream, version, event = self.log[self.booked]
        if isinstance(event, get_args(AboutMoney)) and is_news(event):
            command = booking(Origin(stream, GELSENKIRCHEN), event, NOW)
            self.carry_out(PAYMENT, event.payment_id, command, uuid5(stream, f"{version}-ledger"))
        self.booked += n % 4 != 0
        return True

    # What the treasury does.

    def _queue(self, *standings: Standing) -> list[tuple[UUID, UUID]]:
        return [
            (stream, payment_id)
            for stream in self.applications
            for payment_id, money in self.application(stream).money.items()
            if money.standing in standings and payment_id not in self.paid_out
        ]

    def pay_back(self, n: int) -> None:
        """The bank pays first; it is recorded at once, or only later."""
        queue = self._queue(Standing.REFUND_DUE, Standing.UNMATCHED)
        if not queue:
            return
        stream, payment_id = pick(queue, n)
        was_due = self.application(stream).money[payment_id].standing is Standing.REFUND_DUE
        self.bank[payment_id] = 0
        self.paid_out[payment_id] = stream
        if n % 2 or not was_due:
            self.record_refund(payment_id)

    def record_late(self, n: int) -> None:
        if self.paid_out:
            self.record_refund(pick(list(self.paid_out), n))

    def record_refund(self, payment_id: UUID) -> None:
        """Never refused: it has happened."""
        stream = self.paid_out.pop(payment_id)
        command = replace(asked.refunded, payment_id=payment_id)
        self.asks += 1
        self.carry_out(APPLICATION, stream, command, uuid5(stream, f"asked-{self.asks}"))

    def charge_back(self, n: int) -> None:
        queue = self._queue(Standing.FEE, Standing.REFUND_DUE, Standing.UNMATCHED)
        if queue:
            stream, payment_id = pick(queue, n)
            self.bank[payment_id] = 0
            self.ask(stream, replace(asked.charged_back, payment_id=payment_id))

    def assign(self, n: int) -> None:
        queue = self._queue(Standing.UNMATCHED)
        if queue:
            due = [one for one in self.applications if self.application(one).fee_due]
            # Mostly where a fee is due; the rules hold for any other as well.
            (stream, payment_id), to = pick(queue, n), pick(due or self.applications, n // 3)
            target = None if to == stream else to
            self.ask(stream, replace(asked.assign, payment_id=payment_id, to=target))

    def correct(self, n: int) -> None:
        """What had gone came back, or had never gone: the bank has it."""
        queue = self._queue(Standing.REFUNDED, Standing.CHARGED_BACK)
        if queue:
            stream, payment_id = pick(queue, n)
            money = self.application(stream).money[payment_id]
            self.bank[payment_id] = 0 if money.gone_again else money.cents
            self.ask(stream, replace(asked.correct_money, payment_id=payment_id))

    def heal(self) -> None:
        """Everything works again, and nobody asks for more."""
        for payment_id in list(self.platform):
            if self.payment(payment_id).status is PaymentStatus.REQUESTED:
                self.carry_out(
                    PAYMENT,
                    payment_id,
                    pc.OpenPayment(transaction_id="T", redirect_url="", now=NOW),
                    uuid5(payment_id, "open"),
                )
            self.settle(payment_id)
            if self.payment(payment_id).waits_for_word:
                treasury.clarify_one(self, payment_id)
        for stray in self.strays:
            treasury.find(self, stray)
        for payment_id in list(self.paid_out):
            self.record_refund(payment_id)
        while self.tell(1):
            pass
        while self.book(1):
            pass


ACTIONS: tuple[Callable[[World, int], object], ...] = (
    World.submit,
    World.submit,
    World.work,
    World.go_on,
    World.go_on,
    World.take_at_counter,
    World.begin_payment,
    World.begin_payment,
    World.press,
    World.press,
    World.heed,
    World.poll,
    World.tell,
    World.tell,
    World.catch_up,
    World.catch_up,
    World.book,
    World.pay_back,
    World.record_late,
    World.reopen,
    World.charge_back,
    World.assign,
    World.assign,
    World.assign,
    World.correct,
    *treasury.ACTIONS,
)


def require_sound(world: World) -> None:
    """What must hold once all is healed."""
    places: Counter[UUID] = Counter()
    held: Counter[UUID] = Counter()
    for stream in world.applications:
        application = world.application(stream)
        for payment_id, money in application.money.items():
            places[payment_id] += money.standing is not Standing.ASSIGNED
            if money.standing not in TAKES_NO_PART:
                held[payment_id] += money.cents
            elif money.gone_again:
                held[payment_id] -= money.cents
        fees = [m for m in application.money.values() if m.standing is Standing.FEE]
        assert len(fees) <= 1
        assert bool(fees) == (application.paid is not None and not application.refund_open)
        require_legal(world.streams[stream])
    # Money that the platform took is in one place, and nothing is that it did not take.
    took = {key for key, at in world.platform.items() if at.status == "PAYED"}
    assigned = {key for key in world.strays if world.payment(key).application_id}
    counted = {key for key in places if key not in world.platform}  # at the counter
    assert places == Counter(took | assigned | counted)
    # What nobody was asked for is an application's, in the queue of what was found, or gone.
    queue = treasury.nobody_s(world)
    held.update({stray: world.strays[stray] for stray in queue})
    assert assigned.isdisjoint(queue)
    # What we say is there is what the bank has; and each ledger says the same.
    assert {key: cents for key, cents in held.items() if cents} == {
        key: cents for key, cents in world.bank.items() if cents
    }
    for payment_id in (*places, *world.strays):
        assert world.payment(payment_id).balance == world.bank[payment_id]
    # And nobody waits for a word that does not come.
    assert not any(world.payment(key).waits_for_word for key in world.platform)


def require_legal(history: list[Any]) -> None:
    """At most one decision stands, and nothing is handed out against an open fee."""
    decided = 0
    for at, event in enumerate(history):
        if isinstance(event, a.ApplicationReopened):
            decided = 0
        decided += isinstance(event, a.ApplicationApproved | a.ApplicationRejected)
        assert decided <= 1
        if isinstance(event, a.ApplicationPickedUp | a.OnlineOnlyIssued | a.ApplicationDispatched):
            before = APPLICATION.fold(history[:at])
            assert before.status in (Status.APPROVED, Status.READY_FOR_PICKUP)
            assert not before.fee_owed
