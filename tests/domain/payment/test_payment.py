from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.errors import NothingToClarify, PaymentUnknown
from domain.payment import commands as c
from domain.payment import events as e
from domain.payment.decisions import NOTHING_CAME, PAYMENT
from domain.payment.state import Account, Payment, PaymentStatus
from tests.domain.payment import booked as b
from tests.given import Given

NOW = datetime(2021, 6, 16, 10, tzinfo=UTC)
APPLICATION = UUID(int=7)
TOWN = "05513000"

given = Given(PAYMENT)

request = c.RequestPayment(
    application_id=APPLICATION,
    municipality=TOWN,
    cents=2000,
    purpose="Ausweis",
    platform_account="town/library",
    now=NOW,
)
open_it = c.OpenPayment(transaction_id="T-1", redirect_url="https://pay.example/T-1", now=NOW)
succeed = c.RecordSuccess(cents=2000, method="PAYPAL", reference="K-1", paid_at=NOW, now=NOW)
cancel = c.RecordCancellation(now=NOW)
fail = c.RecordFailure(reason="card declined", now=NOW)

requested = e.PaymentRequested(
    application_id=APPLICATION,
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    purpose="Ausweis",
    platform_account="town/library",
    requested_at=NOW,
)
opened = e.PaymentOpened(
    application_id=APPLICATION,
    municipality=TOWN,
    transaction_id="T-1",
    redirect_url="https://pay.example/T-1",
    opened_at=NOW,
)
succeeded = e.PaymentSucceeded(
    application_id=APPLICATION,
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    method="PAYPAL",
    reference="K-1",
    paid_at=NOW,
)
expire = c.ExpirePayment(now=NOW)
expired = e.PaymentExpired(application_id=APPLICATION, expired_at=NOW)
unclear = e.PaymentUnclear(
    application_id=APPLICATION,
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    reference="",
    noticed_at=NOW,
)
given_up = e.PaymentGivenUp(
    application_id=APPLICATION,
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    reference="",
    unanswered=True,
    given_up_at=NOW,
)
cancelled = e.PaymentCancelled(application_id=APPLICATION, cancelled_at=NOW)
failed = e.PaymentFailed(application_id=APPLICATION, reason="card declined", failed_at=NOW)


def test_a_payment_is_requested_before_the_platform_is_asked() -> None:
    given().when(request).then(requested)


def test_requesting_twice_is_one_event() -> None:
    given(requested).when(request).then_nothing_happens()


def test_a_requested_payment_is_opened() -> None:
    given(requested).when(open_it).then(opened)


def test_what_the_payer_is_sent_to_is_remembered() -> None:
    assert given(requested, opened).state == Payment(
        status=PaymentStatus.OPEN,
        application_id=APPLICATION,
        municipality=TOWN,
        cents=2000,
        purpose="Ausweis",
        platform_account="town/library",
        transaction_id="T-1",
        redirect_url="https://pay.example/T-1",
        requested_at=NOW,
        opened_at=NOW,
    )


def test_a_request_that_the_platform_refused_is_given_up_unless_it_was_opened() -> None:
    abandon = c.AbandonRequest(reason="card declined", now=NOW)
    given(requested).when(abandon).then(failed)
    given(requested, opened).when(abandon).then_nothing_happens()
    given(requested, failed).when(abandon).then_nothing_happens()
    given(requested, failed).when(open_it).then_nothing_happens()


@pytest.mark.parametrize("before", [(), (cancelled,), (failed,), (expired,)])
def test_what_was_paid_unreadably_is_noticed_once_and_until_it_is_clear(
    before: tuple[e.PaymentEvent, ...],
) -> None:
    notice = c.RecordUnclear(now=NOW)
    given(requested, opened, *before).when(notice).then(unclear)
    given(requested, opened, *before, unclear).when(notice).then_nothing_happens()
    given(requested, opened, *before, unclear).when(succeed).then(succeeded)
    given(requested, opened, *before, unclear, succeeded).when(notice).then_nothing_happens()


def test_what_was_unclear_and_then_not_paid_can_become_unclear_again() -> None:
    given(requested, opened, unclear, cancelled).when(c.RecordUnclear(now=NOW)).then(unclear)


def test_our_own_patience_does_not_make_clear_what_was_unclear() -> None:
    history = (requested, opened, unclear, expired)
    assert given(*history).state.waits_for_word
    given(*history).when(c.RecordUnclear(now=NOW)).then_nothing_happens()


@pytest.mark.parametrize("waiting", [(unclear,), (expired, given_up), (unclear, expired)])
def test_where_the_platform_does_not_tell_the_treasury_does(
    waiting: tuple[e.PaymentEvent, ...],
) -> None:
    came = c.Clarify(money=succeed, now=NOW)
    nothing = c.Clarify(money=None, now=NOW)
    given(requested, opened, *waiting).when(came).then(succeeded)
    ended = replace(failed, reason=NOTHING_CAME)
    given(requested, opened, *waiting).when(nothing).then(ended)
    given(requested, opened, *waiting, ended).when(succeed).then(succeeded)
    for settled in (ended, succeeded, cancelled):
        given(requested, opened, *waiting, settled).when(came).then_refused(NothingToClarify)


@pytest.mark.parametrize("before", [(), (cancelled,), (expired,), (unclear, expired)])
def test_a_payment_is_given_up_once_and_money_may_come_all_the_same(
    before: tuple[e.PaymentEvent, ...],
) -> None:
    give_up = c.GiveUp(unanswered=True, now=NOW)
    given(requested, opened, *before).when(give_up).then(given_up)
    given(requested, opened, *before, given_up).when(give_up).then_nothing_happens()
    given(requested, opened, *before, given_up).when(succeed).then(succeeded)
    given(requested, opened, succeeded).when(give_up).then_nothing_happens()


def test_what_the_platform_answered_is_given_up_without_a_question() -> None:
    quietly = replace(given_up, unanswered=False)
    given(requested, opened, expired).when(c.GiveUp(unanswered=False, now=NOW)).then(quietly)
    came = c.Clarify(money=succeed, now=NOW)
    given(requested, opened, expired, quietly).when(came).then_refused(NothingToClarify)


def test_opening_twice_is_one_event() -> None:
    given(requested, opened).when(open_it).then_nothing_happens()


@pytest.mark.parametrize("command", [open_it, succeed, cancel, fail, expire])
def test_a_payment_that_nobody_requested_is_unknown(command: c.PaymentCommand) -> None:
    given().when(command).then_refused(PaymentUnknown)


@pytest.mark.parametrize(
    ("command", "event"),
    [(succeed, succeeded), (cancel, cancelled), (fail, failed), (expire, expired)],
)
def test_an_open_payment_ends_as_the_platform_says(
    command: c.PaymentCommand, event: e.PaymentEvent
) -> None:
    given(requested, opened).when(command).then(event)
    given(requested, opened, event).when(command).then_nothing_happens()


@pytest.mark.parametrize(
    "history",
    [
        (requested,),
        (requested, opened, cancelled),
        (requested, opened, failed),
        (requested, opened, expired),
    ],
)
def test_money_that_comes_early_or_late_is_recorded(history: tuple[e.PaymentEvent, ...]) -> None:
    given(*history).when(succeed).then(succeeded)


def test_the_amount_that_came_is_recorded_not_the_amount_that_was_asked_for() -> None:
    given(requested, opened).when(replace(succeed, cents=1)).then(replace(succeeded, cents=1))


def test_the_currency_that_came_is_recorded_not_the_one_that_was_asked_for() -> None:
    francs = replace(succeed, currency="CHF")
    given(requested, opened).when(francs).then(replace(succeeded, currency="CHF"))


def test_an_unknown_method_is_recorded_as_it_is_called() -> None:
    wero = replace(succeed, method="WERO")
    given(requested, opened).when(wero).then(replace(succeeded, method="WERO"))


@pytest.mark.parametrize("command", [request, open_it, succeed, cancel, fail, expire])
def test_nothing_undoes_a_success(command: c.PaymentCommand) -> None:
    given(requested, opened, succeeded).when(command).then_nothing_happens()


@pytest.mark.parametrize("end", [cancelled, failed, expired])
@pytest.mark.parametrize("command", [request, open_it, cancel, fail, expire])
def test_an_attempt_that_ended_in_vain_stays_so(
    command: c.PaymentCommand, end: e.PaymentEvent
) -> None:
    given(requested, opened, end).when(command).then_nothing_happens()
    assert given(requested, opened, end).state.in_vain


def test_a_payment_that_the_platform_refuses_to_open_has_failed() -> None:
    given(requested).when(fail).then(failed)
    assert given(requested, failed).state.in_vain


@pytest.mark.parametrize("history", [(requested,), (requested, opened), (requested, succeeded)])
def test_an_attempt_that_may_bring_money_is_not_in_vain(
    history: tuple[e.PaymentEvent, ...],
) -> None:
    assert not given(*history).state.in_vain


paid = (requested, opened, succeeded)


def book(entry: e.Booked) -> c.Book:
    return c.Book(entry=entry, now=NOW)


@pytest.mark.parametrize(
    ("past", "entry", "account", "balance"),
    [
        (paid, b.refund_due, Account.REFUND_DUE, 2000),
        ((*paid, b.refund_due), b.refunded, Account.REFUNDED, 0),
        ((*paid, b.refund_due), b.refund_cancelled, Account.HELD, 2000),
        (paid, b.charged_back, Account.CHARGED_BACK, 0),
        ((*paid, b.charged_back), b.corrected, Account.HELD, 2000),
        ((*paid, b.refunded), b.corrected, Account.HELD, 2000),
        ((), b.taken, Account.HELD, 2000),
        ((*paid, b.refunded), b.gone_twice, Account.REFUNDED, -2000),
        ((*paid, b.refunded, b.gone_twice), b.claim_settled, Account.REFUNDED, 0),
    ],
)
def test_the_ledger_books_what_was_decided_about_the_money(
    past: tuple[e.PaymentEvent, ...], entry: e.Booked, account: Account, balance: int
) -> None:
    given(*past).when(book(entry)).then(entry)
    state = given(*past, entry).state
    assert (state.account, state.balance) == (account, balance)
    given(*past, entry).when(book(entry)).then_nothing_happens()


def test_money_that_was_meant_for_another_application_is_kept_in_its_name() -> None:
    given(*paid).when(book(b.reassigned)).then(b.reassigned)
    assert given(*paid, b.reassigned).state.application_id == b.OTHER_APPLICATION


def test_what_a_platform_took_is_not_taken_at_the_counter_as_well() -> None:
    given(*paid).when(book(b.taken)).then_nothing_happens()
