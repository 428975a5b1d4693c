"""What a service costs: the first line of its tariff that fits, for as many pieces as are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.errors import NoTariffLine
from domain.rules import Fee, FeeItem
from domain.service.definition import Facts, Price, TariffLine, holds, said

FREE = Fee(cents=0, tariff="free")


def assess_fee(tariff: Sequence[TariffLine], fees: Mapping[str, int], facts: Facts) -> Fee:
    """`fees`: cents by the name of a price, where the town differs. Raise NoTariffLine."""
    if not tariff:
        return FREE
    for line in tariff:
        if holds(line.when, facts):
            return _fee(line, fees, facts)
    raise NoTariffLine


def prices(tariff: Sequence[TariffLine]) -> dict[str, int]:
    """Every amount that a town may set its own for, by name."""
    return {price.name: price.cents for line in tariff for price in _prices(line)}


def in_words(tariff: Sequence[TariffLine], items: Sequence[FeeItem]) -> tuple[FeeItem, ...]:
    """The same pieces, called as a payer reads it, in German as all bills are."""
    titles = {price.name: price.title for line in tariff for price in _prices(line)}
    return tuple(
        replace(item, name=said(titles[item.name], "de") if titles.get(item.name) else item.name)
        for item in items
    )


def _fee(line: TariffLine, fees: Mapping[str, int], facts: Facts) -> Fee:
    if line.quantity is None:
        return Fee(cents=fees.get(line.name, line.cents), tariff=line.name)
    # JSON knows no whole numbers: 2.0 is one as well, and money must never become a float.
    pieces = int(facts.get(line.quantity, 1))
    items = tuple(_items(_prices(line), fees, pieces))
    cents = sum(item.quantity * item.cents_each for item in items)
    return Fee(cents=cents, tariff=line.name, items=items)


def _items(prices: Sequence[Price], fees: Mapping[str, int], pieces: int) -> list[FeeItem]:
    """One piece at each price but the last, and all the others at the last."""
    items = []
    for number, price in enumerate(prices, start=1):
        last = number == len(prices)
        quantity = pieces - number + 1 if last else min(1, pieces - number + 1)
        if quantity > 0:
            each = fees.get(price.name, price.cents)
            items.append(FeeItem(name=price.name, quantity=quantity, cents_each=each))
    return items


def _prices(line: TariffLine) -> tuple[Price, ...]:
    return (Price(name=line.name, title=line.title, cents=line.cents), *line.further)
