"""Payments in a ledger, a treasury's list of them, and the differences planted between both."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.payment import events as p

TOWN = "05513000"
FIRST = datetime(2021, 3, 1, 9, tzinfo=UTC)
DAYS = 28
FEES = (500, 1000, 2000, 3070)
# How many in a thousand payments differ in each way; disjoint.
EACH = 3
UNREADABLE = ("unreadable", "")
UNREADABLE_LINES = (
    "payment;;20,00;EUR;2021-03-05",
    "payment;KZ-none-1;1 020,00;EUR;2021-03-05",
    "payment;KZ-none-2;-20,00;EUR;2021-03-05",
)


@dataclass(frozen=True, slots=True)
class Paid:
    number: int
    cents: int

    @property
    def application_id(self) -> UUID:
        return UUID(int=(1 << 100) + self.number)

    @property
    def payment_id(self) -> UUID:
        return UUID(int=(2 << 100) + self.number)

    @property
    def reference(self) -> str:
        return f"KZ-{self.number:010d}"

    @property
    def paid_at(self) -> datetime:
        return FIRST + timedelta(days=self.number % DAYS, minutes=self.number % 300)

    @property
    def of(self) -> dict[str, Any]:
        return {"application_id": self.application_id, "municipality": TOWN}

    def life(self, ending: str) -> list[Any]:
        requested = p.PaymentRequested(
            **self.of,
            cents=self.cents,
            currency="EUR",
            purpose="Ausweis",
            requested_at=self.paid_at - timedelta(minutes=9),
        )
        opened = p.PaymentOpened(
            **self.of,
            transaction_id=f"T-{self.number}",
            redirect_url="",
            opened_at=self.paid_at - timedelta(minutes=8),
            reference=self.reference,
        )
        if ending == "open":
            return [requested, opened]
        paid = p.PaymentSucceeded(
            **self.of,
            cents=self.cents,
            currency="EUR",
            method="PAYPAL",
            reference=self.reference,
            paid_at=self.paid_at,
        )
        gone = {
            "refunded": p.PaymentRefunded(
                **self.of, cents=self.cents, reference="KA-1", refunded_at=self.paid_at
            ),
            "charged-back": p.PaymentChargedBack(
                **self.of, cents=self.cents, reference="RL-1", charged_back_at=self.paid_at
            ),
        }
        return [requested, opened, paid, *([gone[ending]] if ending in gone else [])]

    def line(
        self,
        kind: str = "payment",
        cents: int | None = None,
        currency: str = "EUR",
        days_later: int = 0,
    ) -> str:
        amount = self.cents if cents is None else cents
        day = self.paid_at.date() + timedelta(days=days_later)
        return f"{kind};{self.reference};{amount // 100},{amount % 100:02d};{currency};{day}"


@dataclass(slots=True)
class Planted:
    """`happened`: what the ledger is made of; `lines`: the list; `differences`: all there are."""

    happened: list[tuple[UUID, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    differences: set[tuple[str, str]] = field(default_factory=set)
    unreadable: int = 0

    @property
    def named(self) -> list[tuple[str, str]]:
        """Each difference as often as it is to be found."""
        others = self.differences - {UNREADABLE}
        return sorted([*others, *[UNREADABLE] * self.unreadable])

    def as_csv(self) -> bytes:
        return "\n".join(["kind;reference;amount;currency;booked_on", *self.lines, ""]).encode()

    def add(self, paid: Paid, ending: str, lines: Iterable[str], *what: str) -> None:
        self.happened += [(paid.payment_id, event) for event in paid.life(ending)]
        self.lines += lines
        self.differences |= {(one, paid.reference) for one in what}


def _ways(one: Paid) -> Sequence[tuple[str, list[str], tuple[str, ...]]]:
    """Each way in which ledger and list can differ: the ledger's end, the lines, the names."""
    line, refund, back = one.line(), one.line("refund"), one.line("chargeback")
    return (
        ("paid", [], ("missing-there",)),
        ("paid", [line, line], ("twice-there",)),
        ("paid", [one.line(cents=one.cents - 1)], ("amount-differs",)),
        ("paid", [one.line(currency="CHF")], ("currency-differs",)),
        ("open", [line], ("not-recorded-here",)),
        ("paid", [line, refund], ("refund-not-recorded-here",)),
        ("refunded", [line], ("refund-missing-there",)),
        ("refunded", [line, refund, refund], ("refund-twice-there",)),
        ("refunded", [line, one.line("refund", one.cents + 1)], ("refund-amount-differs",)),
        ("paid", [line, back], ("chargeback-not-recorded-here",)),
        ("charged-back", [line], ("chargeback-missing-there",)),
        ("refunded", [line, back], ("refund-missing-there", "chargeback-not-recorded-here")),
    )


WAYS = len(_ways(Paid(0, 500))) + 1  # and what only the list knows


def plant(payments: int, seed: int = 1) -> Planted:
    """Most agree, some of them refunded or charged back on both sides; a few differ in each way."""
    rng = random.Random(seed)  # noqa: S311 -- to plant, not to keep secrets
    planted, each = Planted(), max(1, payments * EACH // 1000)
    differing = rng.sample(range(payments), each * (WAYS - 1))
    way_of = {number: at % (WAYS - 1) for at, number in enumerate(differing)}
    for number in range(payments):
        one = Paid(number, rng.choice(FEES))
        if number in way_of:
            ending, lines, what = _ways(one)[way_of[number]]
            planted.add(one, ending, lines, *what)
        elif number % 97 == 0:
            planted.add(one, "refunded", [one.line(), one.line("refund")])
        elif number % 101 == 0:
            planted.add(one, "charged-back", [one.line(), one.line("chargeback")])
        elif number % 103 == 0:
            planted.add(one, "open", [])
        else:
            # Some banks book it a day later than the platform says.
            planted.add(one, "paid", [one.line(days_later=number % 7 == 0)])
    for number in range(payments, payments + each):
        stranger = Paid(number, 1234)
        planted.lines.append(stranger.line())
        planted.differences.add(("unknown-here", stranger.reference))
    planted.lines += UNREADABLE_LINES
    planted.unreadable = len(UNREADABLE_LINES)
    planted.differences.add(UNREADABLE)
    rng.shuffle(planted.lines)
    return planted


LAST = date(2021, 3, 28)
