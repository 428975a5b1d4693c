"""However often a browser comes back, the platform is asked now and then."""

from uuid import uuid4

from adapters.payments.visits import AGAIN_AFTER_SECONDS, MOST_AT_ONCE, Visits

ONE, OTHER = uuid4(), uuid4()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_payment_is_asked_for_once_in_a_while_and_others_meanwhile() -> None:
    clock = Clock()
    visits = Visits(clock)
    asked = list[bool]()
    for payment_id, later in ((ONE, 0), (ONE, 0), (OTHER, 1), (ONE, AGAIN_AFTER_SECONDS)):
        clock.now = 100 + later
        with visits.asks(payment_id) as may_ask:
            asked.append(may_ask)
    assert asked == [True, False, True, True]


def test_a_slow_answer_is_waited_for_by_one() -> None:
    clock = Clock()
    visits = Visits(clock)
    with visits.asks(ONE):
        clock.now += 10 * AGAIN_AFTER_SECONDS
        with visits.asks(ONE) as may_ask:
            assert not may_ask


def test_some_at_once_ask_and_the_others_are_told_what_is_known() -> None:
    visits = Visits(Clock())
    under_way = [visits.asks(uuid4()) for _ in range(MOST_AT_ONCE)]
    assert all(visit.__enter__() for visit in under_way)
    with visits.asks(ONE) as may_ask:
        assert not may_ask
    under_way[0].__exit__(None, None, None)
    with visits.asks(ONE) as may_ask:
        assert may_ask
