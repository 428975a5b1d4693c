"""A means of payment has its days; what was paid with one that is gone loads for ever."""

from datetime import date

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper
from adapters.payments.methods import methods, offered

STORED = b"""{"data": {"application_id": "019cbd6f-0a7e-7001-8c1f-5e2b7d904a01",
    "municipality": "05513000", "cents": 2000, "currency": "EUR", "method": "GIROPAY",
    "reference": "KZ-1", "paid_at": "2024-12-31T12:00:00Z"}, "metadata": {"command_id":
    "019cbd6f-0a7e-7001-8c1f-5e2b7d904a02", "actor": {"subject": "payments", "role": "system"},
    "correlation_id": "c"}}"""


def test_giropay_and_paydirekt_were_offered_until_the_end_of_2024() -> None:
    gone = {"GIROPAY", "PAYDIRECT"}
    assert set(offered(date(2024, 12, 31))) - set(offered(date(2025, 1, 1))) == gone


def test_every_means_is_offered_on_some_day() -> None:
    assert all(one.first_day <= one.last_day for one in methods())
    assert len({one.code for one in methods()}) == len(methods())


def test_what_was_paid_with_giropay_loads_for_ever() -> None:
    event = EventMapper(EVENT_TYPES).decode_event("PaymentSucceeded", STORED)
    assert event.method == "GIROPAY"
