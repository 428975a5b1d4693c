"""Can a fee be due for a service of this town, and can it be paid on a day?"""

from collections.abc import Mapping
from datetime import date

from domain.municipality.municipality import PaymentAccount


def can_cost(tariff: Mapping[str, int], fees: Mapping[str, int]) -> bool:
    """Whether anybody at all is asked for a fee; `fees` are the town's own, in place of these."""
    return any(fees.get(name, cents) > 0 for name, cents in tariff.items())


def takes_payments(account: PaymentAccount | None, day: date) -> bool:
    return account is not None and account.valid_on(day)
