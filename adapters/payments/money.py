"""Cents inside, decimal euros on the wire, and nothing lost between them."""

from decimal import Decimal


class FractionOfACent(ValueError):
    """This amount is not a whole number of cents; ask who sent it for a correct one."""


def euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def cents(amount: Decimal) -> int:
    scaled = amount.scaleb(2)
    if scaled != scaled.to_integral_value():
        raise FractionOfACent(amount)
    return int(scaled)
