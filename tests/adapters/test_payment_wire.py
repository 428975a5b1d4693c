"""Payments as bytes on the wire, without a wire."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.payments.asking import request_of
from adapters.payments.errors import PaidAmountUnreadable, PaymentAnswerUnusable
from adapters.payments.money import FractionOfACent, cents, euro
from adapters.payments.payment import PaymentStatus, as_purpose
from adapters.payments.translation import from_json, read_transaction, to_json, write_request
from domain.payment.state import Payment
from domain.rules import FeeItem

KNOWN: dict[str, Any] = {
    "paymentInformation": {"transactionId": "transaction-1", "status": "INITIAL"},
    "paymentRequest": {"requestId": "request-1", "currency": "EUR", "grosAmount": euro(1250)},
}


def answer_with(**information: Any) -> bytes:
    return to_json(
        KNOWN | {"paymentInformation": KNOWN["paymentInformation"] | information, "new": [1]}
    )


def test_unknown_methods_and_fields_load() -> None:
    read = read_transaction(answer_with(paymentMethod="WERO", carbonFootprint=3))
    assert read.method == "WERO"


def test_an_unreadable_timestamp_does_not_hide_a_payment() -> None:
    read = read_transaction(answer_with(status="PAYED", transactionTimestamp="yesterday"))
    assert (read.status, read.paid_at) == (PaymentStatus.PAYED, None)


@pytest.mark.parametrize("reference", ["=HYPERLINK(1)", "KZ\0", "KZ 1", "K" * 61, "", 7])
def test_a_reference_that_no_treasury_has_does_not_hide_a_payment(reference: object) -> None:
    read = read_transaction(answer_with(status="PAYED", transactionReference=reference))
    assert (read.status, read.reference) == (PaymentStatus.PAYED, None)
    assert read_transaction(answer_with(transactionReference="KZ-1/2")).reference == "KZ-1/2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "PAID"},
        {"transactionRedirectUrl": "javascript:alert(1)"},
        {"transactionId": "=1+1"},
        {"transactionId": "T\0"},
        {"transactionId": ""},
    ],
)
def test_an_unknown_status_or_a_hostile_address_is_unusable(wrong: dict[str, Any]) -> None:
    with pytest.raises(PaymentAnswerUnusable):
        read_transaction(answer_with(**wrong))


def paid_in(currency: object) -> bytes:
    return to_json(KNOWN | {"paymentRequest": KNOWN["paymentRequest"] | {"currency": currency}})


def test_what_was_paid_in_another_currency_is_read_so_that_it_can_be_queued() -> None:
    assert read_transaction(paid_in("USD")).currency == "USD"


@pytest.mark.parametrize("currency", ["euro", "", None, 978])
def test_what_is_no_currency_is_unusable(currency: object) -> None:
    with pytest.raises(PaymentAnswerUnusable):
        read_transaction(paid_in(currency))


@pytest.mark.parametrize("amount", [Decimal("12.505"), -1, "12,50", None, 10**9])
def test_money_whose_amount_makes_no_sense_is_not_taken_for_no_money(amount: object) -> None:
    asked = KNOWN["paymentRequest"] | {"grosAmount": amount}
    paid = KNOWN["paymentInformation"] | {"status": "PAYED"}
    with pytest.raises(PaidAmountUnreadable) as told:
        read_transaction(to_json({"paymentInformation": paid, "paymentRequest": asked}))
    assert told.value.about == {"transaction-1", "request-1"}
    with pytest.raises(PaymentAnswerUnusable) as open_still:
        read_transaction(to_json(KNOWN | {"paymentRequest": asked}))
    assert type(open_still.value) is PaymentAnswerUnusable


def test_a_bill_of_several_pieces_adds_up_on_the_wire() -> None:
    pieces = (
        FeeItem(name="first-copy", quantity=1, cents_each=1500),
        FeeItem(name="further-copy", quantity=2, cents_each=550),
    )
    asked = from_json(sent_for(Payment(purpose="Urkunde", cents=2600, items=pieces)))
    assert asked["grosAmount"] == Decimal("26.00")
    assert [
        (i["id"], i["description"], i["quantity"], i["singleNetAmount"], i["totalNetAmount"])
        for i in asked["items"]
    ] == [
        ("1", "first-copy", 1, Decimal("15.00"), Decimal("15.00")),
        ("2", "further-copy", 2, Decimal("5.50"), Decimal("11.00")),
    ]


@pytest.mark.parametrize("prices", [0, 100])
def test_a_bill_without_pieces_or_with_too_many_is_one_piece(prices: int) -> None:
    pieces = tuple(FeeItem(name=f"p-{n}", quantity=1, cents_each=20) for n in range(prices))
    asked = from_json(sent_for(Payment(purpose="Urkunde", cents=2000, items=pieces)))
    (piece,) = asked["items"]
    assert (piece["description"], piece["totalNetAmount"]) == ("Urkunde", asked["grosAmount"])


def test_a_piece_with_a_long_title_is_told_as_far_as_the_standard_allows() -> None:
    piece = FeeItem(name="Ä" * 300, quantity=1, cents_each=2000)
    asked = from_json(sent_for(Payment(purpose="Urkunde", cents=2000, items=(piece,))))
    assert asked["items"][0]["description"] == "Ä" * 250


def sent_for(payment: Payment) -> bytes:
    payment = replace(payment, application_id=UUID(int=7))
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    return write_request(request_of(UUID(int=8), payment, "https://amt.example/", now))


@given(st.integers(min_value=0, max_value=10**15))
def test_cents_come_back_from_the_wire_unchanged(amount: int) -> None:
    written = to_json(euro(amount))
    assert cents(from_json(written) * Decimal(1)) == amount
    assert len(written.partition(b".")[2]) == 2


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=1, max_value=9))
def test_a_fraction_of_a_cent_is_not_money(whole: int, fraction: int) -> None:
    with pytest.raises(FractionOfACent):
        cents(Decimal(f"{whole}.00{fraction}"))


def test_a_purpose_is_written_as_a_bank_takes_it() -> None:
    assert as_purpose("Gebühr: Büchereiausweis (Größe A)") == "Gebuehr Buechereiausweis Gr"
    assert as_purpose("Hundesteuer \u2013 2026/17") == "Hundesteuer 2026 17"


@given(st.text())
def test_every_purpose_fits_the_wire(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_ -]{0,27}", as_purpose(text))
