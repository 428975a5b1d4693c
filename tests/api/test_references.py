"""What is booked by hand has a number that a line of the treasury's list can have as well."""

import pytest
from pydantic import TypeAdapter, ValidationError

from adapters.payments.treasury_list import REFERENCE
from api.bodies import BookingBody, CounterPaymentBody, Reference


@pytest.mark.parametrize("text", ["KA-1", "2026/17", "a.b_c", "x" * 60])
def test_the_numbers_of_the_list_are_taken(text: str) -> None:
    assert REFERENCE.fullmatch(text)
    assert TypeAdapter(Reference).validate_python(text) == text


@pytest.mark.parametrize("text", ["", "Bücher-1", "١٢", "K 1", "KA-1\n", "x" * 61])
def test_what_the_list_cannot_hold_is_refused(text: str) -> None:
    assert not REFERENCE.fullmatch(text)
    with pytest.raises(ValidationError):
        CounterPaymentBody(method="cash", receipt=text)
    with pytest.raises(ValidationError):
        BookingBody(reference=text)
