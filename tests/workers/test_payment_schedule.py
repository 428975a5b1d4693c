from datetime import UTC, datetime, timedelta
from uuid import UUID

from workers.payment_schedule import OpenPayment, Schedule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GELSENKIRCHEN, GLADBECK = "05513000", "05562014"
new = OpenPayment(UUID(int=1), GELSENKIRCHEN, NOON - timedelta(seconds=10))
old = OpenPayment(UUID(int=2), GLADBECK, NOON - timedelta(days=3))


def asked(schedule: Schedule, seconds: float) -> set[UUID]:
    now = NOON + timedelta(seconds=seconds)
    due = [payment for payments in schedule.due([new, old], now).values() for payment in payments]
    for payment in due:
        schedule.asked(payment, now)
    return {payment.payment_id for payment in due}


def test_at_first_every_payment_is_asked_for_town_by_town() -> None:
    due = Schedule(5).due([new, old], NOON)
    assert due == {GELSENKIRCHEN: [new], GLADBECK: [old]}


def test_a_payment_under_way_is_asked_for_in_every_round_an_old_one_within_the_hour() -> None:
    schedule = Schedule(5)
    asked(schedule, 0)
    assert asked(schedule, 4) == set()
    assert asked(schedule, 5) == {new.payment_id}
    assert old.payment_id in asked(schedule, 3600)


def test_what_is_settled_is_forgotten() -> None:
    schedule = Schedule(5)
    asked(schedule, 0)
    schedule.due([], NOON)
    assert schedule.due([new], NOON) == {GELSENKIRCHEN: [new]}


def test_what_a_round_that_ended_early_did_not_come_to_is_due_in_the_next() -> None:
    schedule = Schedule(5)
    schedule.due([new, old], NOON)
    schedule.asked(new, NOON)
    assert schedule.due([new, old], NOON) == {GLADBECK: [old]}
