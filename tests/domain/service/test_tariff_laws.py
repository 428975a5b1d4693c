"""What holds of every tariff, for any amounts of a town and any number of pieces."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.service.definition import Price, TariffLine
from domain.service.tariff import assess_fee, prices

law = settings(max_examples=200, deadline=None)
cents = st.integers(0, 100_000)
pieces = st.integers(1, 50)
NAMES = ("first", "second", "third", "fourth")


@st.composite
def lines(draw: st.DrawFn) -> TariffLine:
    first, *further = draw(st.lists(cents, min_size=1, max_size=4))
    return TariffLine(
        name=NAMES[0],
        title={},
        cents=first,
        when={},
        quantity="pieces",
        further=tuple(
            Price(name=name, title={}, cents=each)
            for name, each in zip(NAMES[1:], further, strict=False)
        ),
    )


overrides = st.dictionaries(st.sampled_from(NAMES), cents)


@law
@given(lines(), overrides, pieces)
def test_the_items_add_up_to_the_fee_and_count_every_piece(
    line: TariffLine, fees: dict[str, int], count: int
) -> None:
    fee = assess_fee([line], fees, {"pieces": count})
    assert fee.cents == sum(item.quantity * item.cents_each for item in fee.items)
    assert sum(item.quantity for item in fee.items) == count
    assert all(item.quantity > 0 for item in fee.items)


@law
@given(lines(), overrides, pieces)
def test_one_more_piece_costs_one_more_price(
    line: TariffLine, fees: dict[str, int], count: int
) -> None:
    one, two = (assess_fee([line], fees, {"pieces": n}).cents for n in (count, count + 1))
    charged = {**prices([line]), **{n: c for n, c in fees.items() if n in prices([line])}}
    assert two - one in charged.values()


@law
@given(lines(), cents, pieces)
def test_an_amount_that_no_price_bears_changes_nothing(
    line: TariffLine, amount: int, count: int
) -> None:
    facts = {"pieces": count}
    assert assess_fee([line], {"other": amount}, facts) == assess_fee([line], {}, facts)


@law
@given(lines(), pieces)
def test_a_cheaper_further_piece_never_makes_the_order_dearer_a_piece(
    line: TariffLine, count: int
) -> None:
    cheaper = replace(line, further=(Price(name="more", title={}, cents=line.cents // 2),))
    fee = assess_fee([cheaper], {}, {"pieces": count})
    assert fee.cents <= line.cents * count
