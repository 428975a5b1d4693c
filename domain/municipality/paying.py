"""Can a fee be due for a service of this town, and how can it be paid on a day?"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from domain.municipality.municipality import PaymentAccount
from domain.rules import PaymentTiming

# Of an originator or an endpoint: no mail address and no link was ever one.
PLATFORM_NAME = r"^[^@:\x00-\x1f\x7f]+$"


class Paying(Protocol):
    """A town, as far as it takes payments; see Municipality."""

    @property
    def payment(self) -> PaymentAccount | None: ...

    @property
    def e_payment_since(self) -> date | None: ...


def can_cost(tariff: Mapping[str, int], fees: Mapping[str, int]) -> bool:
    """Whether anybody at all is asked for a fee; `fees` are the town's own, in place of these."""
    return any(fees.get(name, cents) > 0 for name, cents in tariff.items())


def has_account(account: PaymentAccount | None, day: date) -> bool:
    return account is not None and account.valid_on(day)


def takes_payments(town: Paying, day: date) -> bool:
    """Whether fees are paid online there: it has an account that day, and has begun with it."""
    begun = town.e_payment_since is None or town.e_payment_since <= day
    return begun and has_account(town.payment, day)


def can_be_paid(town: Paying, timing: PaymentTiming, day: date) -> bool:
    """What is due after the approval only is paid at the counter until the town begins."""
    if timing is PaymentTiming.AFTER_APPROVAL:
        return has_account(town.payment, day)
    return takes_payments(town, day)
