"""Payments as bytes on the wire, without a wire."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.payments.errors import PaymentAnswerUnusable
from adapters.payments.money import FractionOfACent, cents, euro
from adapters.payments.payment import PaymentStatus, as_purpose
from adapters.payments.translation import from_json, read_transaction, to_json

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


@pytest.mark.parametrize(
    "wrong", [{"status": "PAID"}, {"transactionRedirectUrl": "javascript:alert(1)"}]
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
